import Foundation
import LedgerDomain
import LedgerEvents
import LedgerImporters
import LedgerRelations
import LedgerSimulation
import LedgerTables
import Seeded
import Testing

@testable import AgentLedger

@Suite("The catalogue's examples")
struct CatalogExamplesTests {
    @Test("are what a simulated company shows, each of whose commands its ledger accepts")
    func asShown() async throws {
        let scratch = try Scratch()
        var show = try CatalogShow(in: scratch)
        try await show.run()
        let commands = try DomainCommand.cases.map { try #require(show.line(of: $0), "\($0.name) never happened") }
        let events = try show.events()
        let rows = try show.rows()
        try Self.write(commands, to: "ExampleCommands")
        try Self.write(events, to: "ExampleEvents")
        try Self.write(rows, to: "ExampleRows")
        Self.expect(ExampleCommands.lines, commands)
        Self.expect(ExampleEvents.lines, events)
        Self.expect(ExampleRows.lines, rows)
    }

    private static func expect(_ committed: String, _ shown: [String]) {
        // Those that were compiled in are still the old ones.
        if KeptFile.isRegenerating { return }
        let committed = Set(committed.split(separator: "\n").map(String.init))
        for line in shown where !committed.contains(line) {
            Issue.record("not among the examples; \(KeptFile.advice): \(line)")
        }
        #expect(committed.count == shown.count)
    }

    private static func write(_ lines: [String], to name: String) throws {
        let text = lines.map { "        \($0)\n" }.joined()
        try #require(!text.contains("\"\"\"#"))
        try KeptFile("Sources/AgentLedger/Schema/Examples/\(name).swift").regenerate(
            """
            /// Written by `make regenerate`; see `CatalogExamples`.
            enum \(name) {
                static let lines = #\"""
            \(text)        \"""#
            }

            """)
    }

    @Test("there is one of every command, of every event and of every table's rows")
    func complete() {
        #expect(Set(CatalogExamples.commands.keys) == Set(DomainCommand.cases.map(\.name)))
        #expect(Set(CatalogExamples.events.keys) == Set(DomainEvent.cases.map(\.type.name)))
        #expect(Set(CatalogExamples.rows.keys) == Set(LedgerSchema.projection.schema.tables.map(\.name)))
    }

    @Test("of a command: read back, it is that command and leaves out nothing that it is refused without")
    func commandsAreRead() throws {
        let reader = CommandReader(defaultActor: .system("nobody"))
        for (name, shown) in CatalogExamples.commands {
            let request = try Array(shown.line.utf8).withUnsafeBytes { try reader.read($0, now: .zero, newID: 0) }
            #expect(request.name == name)
            var writer = CommandWriter()
            writer.write(request)
            #expect(String(decoding: writer.bytes, as: UTF8.self) == shown.line + "\n")
            let line = try #require(
                try JSONSerialization.jsonObject(with: Data(shown.line.utf8)) as? [String: Any])
            let data = try #require(line["data"] as? [String: Any])
            #expect(Set(shown.required).isSubset(of: data.keys), "\(name)")
        }
    }

    @Test("of an event: its members are those of the envelope, its data's those of the event")
    func eventsHaveTheirFields() throws {
        let envelope = Set(FieldDescription.list(Envelope.self).map(\.name) + ["tags", "data"])
        for event in DomainEvent.cases {
            let text = try #require(CatalogExamples.events[event.type.name])
            let line = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            #expect(envelope.isSuperset(of: line.keys))
            let data = try #require(line["data"] as? [String: Any])
            let fields = event.fields()
            #expect(Set(fields.map(\.name)).isSuperset(of: data.keys), "\(event.type)")
            let always = fields.filter { $0.shape.cardinality == .required }.map(\.name)
            #expect(Set(always).isSubset(of: data.keys), "\(event.type)")
        }
    }

    @Test("of a row: its members are the table's columns")
    func rowsHaveTheirColumns() throws {
        for table in LedgerSchema.projection.schema.tables {
            let text = try #require(CatalogExamples.rows[table.name])
            let row = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            #expect(Set(row.keys) == Set(table.columns.map(\.name)), "\(table.name)")
        }
    }

    @Test("what is told of refusals that the company does not come to is of a command, and is for no reason it shows")
    func rarer() {
        for (name, refusal) in RarerRefusals.list {
            #expect(CatalogExamples.commands[name] != nil, "\(name)")
            let same = CatalogExamples.commands[name]?.refusals.count { $0.reason == refusal.reason }
            #expect(same == 1, "\(name) \(refusal.reason)")
        }
    }

    @Test("every command is refused to strangers, and for some other reason")
    func refusals() {
        for command in DomainCommand.cases {
            let reasons = Set(CatalogExamples.commands[command.name]?.refusals.map(\.reason) ?? [])
            #expect(reasons.contains(.notAuthorized), "\(command.name)")
            #expect(!reasons.subtracting([.notAuthorized]).isEmpty, "\(command.name)")
        }
    }
}

@Suite("What a field's type does not say")
struct FieldMeaningTests {
    @Test("every number of a command, an event and what is nested in them has a unit, and no unit is for nothing")
    func units() {
        var used: Set<String> = []
        func visit(_ fields: [FieldDescription], in owner: String) {
            for field in fields {
                if case .record(let name, let fields) = field.shape.kind { visit(fields, in: name) }
                guard field.shape.kind.isNumber else { continue }
                #expect(FieldMeaning.unit(of: field, in: owner) != nil, "\(owner).\(field.name)")
                used.insert("\(owner).\(field.name)")
                used.insert(field.name)
            }
        }
        for command in DomainCommand.cases { visit(command.fields(), in: command.name) }
        for event in DomainEvent.cases { visit(event.fields(), in: event.type.name) }
        visit(FieldDescription.list(Envelope.self), in: "Event")
        #expect(Set(FieldMeaning.units.keys).subtracting(used) == [])
    }

    @Test("what is said to be filled in is a field of that command that is not required")
    func fillings() {
        var left = Set(FieldMeaning.fillings.keys)
        for command in DomainCommand.cases {
            let required = CatalogExamples.commands[command.name]?.required ?? []
            for field in command.fields() where left.remove("\(command.name).\(field.name)") != nil {
                #expect(!required.contains(field.name), "\(command.name).\(field.name)")
            }
        }
        #expect(left == [])
    }

    @Test("every number in a table has a unit")
    func columns() {
        for table in LedgerSchema.projection.schema.tables {
            for column in table.columns {
                switch column.type {
                case .integer, .bigint, .double, .numeric:
                    #expect(column.unit != nil, "\(table.name).\(column.name)")
                case .uuid, .text, .varchar, .char, .boolean, .timestamptz, .date, .jsonb, .bytea, .textArray,
                    .enumeration:
                    break
                }
            }
        }
    }
}
