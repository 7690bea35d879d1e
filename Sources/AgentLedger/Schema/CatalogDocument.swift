import LedgerDomain
import LedgerEvents
import LedgerImporters
import LedgerRelations
import LedgerTables

/// Every command, event and table as Markdown, each with an example.
package enum CatalogDocument {
    package static func markdown() -> String {
        var out = """
            # What can be asked for, what can happen, and how it is kept

            ## Commands

            A command is `{"command":NAME,"actor":…,"occurred_at":…,"data":{…}}`; the fields below stand in `data`. \
            A role is the least that an actor needs in the organization; what belongs to a user and no organization is \
            for that user alone. `oneself` means the user whom a command is about, `platform` users with the platform \
            role `admin`. `system:` actors are trusted. A command whose effect stands already changes nothing.

            A field is required where the command is refused without it. Under "left out" stands what else takes a \
            field's place; where nothing stands there, the field stays empty, or the ledger fills it in from what it \
            knows. What is refused is refused whole, for one of these reasons; under each command stand sentences \
            that it was refused with.


            """
        for reason in Rejection.Reason.allCases { out += "- `\(reason.rawValue)`: \(reason.words)\n" }
        out += """

            Any command may be refused as `already_exists` where its idempotency key was used for another one, and as \
            `invalid_value` where what it says does not fit into a record of the log.

            """
        for command in DomainCommand.cases { out += Self.section(of: command) }
        out += """

            ## Events

            The numbers are those of the protobuf fields; the example is a line of `agentledger log --json`.

            """
        for event in DomainEvent.cases { out += Self.section(of: event) }
        return out + "\n" + self.dictionary(of: LedgerSchema.projection.schema)
    }

    /// The tables of a schema; those of our own each with a row as an example.
    package static func dictionary(of schema: Schema) -> String {
        let isOwn = schema == LedgerSchema.projection.schema
        return DataDictionary.markdown(schema, examples: isOwn ? CatalogExamples.rows : [:]) + self.losses(of: schema)
    }

    /// What an adopted database does not get back.
    private static func losses(of schema: Schema) -> String {
        guard let losses = PlatformDatabase.losses(of: schema.name), !losses.isEmpty else { return "" }
        let rows = losses.map { loss in
            let what = loss.column.map { "`\(loss.table).\($0)`" } ?? "`\(loss.table)`: its rows"
            return [what, loss.condition.map { "where `\($0)`" } ?? "", loss.reason]
        }
        return """

            ## What does not come back

            A database of such a platform can be adopted (`agentledger import 'postgres://…?schema=\(schema.name)'`). \
            Exported again, its rows are what they were, but for this:

            """ + self.table(["what", "of which rows", "why"], rows)
    }

    private static func section(of command: CommandCase<DomainCommand>) -> String {
        var out = "\n### `\(command.name)`\n\nFor: \(command.permission.words)."
        out += command.creates ? " Makes a new thing; its id may be left out.\n" : "\n"
        if let note = CommandNote.note(on: command.name) { out += "\n\(note)\n" }
        out += self.table(["number", "field", "type", "unit", "required", "left out"], command.fields()) { field in
            let condition = FieldMeaning.condition(of: field, in: command.name).map { "where `\($0.words)`" } ?? ""
            let (required, absent) =
                switch command.absence(of: field) {
                case .refused: ("yes", "")
                case .filledIn(let words): (condition, words)
                case .value(let json): (condition, "`\(json)`")
                case .nothing: (condition, "")
                }
            return self.start(of: field, in: command.name) + [required, absent]
        }
        guard let shown = CatalogExamples.commands[command.name] else { return out }
        if !shown.refusals.isEmpty { out += "\nRefused, for example:\n\n" }
        for refusal in shown.refusals { out += "- `\(refusal.reason.rawValue)`: \(refusal.message)\n" }
        return out + self.block(shown.line)
    }

    private static func section(of event: EventCase<DomainEvent>) -> String {
        var out = "\n### `\(event.type)`\n"
        if event.schemaVersion > 1 { out += "\nVersion \(event.schemaVersion).\n" }
        let defaults = event.defaults
        out += self.table(["number", "field", "type", "unit", "absent"], event.fields()) { field in
            let value = field.shape.cardinality == .required ? defaults[field.name].map { "`\($0)`" } : nil
            return self.start(of: field, in: event.type.name) + [value ?? "nothing"]
        }
        return out + (CatalogExamples.events[event.type.name].map { self.block($0) } ?? "")
    }

    private static func start(of field: FieldDescription, in owner: String) -> [String] {
        [
            "\(field.number)", "`\(field.name)`", field.shape.words,
            FieldMeaning.unit(of: field, in: owner) ?? "",
        ]
    }

    private static func block(_ json: String) -> String { "\n```json\n\(json)\n```\n" }

    private static func table(
        _ columns: [String], _ fields: [FieldDescription], _ cells: (FieldDescription) -> [String]
    ) -> String {
        fields.isEmpty ? "\nNo fields.\n" : self.table(columns, fields.map(cells))
    }

    private static func table(_ columns: [String], _ rows: [[String]]) -> String {
        let lines = [columns, columns.map { _ in "---" }] + rows
        return "\n" + lines.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
    }
}

extension FieldShape {
    /// For people: `UUID`, `decimal, optional`, `list of text`.
    package var words: String {
        switch self.cardinality {
        case .required: self.kind.words
        case .optional: self.kind.words + ", optional"
        case .repeated: "list of " + self.kind.words
        }
    }
}

extension FieldKind {
    package var words: String {
        switch self {
        case .boolean: "boolean"
        case .integer: "integer"
        case .unsigned: "integer, not negative"
        case .float: "number of single precision"
        case .double: "number"
        case .text: "text"
        case .bytes: "bytes"
        case .uuid: "UUID"
        case .hexadecimal: "16 hexadecimal digits"
        case .position: "position"
        case .instant: "time"
        case .day: "day"
        case .decimal, .quantity: "decimal"
        case .money: "money: amount, currency"
        case .currency: "currency code"
        case .json: "JSON"
        case .enumeration(let names): "one of " + names.map { "`\($0)`" }.joined(separator: ", ")
        case .record(_, let fields): "object: " + fields.map { "`\($0.name)`" }.joined(separator: ", ")
        }
    }
}

extension Rejection.Reason {
    /// For people.
    package var words: String {
        switch self {
        case .notFound: "what it is about, or what it names, does not exist (any more)."
        case .alreadyExists: "there is one already, with other contents."
        case .notUnique: "a name, slug, address or number that has to be unique is taken."
        case .invalidTransition: "the thing's state has no such step; the message names those that it has."
        case .invalidValue: "a field's value breaks a rule."
        case .ruleBroken: "a rule between things is broken."
        case .notAuthorized: "the actor may not do this; the message says who may."
        }
    }
}
