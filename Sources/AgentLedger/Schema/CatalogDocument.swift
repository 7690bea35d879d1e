import AgentDomain
import EventSourcing
import Ledger
import Relations

/// Every command, event and table as Markdown.
public enum CatalogDocument {
    public static func markdown() -> String {
        var out = """
            # What can be asked for, what can happen, and how it is kept

            ## Commands

            A command is `{"command":NAME,"actor":…,"occurred_at":…,"data":{…}}`; the fields below stand in `data`. \
            A role is the least that an actor needs in the organization; what belongs to a user and no organization is \
            for that user alone. `oneself` means the user whom a command is about, `platform` users with the platform \
            role `admin`. `system:` actors are trusted. A command whose effect stands already changes nothing.

            """
        for command in DomainCommand.cases {
            out += "\n### `\(command.name)`\n\nFor: \(command.permission.words)."
            out += command.creates ? " Makes a new thing; its id may be left out.\n" : "\n"
            out += Self.table(of: command.fields())
        }
        out += "\n## Events\n\nThe numbers are those of the protobuf fields.\n"
        for event in DomainEvent.cases {
            out += "\n### `\(event.type)`\n"
            if event.schemaVersion > 1 { out += "\nVersion \(event.schemaVersion).\n" }
            out += Self.table(of: event.fields())
        }
        return out + "\n" + DataDictionary.markdown(LedgerSchema.schema)
    }

    private static func table(of fields: [FieldDescription]) -> String {
        if fields.isEmpty { return "\nNo fields.\n" }
        return "\n| number | field | type |\n| --- | --- | --- |\n"
            + fields.map { "| \($0.number) | `\($0.name)` | \($0.shape.words) |\n" }.joined()
    }
}

extension FieldShape {
    /// For people: `UUID`, `decimal, optional`, `list of text`.
    public var words: String {
        switch self.cardinality {
        case .required: self.kind.words
        case .optional: self.kind.words + ", optional"
        case .repeated: "list of " + self.kind.words
        }
    }
}

extension FieldKind {
    public var words: String {
        switch self {
        case .boolean: "boolean"
        case .integer: "integer"
        case .unsigned: "integer, not negative"
        case .float: "number of single precision"
        case .double: "number"
        case .text: "text"
        case .bytes: "bytes"
        case .uuid: "UUID"
        case .position: "position"
        case .instant: "time"
        case .day: "day"
        case .decimal: "decimal"
        case .money: "money: amount, currency"
        case .currency: "currency code"
        case .json: "JSON"
        case .enumeration(let names): "one of " + names.map { "`\($0)`" }.joined(separator: ", ")
        case .record(_, let fields): "object: " + fields.map { "`\($0.name)`" }.joined(separator: ", ")
        }
    }
}
