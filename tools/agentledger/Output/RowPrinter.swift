import AgentLedger
import ArgumentParser
import LedgerExporters
import LedgerRelations

/// How rows are printed.
enum RowFormat: String, ExpressibleByArgument, CaseIterable {
    case table, csv, json, jsonl, line
}

/// Prints the rows of an answer as they come.
struct RowPrinter {
    private let format: RowFormat
    private(set) var count = 0
    private var columns: [ColumnDeclaration] = []
    private var table = AlignedTable(columns: 0)

    init(_ format: RowFormat) { self.format = format }

    mutating func begin(_ names: [String]) throws {
        self.columns = Self.distinct(names).map { ColumnDeclaration(name: $0, type: .text, nullable: true) }
        switch self.format {
        case .table: self.table = AlignedTable(columns: names.count, header: names.map(Text.safe))
        case .csv: try self.encode { $0.appendCSVRow(names.map { .text($0) }) }
        case .json: try Output.standard.write("[".utf8)
        case .jsonl, .line: break
        }
    }

    mutating func row(_ cells: [QueryCell]) throws {
        defer { self.count += 1 }
        switch self.format {
        case .table: try self.table.row(cells.map(Self.cell))
        case .csv: try self.encode { $0.appendCSVRow(cells.map(\.value)) }
        case .json:
            try Output.standard.write((self.count == 0 ? "\n" : ",").utf8)
            try self.encode { $0.appendJSONRow(cells.map(\.jsonValue), columns: self.columns) }
        case .jsonl: try self.encode { $0.appendJSONRow(cells.map(\.jsonValue), columns: self.columns) }
        case .line: try Self.printLines(self.columns, cells.map(\.value), isFirst: self.count == 0)
        }
    }

    /// One field on each line, as the mode `line` of sqlite3 has it; an empty line between rows.
    static func printLines(_ columns: [ColumnDeclaration], _ cells: [SQLValue], isFirst: Bool) throws {
        if !isFirst { try Output.standard.print("") }
        let width = columns.map(\.name.count).max() ?? 0
        for (column, cell) in zip(columns, cells) {
            let padding = String(repeating: " ", count: width - column.name.count)
            try Output.standard.print("\(padding)\(Text.safe(column.name)) = \(Text.cell(cell))")
        }
    }

    mutating func end() throws {
        if self.format == .table { try self.table.flush() }
        if self.format == .json { try Output.standard.write("]\n".utf8) }
    }

    private func encode(_ body: (inout CellEncoder) -> Void) throws {
        var encoder = CellEncoder(capacity: 512)
        body(&encoder)
        try encoder.buffer.withBytes { try Output.standard.write($0) }
    }

    /// A JSON object has each name once: the second `id` becomes `id_2`.
    private static func distinct(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.map { name in
            var distinct = name
            var number = 1
            while !seen.insert(distinct).inserted {
                number += 1
                distinct = "\(name)_\(number)"
            }
            return distinct
        }
    }

    private static func cell(_ cell: QueryCell) -> AlignedTable.Cell {
        let isNumber =
            switch cell {
            case .integer, .real, .decimal: true
            case .null, .text, .blob: false
            }
        return .init(Text.cell(cell.value), isNumber: isNumber)
    }
}

extension QueryCell {
    /// A decimal is a JSON number of all its digits, as every other number is one.
    var jsonValue: SQLValue {
        if case .decimal = self { .json(self.text) } else { self.value }
    }

    var value: SQLValue {
        switch self {
        case .null: .null
        case .integer(let value): .integer(value)
        case .real(let value): .double(value)
        case .decimal(let unscaled, let scale): .numeric(unscaled, scale: scale)
        case .text(let text): .text(text)
        case .blob(let bytes): .bytes(bytes)
        }
    }
}
