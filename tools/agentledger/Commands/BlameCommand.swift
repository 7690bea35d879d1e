import AgentLedger
import ArgumentParser
import LedgerEvents
import LedgerTables

struct BlameCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blame",
        abstract: "Tell which event set each field of a thing.",
        discussion: """
            For each field of the thing's row: the last event by which its value came to be another, when it was recorded \
            and when it happened, and who did it; --json adds the run of things that it belongs to. A field that no \
            event set says so; one that still holds what it began with is marked as (default). The time of recording \
            is printed where it is not within a minute after the event. On a terminal that is too narrow for all of \
            that, the event is on a line of its own, below its field.

            EXAMPLES:
              agentledger blame workflow Triage
              agentledger blame workflow 01981f3c-8a5e status
              agentledger blame invoice INV-2025-0001 --at 1000
            """)

    @OptionGroup var thing: ThingArguments

    @Argument(help: "Of this field alone.")
    var field: String?

    @OptionGroup var at: MomentOption
    @OptionGroup var options: LedgerOptions

    func run() throws {
        let reader = try self.options.reader()
        let position = try reader.position(of: self.at.moment)
        let id = try self.thing.id(in: reader, at: self.at.moment)
        guard
            let blame = try reader.blame(
                self.thing.kind, id: id.thing, part: id.part, at: .position(position))
        else {
            throw ThingArguments.missing(self.thing.kind, id, at: position, self.options)
        }
        let fields = blame.fields.filter { self.field == nil || $0.column.name == self.field }
        if let field, fields.isEmpty {
            let names = blame.table.columns.map(\.name)
            let suggestion = Spelling.suggestion(for: field, in: names)
            throw ValidationError(
                "\(self.thing.kind.withArticle) has no field \"\(field)\""
                    + (suggestion.isEmpty ? "; it has \(names.joined(separator: ", "))" : suggestion))
        }
        Pager.start()
        if self.options.json {
            try self.printJSON(id, fields, position)
        } else {
            try BlamePrinter(fields, ActorNames(reader)).print()
        }
    }

    private func printJSON(_ id: RowID, _ fields: [RowBlame.Field], _ position: Position) throws {
        var json = JSONWriter()
        json.beginObject()
        json.key("kind")
        json.string(self.thing.kind)
        json.key("id")
        json.string(LedgerSnapshot.text(of: id, kind: self.thing.kind))
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
