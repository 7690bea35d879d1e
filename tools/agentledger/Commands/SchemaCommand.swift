import AgentLedger
import ArgumentParser

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the catalogue of commands, events and tables.",
        discussion: """
            Without a form: the commands, one on each line, with the least role that may give them and their fields. \
            proto describes the log's records to any protobuf library; json-schema, the commands; sql, the tables of a \
            schema; deviations, where schemas depart from the documents that describe them; markdown, all of it: \
            fields with their units, what is refused, and an example of everything, or with --schema the data \
            dictionary of that schema.

            EXAMPLES:
              agentledger schema
              agentledger schema proto > agentledger.proto
              agentledger schema sql --dialect sqlite | sqlite3 empty.db
              agentledger schema sql --schema ops_studio | psql -v ON_ERROR_STOP=1
              agentledger schema deviations --schema all
            """)

    @Argument(help: "proto, json-schema, sql, markdown or deviations.")
    var form: Form?

    @Option(
        help: ArgumentHelp(
            "For sql, markdown and deviations: which schema, or all; for sql ledger unless told otherwise, for "
                + "deviations all.",
            valueName: "name"))
    var schema: String?

    @Option(help: "For sql: postgres (the default) or sqlite.")
    var dialect: SQLDialectName?

    @Flag(help: "The commands, or the deviations, in JSON, whose form is kept from version to version.")
    var json = false

    enum Form: String, ExpressibleByArgument, CaseIterable {
        case proto
        case jsonSchema = "json-schema"
        case sql, markdown, deviations
    }

    func validate() throws {
        if self.dialect != nil, self.form != .sql { throw ValidationError("--dialect is for `schema sql`") }
        if self.json, self.form != nil, self.form != .jsonSchema, self.form != .deviations {
            throw ValidationError(
                "--json is for the list of commands and for `schema deviations`; `schema json-schema` is JSON")
        }
        if self.schema != nil {
            guard self.form == .sql || self.form == .markdown || self.form == .deviations else {
                throw ValidationError("--schema is for `schema sql`, `schema markdown` and `schema deviations`")
            }
            let count = try self.schemas(orElse: "all").count
            if self.form == .sql, self.dialect == .sqlite, count > 1 {
                throw ValidationError("one SQLite file holds one schema; name it")
            }
        }
    }

    func run() throws {
        let text =
            switch self.form {
            case nil: self.json ? Self.commands() : nil
            case .proto: ProtoSchema.text()
            case .jsonSchema: CommandSchema.json()
            case .sql: try self.script()
            case .markdown: try self.markdown()
            case .deviations: try self.deviations()
            }
        guard let text else { return try Self.printOverview() }
        try Output.standard.write(text.utf8)
        if !text.hasSuffix("\n") { try Output.standard.write("\n".utf8) }
    }

    private func script() throws -> String {
        let dialect: any SQLDialect =
            switch self.dialect ?? .postgres {
            case .postgres: PostgreSQLDialect()
            case .sqlite: SQLiteDialect()
            }
        return try self.schemas(orElse: "ledger").map { dialect.script($0) }.joined(separator: "\n")
    }

    private func markdown() throws -> String {
        if self.schema == nil { return CatalogDocument.markdown() }
        return try self.schemas(orElse: "all").map { CatalogDocument.dictionary(of: $0) }.joined(separator: "\n")
    }

    private func deviations() throws -> String {
        let schemas = try self.schemas(orElse: "all")
        if self.json { return DeviationList.json(schemas) }
        let text = DeviationList.markdown(schemas)
        return text.isEmpty ? "The schema \(schemas.map(\.name).joined(separator: ", ")) departs from nothing.\n" : text
    }

    private func schemas(orElse name: String) throws -> [Schema] {
        try Projections.chosen(self.schema ?? name).map(\.schema)
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
