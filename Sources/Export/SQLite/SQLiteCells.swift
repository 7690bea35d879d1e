import Foundation
import GRDB
import LedgerRelations

extension SQLValue {
    /// The value as SQLite stores it, by the rules that `SQLiteDialect` states.
    var sqliteValue: DatabaseValue {
        switch self {
        case .null: .null
        case .bool(let value): (value ? 1 : 0).databaseValue
        case .integer(let value): value.databaseValue
        case .double(let value): value.databaseValue
        case .bytes(let bytes): Data(bytes).databaseValue
        case .numeric(let unscaled, let scale): SQLValue.sqliteNumber(unscaled, scale)
        case .text(let text) where !text.utf8.contains(0): text.databaseValue
        case .text, .uuid, .timestamp, .date, .json, .textArray: (self.text ?? "").databaseValue
        }
    }

    /// An INTEGER where the decimal is whole and fits 64 bits, else the nearest double, which gives back every decimal
    /// of up to 15 significant digits.
    private static func sqliteNumber(_ unscaled: Int128, _ scale: UInt8) -> DatabaseValue {
        let power = scale < 19 ? SQLValue.powersOfTen[Int(scale)] : 0
        if let small = Int64(exactly: unscaled), power > 0 {
            let (whole, rest) = small.quotientAndRemainder(dividingBy: power)
            if rest == 0 { return whole.databaseValue }
            // Both sides are exact below 2^53, so the division rounds once.
            if max(small.magnitude, power.magnitude) < 1 << 53 { return (Double(small) / Double(power)).databaseValue }
        } else if power > 0, unscaled.isMultiple(of: Int128(power)),
            let whole = Int64(exactly: unscaled / Int128(power))
        {
            return whole.databaseValue
        }
        // Reading the digits rounds once too.
        return (Double(SQLValue.numeric(unscaled, scale: scale).text ?? "") ?? 0).databaseValue
    }

    /// 10^0 … 10^18.
    private static let powersOfTen: [Int64] = (0..<19).map { (0..<$0).reduce(1) { power, _ in power * 10 } }
}

/// A cell of an answer, in the storage class that SQLite gave it.
public enum QueryCell: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    /// What is printed of a number that a double does not show digit for digit: `unscaled / 10^scale`.
    case decimal(Int128, scale: UInt8)
    case text(String)
    case blob([UInt8])

    /// As text; null is empty, bytes are hexadecimal.
    public var text: String {
        switch self {
        case .null: ""
        case .integer(let value): String(value)
        case .real(let value): String(value)
        case .decimal(let unscaled, let scale): SQLValue.numeric(unscaled, scale: scale).text ?? ""
        case .text(let value): value
        case .blob(let bytes): bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }
    }

    init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let value): self = .integer(value)
        case .double(let value): self = .real(value)
        case .string(let value): self = .text(value)
        case .blob(let value): self = .blob(Array(value))
        }
    }
}

/// Inserts a table's rows through one prepared statement.
final class SQLiteInsertion {
    enum Conflict {
        /// There can be none.
        case none
        /// A row with the same primary key is overwritten.
        case update
    }

    private let statement: Statement
    private var values: [DatabaseValue] = []

    init(_ database: Database, _ table: TableDeclaration, onConflict conflict: Conflict) throws {
        let dialect = SQLiteDialect()
        let columns = table.columns.map(\.name)
        var sql =
            "INSERT INTO \(dialect.quoted(table.name)) (\(dialect.quotedList(columns))) "
            + "VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))"
        if conflict == .update {
            let changing = columns.filter { !table.primaryKey.contains($0) }.map { column in
                "\(dialect.quoted(column)) = excluded.\(dialect.quoted(column))"
            }
            sql += " ON CONFLICT (\(dialect.quotedList(table.primaryKey))) DO "
            sql += changing.isEmpty ? "NOTHING" : "UPDATE SET \(changing.joined(separator: ", "))"
        }
        self.statement = try database.makeStatement(sql: sql)
    }

    func insert(_ cells: [SQLValue]) throws {
        self.values.removeAll(keepingCapacity: true)
        for cell in cells { self.values.append(cell.sqliteValue) }
        self.statement.setUncheckedArguments(StatementArguments(self.values))
        try self.statement.execute()
    }
}
