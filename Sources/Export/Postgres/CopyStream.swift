import LedgerPostgres
import LedgerRelations

/// Rows into a `COPY … FROM STDIN` that begins with the first of them: where there is none, the server is not asked for
/// anything.
struct CopyStream {
    private let connection: PostgresConnection
    /// Makes what the rows go into, and returns the statement.
    private let begin: () throws -> String
    private let out: RowStream
    /// Of the open COPY.
    private var statement: String?
    private var hasRows = false

    private init(_ connection: PostgresConnection, _ begin: @escaping () throws -> String) {
        self.connection = connection
        self.begin = begin
        self.out = RowStream { try connection.sendCopy($0) }
    }

    /// Copies the rows that `body` hands over; returns whether there was any.
    static func write(
        to connection: PostgresConnection, into begin: () throws -> String, _ body: (inout CopyStream) throws -> Void
    ) throws -> Bool {
        try withoutActuallyEscaping(begin) { begin in
            var stream = CopyStream(connection, begin)
            do {
                try body(&stream)
                if stream.statement != nil { try stream.out.flush() }
            } catch {
                if stream.statement != nil { connection.abandonCopy() }
                throw error
            }
            try stream.end()
            return stream.hasRows
        }
    }

    mutating func row(_ cells: [SQLValue]) throws {
        if self.statement == nil {
            let statement = try self.begin()
            try self.connection.beginCopy(statement)
            self.statement = statement
            self.hasRows = true
        }
        try self.out.copyRow(cells)
    }

    /// Runs a statement between two rows.
    mutating func execute(_ sql: String) throws {
        if self.statement != nil { try self.out.flush() }
        try self.end()
        try self.connection.execute(sql)
    }

    private mutating func end() throws {
        guard let statement else { return }
        self.statement = nil
        try self.connection.endCopy(statement)
    }
}
