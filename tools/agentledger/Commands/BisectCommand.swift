import AgentLedger
import ArgumentParser
import LedgerEvents
import LedgerExporters
import LedgerRelations

struct BisectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bisect",
        abstract: "Find the event at which a condition became true.",
        discussion: """
            The condition is an SQL expression over the tables that `agentledger schema markdown` describes, or a \
            SELECT whose first value counts; NULL and 0 are false, as in a WHERE clause. Prints the event, and the \
            rows of what it touched before and after.

            The search halves the range again and again. It takes for granted that the condition is false at --from, \
            true at --to, and changes once in between; otherwise it fails, or finds one change of several. --every \
            goes from event to event instead, and finds all changes, to true and to false.

            EXAMPLES:
              agentledger bisect --where "(SELECT count(*) FROM agents) > 10"
              agentledger bisect --where "SELECT sum(quantity) > 1000 FROM usage_records"
              agentledger bisect --schema ops_studio \\
                --where "(SELECT sum(total_cost) FROM usage_records) > 100"
              agentledger bisect --from 2025-08-01 --every \\
                --where "(SELECT count(*) FROM alerts WHERE status = 'open')"
            """)

    @Option(name: .customLong("where"), help: ArgumentHelp("The condition.", valueName: "sql"))
    var condition: String

    @Option(
        help: ArgumentHelp(
            "Look behind this moment: a position or a time (default: the first event).", valueName: "moment"),
        transform: TimeArgument.moment)
    var from: Moment?

    @Option(
        help: ArgumentHelp("Look up to this moment: a position, a time, or end (default).", valueName: "moment"),
        transform: TimeArgument.moment)
    var to: Moment?

    @Flag(help: "Find every change of the condition, one event after the other.")
    var every = false

    @OptionGroup var schema: SchemaOption
    @OptionGroup var options: LedgerOptions

    func run() throws {
        let schema = try self.schema.projection()
        let reader = try self.options.reader()
        let progress = ProgressLine("folding", .events)
        let (from, to) = (self.from ?? .position(.start), self.to ?? .end)
        let printer = ConditionChangePrinter(isJSON: self.options.json)
        do {
            if self.every {
                var count = 0
                try reader.changes(
                    of: self.condition, over: schema, from: from, to: to, progress: progress.views
                ) { change in
                    try printer.print(change)
                    count += 1
                }
                try Output.standard.flush()
                Diagnostics.note(Text.count(count, "change"))
            } else {
                let change = try reader.bisect(
                    self.condition, of: schema, from: from, to: to, progress: progress.views)
                try printer.print(change)
            }
        } catch let error as LedgerError where error.code == .unchanged {
            throw Failure("\(error.message) (--every finds every change, --from and --to say where to look)")
        }
    }
}

/// The event at which a condition changed, with what it did.
private struct ConditionChangePrinter {
    let isJSON: Bool

    func print(_ change: ConditionChange) throws {
        if self.isJSON { try self.printJSON(change) } else { try self.printText(change) }
    }

    /// One object on one line.
    private func printJSON(_ change: ConditionChange) throws {
        var json = JSONWriter()
        json.beginObject()
        json.members(of: change.envelope)
        json.key("tags")
        change.tags.encodeJSON(&json)
        json.key("is_true")
        json.bool(change.isTrue)
        json.key("rows")
        json.beginArray()
        for row in change.rows {
            json.beginObject()
            json.key("table")
            json.string(row.table.name)
            for (name, cells) in [("before", row.before), ("after", row.after)] {
                json.key(name)
                if let cells { self.add(cells, of: row.table, to: &json) } else { json.null() }
            }
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.endLine()
        try Output.standard.write(json.bytes)
    }

    private func add(_ cells: [SQLValue], of table: TableDeclaration, to json: inout JSONWriter) {
        var encoder = CellEncoder(capacity: 4096)
        encoder.appendJSONRow(cells, columns: table.columns)
        // Without the end of its line.
        encoder.buffer.withBytes { json.raw($0.dropLast()) }
    }

    private func printText(_ change: ConditionChange) throws {
        let envelope = change.envelope
        var lines = AlignedTable(columns: 2)
        var facts = [
            ("position", envelope.position.description), ("type", envelope.type.name),
            ("condition", change.isTrue ? "true from here on" : "false from here on"),
            ("actor", envelope.actor.description), ("occurred_at", envelope.occurredAt.description),
            ("recorded_at", envelope.recordedAt.description),
        ]
        if let principal = envelope.onBehalfOf { facts.insert(("on_behalf_of", principal.description), at: 4) }
        facts += change.tags.map { ("tag", $0.description) }
        for (name, value) in facts { try lines.row([.init(name), .init(Text.safe(value))]) }
        try lines.flush()
        for row in change.rows { try self.printText(row) }
        try Output.standard.print("")
    }

    private func printText(_ row: RowChange) throws {
        try Output.standard.print("\n\(row.table.name) \(UUIDText.format(row.id))")
        var lines = AlignedTable(columns: 3, header: ["column", "before", "after"])
        for column in row.columns {
            let cells = [row.before, row.after].map { $0.map { Text.cell($0[column]) } ?? "" }
            try lines.row([.init(row.table.columns[column].name), .init(cells[0]), .init(cells[1])])
        }
        try lines.flush()
    }
}
