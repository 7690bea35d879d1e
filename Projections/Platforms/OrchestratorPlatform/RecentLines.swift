import LedgerDomain
import LedgerEvents
import LedgerTables

/// The last lines of a run's log, by the time at which they were written: lines may arrive in any order.
struct RecentLines {
    static let limit = 1000

    private var lines: [FactRow<LogLine>] = []

    mutating func append(_ line: FactRow<LogLine>) {
        if self.lines.count == 2 * Self.limit { self.lines = Array(self.sorted.suffix(Self.limit)) }
        self.lines.append(line)
    }

    private var sorted: [FactRow<LogLine>] {
        self.lines.sorted { ($0.occurredAt, $0.fact.id) < ($1.occurredAt, $1.fact.id) }
    }

    /// When the last one was written.
    var last: Instant? { self.lines.map(\.occurredAt).max() }

    var json: JSONText {
        var json = JSONWriter()
        json.beginArray()
        for line in self.sorted.suffix(Self.limit) {
            json.beginObject()
            json.key("timestamp")
            json.string(line.occurredAt.description)
            json.key("level")
            json.string(line.fact.level.rawValue)
            json.key("message")
            json.string(line.fact.message)
            json.key("context")
            json.raw(line.fact.context)
            if let source = line.fact.source {
                json.key("source")
                json.string(source)
            }
            if let agentExecution = line.fact.agentExecution {
                json.key("agent_execution_id")
                json.string(agentExecution.description)
            }
            json.endObject()
        }
        json.endArray()
        return JSONText(uncheckedCanonical: json.text)
    }
}
