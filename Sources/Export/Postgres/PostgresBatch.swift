import LedgerPostgres
import LedgerRelations

extension Error {
    /// Whether PostgreSQL refused something because of a row's values: a value that a type cannot hold (class 22), a
    /// constraint (23), a size limit (54). PostgreSQL manual, appendix A.
    var isAboutRows: Bool {
        guard let state = (self as? PostgresError)?.refusal?.sqlState else { return false }
        return ["22", "23", "54"].contains { state.hasPrefix($0) }
    }
}

/// Rows copied in batches, each behind a savepoint. A batch that is refused is halved until the rows that cause it are
/// found; these are held back and noted.
struct PostgresBatch {
    private static let rowLimit = 500
    private static let byteLimit = 8 << 20

    let connection: PostgresConnection
    let table: TableDeclaration
    let copy: String
    let orphans: PostgresOrphans
    private(set) var refused = 0
    private var waiting: [[SQLValue]] = []
    private var waitingBytes = 0

    init(connection: PostgresConnection, table: TableDeclaration, copy: String, orphans: PostgresOrphans) {
        self.connection = connection
        self.table = table
        self.copy = copy
        self.orphans = orphans
    }

    /// - Parameter statement: what has to run before the row is written.
    mutating func add(_ cells: [SQLValue], after statement: String?) throws {
        if let statement {
            try self.flush()
            let failure = try self.attempt { try self.connection.execute(statement) }
            if let failure { return try self.holdBack(cells, failure) }
        }
        self.waiting.append(cells)
        for case .text(let text) in cells { self.waitingBytes += text.utf8.count }
        for case .json(let text) in cells { self.waitingBytes += text.utf8.count }
        if self.waiting.count >= Self.rowLimit || self.waitingBytes >= Self.byteLimit { try self.flush() }
    }

    mutating func flush() throws {
        let rows = self.waiting
        self.waiting.removeAll(keepingCapacity: true)
        self.waitingBytes = 0
        try self.write(rows[...])
    }

    private mutating func write(_ rows: ArraySlice<[SQLValue]>) throws {
        let failure = try self.attempt {
            _ = try CopyStream.write(to: self.connection, into: { self.copy }) { stream in
                for cells in rows { try stream.row(cells) }
            }
        }
        guard let failure, let first = rows.first else { return }
        if rows.count == 1 { return try self.holdBack(first, failure) }
        let middle = rows.startIndex + rows.count / 2
        try self.write(rows[..<middle])
        try self.write(rows[middle...])
    }

    /// Runs `body` behind a savepoint; returns why a row was refused.
    private func attempt(_ body: () throws -> Void) throws -> PostgresRefusal? {
        try self.connection.execute("SAVEPOINT batch")
        do {
            try body()
            try self.connection.execute("RELEASE SAVEPOINT batch")
            return nil
        } catch let error as PostgresError where error.isAboutRows {
            try self.connection.execute("ROLLBACK TO SAVEPOINT batch")
            try self.connection.execute("RELEASE SAVEPOINT batch")
            return error.refusal
        }
    }

    private mutating func holdBack(_ cells: [SQLValue], _ refusal: PostgresRefusal) throws {
        self.refused += 1
        let failure = try self.attempt {
            _ = try self.connection.query(self.orphans.noteRefused(self.table, hasKey: true), self.note(cells, refusal))
        }
        // The key itself may be what the table's types cannot hold.
        if failure != nil {
            _ = try self.connection.query(
                self.orphans.noteRefused(self.table, hasKey: false), self.note(cells, refusal))
        }
    }

    /// The parameters of `noteRefused`.
    private func note(_ cells: [SQLValue], _ refusal: PostgresRefusal) -> [String] {
        func object(_ indexes: some Sequence<Int>) -> String {
            var encoder = CellEncoder(capacity: 4096)
            let indexes = Array(indexes)
            encoder.appendJSONRow(indexes.map { cells[$0] }, columns: indexes.map { self.table.columns[$0] })
            return encoder.buffer.withBytes { String(decoding: $0.dropLast(), as: UTF8.self) }
        }
        return [object(self.table.primaryKeyIndexes), refusal.sqlState, refusal.message, object(cells.indices)]
    }
}
