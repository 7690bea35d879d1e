/// A table, written once: its columns with where each value comes from, its keys, constraints and indexes.
///
///     static let table = Table<WorkflowExecution>("workflow_executions", primaryKey: "id") {
///         Column("id", .uuid, \.id)
///         Column("organization_id", .uuid, \.organization).references("organizations", "id").indexed()
///         Column("status", .enumeration(WorkflowExecution.Status.self), \.status)
///         Column("duration_ms", .bigint, \.durationMilliseconds, unit: "ms")
///         Check("duration_is_not_negative", "duration_ms >= 0")
///     }
@usableFromInline package struct Table<Row>: Sendable {
    package let declaration: TableDeclaration
    @usableFromInline let values: [@Sendable (Row) -> SQLValue]
    /// What `Column.reading` says of each column.
    package let reads: [[String]?]

    package init(
        _ name: String, primaryKey: String..., partitioned partitioning: Partitioning? = nil,
        description: String? = nil, @TableBuilder<Row> _ elements: () -> [TableElement<Row>]
    ) {
        var declaration = TableDeclaration(
            name: name, primaryKey: primaryKey, partitioning: partitioning, description: description)
        var values: [@Sendable (Row) -> SQLValue] = []
        var reads: [[String]?] = []
        for element in elements() {
            switch element {
            case .column(let column):
                declaration.add(column.declaration)
                values.append(column.value)
                reads.append(column.reads)
            case .unique(let unique): declaration.add(unique)
            case .check(let check): declaration.checks.append(check)
            case .foreignKey(let key): declaration.add(key)
            case .index(let index): declaration.indexes.append(index)
            case .generated(let column): declaration.generatedColumns.append(column)
            case .policy(let policy): declaration.policies.append(policy)
            case .trigger(let trigger): declaration.triggers.append(trigger)
            case .deviation(let deviation): declaration.deviations.append(deviation)
            }
        }
        let problems = declaration.problems
        precondition(problems.isEmpty, problems.joined(separator: "; "))
        self.declaration = declaration
        self.values = values
        self.reads = reads
    }

    package var name: String { self.declaration.name }

    /// Writes the row's cells, in column order, over what `cells` held. Allocates only where a value itself does.
    @inlinable
    package func fill(_ cells: inout [SQLValue], from row: Row) {
        if cells.count != self.values.count {
            cells = Array(repeating: .null, count: self.values.count)
        }
        for index in self.values.indices {
            cells[index] = self.values[index](row)
        }
    }
}

/// What stands between the braces of a `Table`.
package enum TableElement<Row>: Sendable {
    case column(Column<Row>)
    case unique(Unique)
    case check(TableCheck)
    case foreignKey(ForeignKey)
    case index(TableIndex)
    case generated(GeneratedColumn)
    case policy(RowPolicy)
    case trigger(Trigger)
    case deviation(Deviation)
}

@resultBuilder
package enum TableBuilder<Row> {
    package static func buildExpression(_ column: Column<Row>) -> [TableElement<Row>] { [.column(column)] }
    package static func buildExpression(_ unique: Unique) -> [TableElement<Row>] { [.unique(unique)] }
    package static func buildExpression(_ check: TableCheck) -> [TableElement<Row>] { [.check(check)] }
    package static func buildExpression(_ key: ForeignKey) -> [TableElement<Row>] { [.foreignKey(key)] }
    package static func buildExpression(_ index: TableIndex) -> [TableElement<Row>] { [.index(index)] }
    package static func buildExpression(_ column: GeneratedColumn) -> [TableElement<Row>] { [.generated(column)] }
    package static func buildExpression(_ policy: RowPolicy) -> [TableElement<Row>] { [.policy(policy)] }
    package static func buildExpression(_ policies: [RowPolicy]) -> [TableElement<Row>] { policies.map { .policy($0) } }
    package static func buildExpression(_ trigger: Trigger) -> [TableElement<Row>] { [.trigger(trigger)] }
    package static func buildExpression(_ deviation: Deviation) -> [TableElement<Row>] { [.deviation(deviation)] }
    /// Columns that several tables share.
    package static func buildExpression(_ elements: [TableElement<Row>]) -> [TableElement<Row>] { elements }
    package static func buildBlock(_ parts: [TableElement<Row>]...) -> [TableElement<Row>] { parts.flatMap { $0 } }
}
