import AgentLedger
import ArgumentParser
import LedgerDomain
import LedgerEvents
import LedgerExporters
import LedgerRelations
import LedgerTables

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the things of a kind, newest first.",
        discussion: """
            One line for each: its id, what it is called, its status, and when it began. Every command that takes an id \
            takes a name of this list too, and the beginning of an id. With --json, csv or jsonl, all columns.

            EXAMPLES:
              agentledger list organizations
              agentledger list workflow_executions --status failed --last 5
              agentledger list agents --organization acme --named bot
              agentledger list invoices --since 2025-08-01 --where "total > 100"
            """)

    @Argument(help: "What kind of things, or the name of their table.", transform: ListCommand.table)
    var table: String

    @Option(help: ArgumentHelp("Only those whose slug, name, title, … has this in it.", valueName: "text"))
    var named: String?

    @Option(help: ArgumentHelp("Only those with this status.", valueName: "status"))
    var status: String?

    @Option(help: ArgumentHelp("Only those of this organization: its id, slug or name.", valueName: "organization"))
    var organization: String?

    @Option(
        help: ArgumentHelp("Only what began then or later, by the source's clock.", valueName: "time"),
        transform: TimeArgument.time)
    var since: Instant?

    @Option(
        help: ArgumentHelp("Only what began until then.", valueName: "time"), transform: TimeArgument.time)
    var until: Instant?

    @Option(name: .customLong("where"), help: ArgumentHelp("Only those of which this holds.", valueName: "sql"))
    var condition: String?

    @Option(help: ArgumentHelp("The last so many; 0: all (default: 50, all with a --format).", valueName: "count"))
    var last: Int?

    @Option(help: ArgumentHelp("table, csv, json, jsonl or line (default: table, with --json: json)."))
    var format: RowFormat?

    @OptionGroup var at: MomentOption
    @OptionGroup var options: LedgerOptions

    /// Tables whose rows are no things of their own are listed, too.
    private static func table(_ word: String) throws -> String {
        for name in [word, "\(word)s"] where LedgerSchema.projection.schema.table(name) != nil { return name }
        return LedgerSnapshot.table(of: try ThingArguments.kind(word))
    }

    func validate() throws {
        if let last, last < 0 { throw ValidationError("--last is \(last); it must not be negative") }
    }

    func run() throws {
        let reader = try self.options.reader()
        let format = self.format ?? (self.options.json ? .json : .table)
        Pager.start()
        let listing = ListedTable(self.table)
        let conditions = try self.conditions(listing, reader)
        let filter = conditions.isEmpty ? "" : " WHERE " + conditions.map { "(\n\($0)\n)" }.joined(separator: " AND ")
        let limit = self.last ?? (format == .table ? 50 : 0)
        let sql =
            "SELECT \(format == .table ? listing.shown.joined(separator: ", ") : "*") FROM \(listing.name)\(filter) "
            + "ORDER BY \(listing.order)" + (limit > 0 ? " LIMIT \(limit)" : "")
        let progress = ProgressLine("folding", .events)
        var rows = 0
        if format == .table {
            var table = AlignedTable(columns: listing.shown.count, header: listing.headings, isCut: true)
            if let name = listing.nameColumn { table.shrink(name, toShow: listing.shown.count, least: 12) }
            try reader.query(sql, at: self.at.moment, progress: progress.views, columns: { _ in }) { cells in
                try table.row(cells.enumerated().map { listing.cell($1, $0) })
                rows += 1
            }
            try table.flush()
        } else {
            var printer = RowPrinter(format)
            try reader.query(
                sql, at: self.at.moment, progress: progress.views, columns: { try printer.begin($0) },
                row: { try printer.row($0) })
            try printer.end()
            rows = printer.count
        }
        try Output.standard.flush()
        let isFull = limit > 0 && rows == limit
        Diagnostics.note(
            Text.count(rows, "row") + (isFull && self.last == nil ? ", the newest; --last 0 lists all" : ""))
    }

    private func conditions(_ listing: ListedTable, _ reader: LedgerReader) throws -> [String] {
        let dialect = SQLiteDialect()
        var conditions: [String] = []
        if let named {
            let columns = try listing.names.isEmpty ? [listing.require("name")] : listing.names
            conditions.append(
                columns.map { "instr(lower(\($0)), lower(\(dialect.quotedText(named)))) > 0" }.joined(separator: " OR ")
            )
        }
        if let status {
            let values = try listing.statuses()
            if !values.isEmpty, !values.contains(status) {
                throw ValidationError(
                    "there is no status \"\(status)\"\(Spelling.suggestion(for: status, in: values)); there are "
                        + values.joined(separator: ", "))
            }
            conditions.append("status = \(dialect.quotedText(status))")
        }
        if let organization {
            let id = try reader.find(Organization.kind, organization)
            let column = try self.table == "organizations" ? "id" : listing.require("organization_id")
            conditions.append("\(column) = '\(UUIDText.format(id))'")
        }
        if let since { conditions.append("\(try listing.requireTime()) >= '\(since)'") }
        if let until { conditions.append("\(try listing.requireTime()) <= '\(until)'") }
        if let condition { conditions.append(condition) }
        return conditions
    }
}

/// How the things of a kind are listed.
private struct ListedTable {
    let name: String
    private let columns: [ColumnDeclaration]
    /// What things are called.
    let names: [String]
    private let time: String?
    let shown: [String]

    init(_ name: String) {
        let table = LedgerSchema.projection.schema.table(name)
        let columns = table?.columns ?? []
        func first(_ wanted: String...) -> String? { wanted.first { name in columns.contains { $0.name == name } } }
        self.name = name
        self.columns = columns
        self.names = ["slug", "email", "invoice_number", "name", "title", "display_name"].filter { name in
            columns.contains { $0.name == name }
        }
        self.time =
            first(
                "created_at", "queued_at", "issued_at", "registered_at", "joined_at", "started_at", "occurred_at",
                "issued_on")
            ?? columns.first { $0.type == .timestamptz }?.name
        let status = first("status")
        let key = table?.primaryKey ?? ["id"]
        let title =
            self.names.first ?? first("model", "tool_name", "triggered_by", "usage_type", "trigger_type", "role")
            ?? columns.first { Self.isShort($0) && $0.name != "status" && !key.contains($0.name) }?.name
        // If some things lack the first of the names, the next one is shown beside it.
        let isOptional = columns.contains { $0.name == title && $0.nullable }
        let other = isOptional ? self.names.dropFirst().first : nil
        self.shown = key + [title, other, status, self.time].compactMap(\.self).filter { !key.contains($0) }
    }

    private static func isShort(_ column: ColumnDeclaration) -> Bool {
        switch column.type {
        case .varchar, .char, .enumeration, .integer, .bigint, .numeric: true
        case .uuid, .text, .boolean, .double, .timestamptz, .date, .jsonb, .bytea, .textArray: false
        }
    }

    var headings: [String] { self.shown }
    /// The place of the column that may be cut.
    var nameColumn: Int? { self.shown.lastIndex { $0 != "status" && $0 != self.time && !$0.hasSuffix("id") } }
    var order: String { (self.time.map { "\($0) DESC, " } ?? "") + "1 DESC" }

    func cell(_ cell: QueryCell, _ place: Int) -> AlignedTable.Cell {
        let text = Text.cell(cell.value)
        // To the minute: the order tells the rest.
        if self.shown[place] == self.time, cell != .null {
            return .init(String(text.prefix(16)).replacing("T", with: " "))
        }
        return .init(text)
    }

    func statuses() throws -> [String] {
        _ = try self.require("status")
        guard case .enumeration(_, let values)? = self.columns.first(where: { $0.name == "status" })?.type else {
            return []
        }
        return values
    }

    func require(_ column: String) throws -> String {
        let names = self.columns.map(\.name)
        if names.contains(column) { return column }
        throw ValidationError("\(self.name) has no column \(column); it has \(names.joined(separator: ", "))")
    }

    func requireTime() throws -> String { try self.time ?? self.require("created_at") }
}
