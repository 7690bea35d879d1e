import AgentLedger
import ArgumentParser
import LedgerDomain
import LedgerEvents
import LedgerPlatforms
import LedgerRelations

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the catalogue of commands, events and tables.",
        discussion: """
            Without a form: the commands, one on each line, with the least role that may give them and their fields; \
            those with ? may be left out. The name of a command: its fields, what refuses it, and an example. \
            proto describes the log's records to any protobuf library; json-schema, the commands; sql, the tables of a \
            schema; deviations, where schemas depart from the documents that describe them; markdown, all of it: \
            fields with their units, what is refused, and an example of everything, or with --schema the data \
            dictionary of that schema.

            EXAMPLES:
              agentledger schema
              agentledger schema workflow.create
              agentledger schema proto > agentledger.proto
              agentledger schema sql --dialect sqlite | sqlite3 empty.db
              agentledger schema sql --schema ops_studio | psql -v ON_ERROR_STOP=1
              agentledger schema deviations --schema all
            """)

    @Argument(
        help: ArgumentHelp(
            "proto, json-schema, sql, markdown, deviations, or the name of a command.", valueName: "form"))
    var what: String?

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

    private var form: Form? { self.what.flatMap(Form.init) }
    /// The command that is asked about.
    private var command: String? { self.form == nil ? self.what : nil }

    enum Form: String, CaseIterable {
        case proto
        case jsonSchema = "json-schema"
        case sql, markdown, deviations
    }

    func validate() throws {
        let commands = DomainCommand.cases.map(\.name)
        if let command, !commands.contains(command) {
            let suggestion = Spelling.suggestion(for: command, in: commands + Form.allCases.map(\.rawValue))
            throw ValidationError(
                "there is no command or form \"\(command)\""
                    + (suggestion.isEmpty ? "; `agentledger schema` lists the commands" : suggestion))
        }
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
            case nil where self.json: CommandSheet.json(of: self.command)
            case nil: self.command.flatMap { CommandSheet.text(of: $0, width: min(100, Terminal.columns())) }
            case .proto: ProtoSchema.text()
            case .jsonSchema: CommandSchema.json()
            case .sql: try self.script()
            case .markdown: try self.markdown()
            case .deviations: try self.deviations()
            }
        Pager.start()
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
                field.name + (field.shape.cardinality == .repeated ? "[]" : "") + (command.isRequired(field) ? "" : "?")
            }
            try table.row([
                .init(command.name), .init(command.permission.words), .init(fields.joined(separator: " ")),
            ])
        }
        try table.flush()
    }
}
