import LedgerRelations

/// The partitions that a table's rows need, told row by row.
struct PostgresPartitions {
    private let table: TableDeclaration
    private let schema: Schema
    private let column: Int
    private var made: Set<CalendarMonth> = []
    private var current: Range<Int64> = 0..<0

    /// Nil for a table that is whole.
    init?(of table: TableDeclaration, in schema: Schema) {
        guard let column = table.partitioning.flatMap({ by in table.columns.firstIndex { $0.name == by.column } })
        else {
            return nil
        }
        self.table = table
        self.schema = schema
        self.column = column
    }

    /// The statement that must run before this row is written; nil when its partition stands.
    mutating func statement(before cells: [SQLValue]) -> String? {
        guard case .timestamp(let time) = cells[self.column], !self.current.contains(time) else { return nil }
        let month = CalendarMonth(at: time)
        self.current = month.start..<month.next.start
        guard self.made.insert(month).inserted else { return nil }
        return PostgreSQLDialect().createPartition(of: self.table, in: self.schema, at: time)
    }
}
