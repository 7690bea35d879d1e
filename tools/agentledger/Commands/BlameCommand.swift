import AgentLedger
import ArgumentParser

struct BlameCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blame",
        abstract: "Tell which event set each field of a thing.",
        discussion: """
            For each field of the thing's row: the last event by which its value came to be another, when it was recorded \
            and when it happened, who did it, and the run of things that it belongs to. A field that no event set says so; \
            one that still holds what it began with is marked as (default).

            EXAMPLES:
              agentledger blame workflow 01981f3c-8a5e-7cc0-9d2b-3f1f6f3e2a11
              agentledger blame workflow 01981f3c-8a5e-7cc0-9d2b-3f1f6f3e2a11 status
              agentledger blame invoice 01981f3c-8a5e-7cc0-9d2b-3f1f6f3e2a11 --at 1000
            """)

    @OptionGroup var thing: ThingArguments

    @Argument(help: "Of this field alone.")
    var field: String?

    @OptionGroup var at: MomentOption
    @OptionGroup var options: LedgerOptions

    func run() throws {
        let reader = try self.options.reader()
        let position = try reader.position(of: self.at.moment)
        guard let blame = try reader.blame(self.thing.kind, id: self.thing.id, at: .position(position)) else {
            throw ThingArguments.missing(self.thing.kind, self.thing.id, at: position, self.options)
        }
        let fields = blame.fields.filter { self.field == nil || $0.column.name == self.field }
        if let field, fields.isEmpty {
            let names = blame.table.columns.map(\.name).joined(separator: ", ")
            throw ValidationError("a \(self.thing.kind) has no field \"\(field)\"; it has \(names)")
        }
        if self.options.json { try self.printJSON(fields, position) } else { try Self.printTable(fields) }
    }

    private static func printTable(_ fields: [RowBlame.Field]) throws {
        var table = AlignedTable(
            columns: 8,
            header: ["field", "position", "event", "recorded", "occurred", "actor", "correlation", "value"], isCut: true
        )
        for field in fields {
            let (event, value) = (field.setBy, Text.cell(field.value))
            let type = event.map { $0.type.name + (field.isDefault ? " (default)" : "") } ?? "never set (default)"
            try table.row([
                .init(field.column.name), .init(event?.position.description ?? "", isNumber: true), .init(type),
                .init(event?.recordedAt.description ?? ""), .init(event?.occurredAt.description ?? ""),
                .init(event.map { EventStamp($0).actor } ?? ""), .init(event?.correlation?.description ?? ""),
                .init(value),
            ])
        }
        try table.flush()
    }

    private func printJSON(_ fields: [RowBlame.Field], _ position: Position) throws {
        var json = JSONWriter()
        json.beginObject()
        json.key("kind")
        json.string(self.thing.kind)
        json.key("id")
        json.string(UUIDText.format(self.thing.id))
        json.key("position")
        json.uint(position.value)
        json.key("fields")
        json.beginArray()
        for field in fields {
            json.beginObject()
            json.key("field")
            json.string(field.column.name)
            json.key("value")
            json.cell(field.value)
            json.key("default")
            json.bool(field.isDefault)
            json.key("event")
            if let event = field.setBy { EventStamp(event).encode(&json) } else { json.null() }
            json.endObject()
        }
        json.endArray()
        json.endObject()
        try Output.standard.print(json.text)
    }
}
