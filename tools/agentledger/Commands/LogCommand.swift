import AgentLedger
import ArgumentParser

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Print events, oldest first.",
        discussion: """
            Several --tag must all be there; of several --type any will do. The time is when it happened, by the \
            source's clock. With --json, one line for each event with its whole envelope and its data.

            EXAMPLES:
              agentledger log --limit 20
              agentledger log --tag workflow_execution:01981f3c-8a5e-7cc0-9d2b-3f1f6f3e2a11
              agentledger log --type invoice.issued --type invoice.paid --json
              agentledger log --after 1000 --follow
            """)

    @Option(
        name: .customLong("tag"),
        help: ArgumentHelp("Only events that touch this.", valueName: "kind:id"), transform: LogCommand.tag)
    var tags: [Tag] = []

    @Option(
        name: .customLong("type"),
        help: ArgumentHelp("Only events of this type.", valueName: "type"), transform: LogCommand.type)
    var types: [EventType] = []

    @Option(help: ArgumentHelp("Only events behind this position.", valueName: "position"))
    var after: UInt64 = 0

    @Option(help: ArgumentHelp("At most so many events.", valueName: "count"))
    var limit: Int?

    @Flag(help: "Go on with events as they are recorded, until interrupted.")
    var follow = false

    @OptionGroup var options: LedgerOptions

    func validate() throws {
        if let limit, limit < 0 { throw ValidationError("--limit is \(limit); it must not be negative") }
    }

    func run() async throws {
        let log = try self.options.reader().log
        let query = Query(types: self.types, tags: self.tags)
        var printer = EventPrinter(isJSON: self.options.json)
        let limit = self.limit ?? .max
        guard self.follow, limit > 0 else {
            try log.read(query, after: Position(self.after), limit: limit) { try printer.print($0) }
            return try printer.flush()
        }
        do {
            try await log.follow(query, after: Position(self.after)) { stored in
                try printer.print(stored)
                let isLast = printer.count == limit
                if isLast || !self.isMoreToCome(log, after: stored.position) { try printer.flush() }
                if isLast { throw LimitReached() }
            }
        } catch is LimitReached {}
    }

    private struct LimitReached: Error {}

    /// Whether it is worth holding a line back: more are there already.
    private func isMoreToCome(_ log: LMDBEventLog, after position: Position) -> Bool {
        self.tags.isEmpty && self.types.isEmpty && position < ((try? log.head()) ?? .start)  // Else: print at once.
    }

    private static func tag(_ text: String) throws -> Tag {
        guard let tag = Tag(text) else { throw ValidationError("a tag reads kind:id") }
        return tag
    }

    private static func type(_ text: String) throws -> EventType {
        if DomainEvent.cases.contains(where: { $0.type.name == text }) { return EventType(text) }
        let area = text.prefix { $0 != "." }
        let near = DomainEvent.cases.map(\.type.name).filter { $0.hasPrefix("\(area).") }
        throw ValidationError(
            "there is no such type of event; "
                + (near.isEmpty
                    ? "`agentledger schema markdown` lists all" : "there are \(near.joined(separator: ", "))"))
    }
}

/// Events as lines.
private struct EventPrinter {
    let isJSON: Bool
    private(set) var count = 0
    private var json = JSONWriter()
    private var table: AlignedTable

    init(isJSON: Bool) {
        self.isJSON = isJSON
        let header = ["position", "occurred", "type", "actor", "entity", "data"]
        self.table = AlignedTable(columns: 6, header: Terminal.isOutput && !isJSON ? header : nil, isCut: true)
    }

    mutating func print(_ stored: borrowing StoredEvent) throws {
        let (event, envelope) = try DomainEvent.decode(stored)
        let (entity, data) = event.audit
        self.count += 1
        if self.isJSON {
            self.json.beginObject()
            self.json.members(of: envelope)
            self.json.key("tags")
            try stored.tags().encodeJSON(&self.json)
            self.json.key("data")
            self.json.raw(data)
            self.json.endObject()
            self.json.endLine()
            if self.json.bytes.count > 32 << 10 { try self.flush() }
        } else {
            try self.table.row([
                .init("\(envelope.position)", isNumber: true), .init(envelope.occurredAt.description),
                .init(envelope.type.name), .init(Text.safe(envelope.actor.description)),
                .init(UUIDText.format(entity)), .init(Text.safe(data.text)),
            ])
        }
    }

    mutating func flush() throws {
        if self.isJSON {
            try Output.standard.write(self.json.bytes)
            self.json.bytes.removeAll(keepingCapacity: true)
        } else {
            try self.table.flush()
        }
        try Output.standard.flush()
    }
}
