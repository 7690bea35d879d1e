import AgentLedger
import ArgumentParser
import LedgerRelations
import LedgerTables

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Print every version of a thing's row.",
        discussion: """
            One version for each event that changed the row: what it held from then on, until the next. The table shows \
            what changed; csv, json and jsonl hold the whole row of each version, with the columns of a dbt snapshot \
            (dbt_scd_id, dbt_updated_at, dbt_valid_from, dbt_valid_to) and the range of positions (from_position, \
            to_position). Ranges are half-open; the end of the current version is null. Times are those of recording.

            EXAMPLES:
              agentledger history workflow Triage
              agentledger history workflow 01981f3c-8a5e --at 1000 --format csv
            """)

    @OptionGroup var thing: ThingArguments

    @Option(help: ArgumentHelp("table, csv, json, jsonl or line (default: table, with --json: json)."))
    var format: RowFormat?

    @OptionGroup var at: MomentOption
    @OptionGroup var options: LedgerOptions

    func run() throws {
        let reader = try self.options.reader()
        let position = try reader.position(of: self.at.moment)
        Pager.start()
        var printer = VersionPrinter(self.format ?? (self.options.json ? .json : .table))
        let id = try self.thing.id(in: reader, at: self.at.moment)
        try reader.history(of: self.thing.kind, id: id.thing, part: id.part, at: .position(position)) {
            try printer.print($0)
        }
        guard printer.count > 0 else {
            throw ThingArguments.missing(self.thing.kind, id, at: position, self.options)
        }
        try printer.end()
        try Output.standard.flush()
        Diagnostics.note(Text.count(printer.count, "version"))
    }
}

/// Versions of a row as they come.
private struct VersionPrinter {
    private let format: RowFormat
    private(set) var count = 0
    private var last: RowVersion?

    init(_ format: RowFormat) { self.format = format }

    mutating func print(_ version: RowVersion) throws {
        defer {
            self.last = version
            self.count += 1
        }
        let columns = version.table.versions().columns
        switch self.format {
        case .table: try self.printChanges(version)
        case .csv:
            if self.count == 0 { try Self.encode { $0.appendCSVRow(columns.map { .text($0.name) }) } }
            try Self.encode { $0.appendCSVRow(version.versionCells) }
        case .json:
            try Output.standard.write((self.count == 0 ? "[\n" : ",").utf8)
            try Self.encode { $0.appendJSONRow(version.versionCells, columns: columns) }
        case .jsonl: try Self.encode { $0.appendJSONRow(version.versionCells, columns: columns) }
        case .line: try RowPrinter.printLines(columns, version.versionCells, isFirst: self.count == 0)
        }
    }

    func end() throws {
        if self.format == .json { try Output.standard.write("]\n".utf8) }
    }

    private static func encode(_ body: (inout CellEncoder) -> Void) throws {
        var encoder = CellEncoder(capacity: 1024)
        body(&encoder)
        try encoder.buffer.withBytes { try Output.standard.write($0) }
    }

    private func printChanges(_ version: RowVersion) throws {
        let end = version.to.map { "until position \($0.position)" } ?? "to now"
        try Output.standard.print(Style.bold("\(EventStamp(version.from).line)  \(end)"))
        for (index, column) in version.table.columns.enumerated() {
            let (old, new) = (self.last?.cells[index], version.cells[index])
            if old == new || old == nil && new == .null { continue }
            let before = old.map { "\(Text.cell($0)) -> " } ?? ""
            try Output.standard.print("  \(column.name): \(before)\(Text.cell(new))")
        }
    }
}
