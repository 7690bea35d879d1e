import Foundation
import GRDB
import LedgerRelations

/// A table's rows in a temporary database of their own, by the values of some columns; on disk beyond its cache.
///
/// SQLite makes such an index by itself for tables of its own, but not for those that it is only told about.
final class AutomaticIndex {
    private static let rowsAtOnce = 256

    private let queue: DatabaseQueue
    private let width: Int
    private let insertion: String
    private let selection: String

    /// - Parameters:
    ///   - keys: the places of the columns that are asked for by value.
    ///   - columns: the places of those that are kept, with the keys among them.
    init(_ table: TableDeclaration, keys: [Int], columns: [Int], in schema: Schema) throws {
        self.queue = try DatabaseQueue.temporary()
        self.width = columns.count
        let dialect = SQLiteDialect()
        // With the types that SQLite knows the columns by, so that it compares as it does elsewhere.
        let names = columns.map {
            let type = table.columns[$0].type
            return "c\($0) \(dialect.type(type, in: schema)) COLLATE \(type.queryCollation)"
        }
        let list = columns.map { "c\($0)" }.joined(separator: ", ")
        self.insertion = "INSERT INTO x VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))"
        self.selection =
            "SELECT rowid, \(list) FROM x WHERE \(keys.map { "c\($0) = ?" }.joined(separator: " AND ")) "
            + "AND rowid > ? ORDER BY rowid LIMIT \(Self.rowsAtOnce)"
        try self.queue.inDatabase { database in
            try database.execute(sql: "CREATE TABLE x(\(names.joined(separator: ", ")))")
            try database.execute(sql: "CREATE INDEX k ON x(\(keys.map { "c\($0)" }.joined(separator: ", ")))")
        }
    }

    /// Takes rows over until `next`, which writes one's cells into the array, says that there is none.
    func fill(_ next: (inout [SQLValue]) throws -> Bool) throws {
        try self.queue.inDatabase { database in
            try database.inTransaction(.exclusive) {
                let statement = try database.makeStatement(sql: self.insertion)
                var cells = Array(repeating: SQLValue.null, count: self.width)
                while try next(&cells) {
                    statement.setUncheckedArguments(StatementArguments(cells.map(\.queryCell.databaseValue)))
                    try statement.execute()
                }
                return .commit
            }
        }
    }

    /// Hands over the rows with these values in the key columns, in the order in which they were filled in.
    func find(_ values: [QueryCell], _ body: ([SQLValue]) throws -> Void) throws {
        var last: Int64 = 0
        while true {
            let rows = try self.queue.inDatabase { database in
                let statement = try database.cachedStatement(sql: self.selection)
                let arguments = values.map(\.databaseValue) + [last.databaseValue]
                return try Row.fetchAll(statement, arguments: StatementArguments(arguments))
            }
            for row in rows {
                last = row[0]
                try body((1...self.width).map { SQLValue(QueryCell(row[$0] as DatabaseValue)) })
            }
            if rows.count < Self.rowsAtOnce { return }
        }
    }
}

extension QueryCell {
    var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .real(let value): value.databaseValue
        case .decimal: self.text.databaseValue
        case .text(let value): value.databaseValue
        case .blob(let bytes): Data(bytes).databaseValue
        }
    }
}

extension SQLValue {
    /// A cell as SQLite gave it back.
    fileprivate init(_ cell: QueryCell) {
        switch cell {
        case .null: self = .null
        case .integer(let value): self = .integer(value)
        case .real(let value): self = .double(value)
        case .decimal(let unscaled, let scale): self = .numeric(unscaled, scale: scale)
        case .text(let value): self = .text(value)
        case .blob(let bytes): self = .bytes(bytes)
        }
    }
}
