import AgentLedger
import ArgumentParser

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the catalogue of commands, events and tables.",
        discussion: """
            Without a form: the commands, one on each line, with the least role that may give them and their fields. \
            proto describes the log's records to any protobuf library; json-schema, the commands; sql, the tables; \
            markdown, all of it: fields with their units, what is refused, and an example of everything.

            EXAMPLES:
              agentledger schema
              agentledger schema proto > agentledger.proto
              agentledger schema sql --dialect sqlite | sqlite3 empty.db
            """)

    @Argument(help: "proto, json-schema, sql or markdown.")
    var form: Form?

    @Option(help: "For sql: postgres (the default) or sqlite.")
    var dialect: SQLDialectName?

    @Flag(help: "The commands in JSON, whose form is kept from version to version.")
    var json = false

    enum Form: String, ExpressibleByArgument, CaseIterable {
        case proto
        case jsonSchema = "json-schema"
        case sql, markdown
    }

    func validate() throws {
        if self.dialect != nil, self.form != .sql { throw ValidationError("--dialect is for `schema sql`") }
        if self.json, self.form != nil, self.form != .jsonSchema {
            throw ValidationError("--json is for the list of commands; `schema json-schema` is JSON")
        }
    }

    func run() throws {
        let text =
            switch self.form {
            case nil: self.json ? Self.commands() : nil
            case .proto: ProtoSchema.text()
            case .jsonSchema: CommandSchema.json()
            case .sql: self.script()
            case .markdown: CatalogDocument.markdown()
            }
        guard let text else { return try Self.printOverview() }
        try Output.standard.write(text.utf8)
        if !text.hasSuffix("\n") { try Output.standard.write("\n".utf8) }
    }

    private func script() -> String {
        let schema = LedgerSchema.projection.schema
        return switch self.dialect ?? .postgres {
        case .postgres: PostgreSQLDialect().script(schema)
        case .sqlite: SQLiteDialect().script(schema)
        }
    }

    private static func printOverview() throws {
        var table = AlignedTable(columns: 3, isCut: true)
        for command in DomainCommand.cases {
            let fields = command.fields().map { field in
                switch field.shape.cardinality {
                case .required: field.name
                case .optional: field.name + "?"
                case .repeated: field.name + "[]"
                }
            }
            try table.row([
                .init(command.name), .init(command.permission.words), .init(fields.joined(separator: " ")),
            ])
        }
        try table.flush()
    }

    private static func commands() -> String {
        var json = JSONWriter()
        json.beginArray()
        for command in DomainCommand.cases {
            json.beginObject()
            json.key("command")
            json.string(command.name)
            json.key("role")
            json.string(command.permission.words)
            json.key("creates")
            json.bool(command.creates)
            json.key("fields")
            json.beginArray()
            for field in command.fields() {
                json.beginObject()
                json.key("name")
                json.string(field.name)
                json.key("type")
                json.string(field.shape.words)
                json.endObject()
            }
            json.endArray()
            json.endObject()
        }
        json.endArray()
        return json.text
    }
}
