/// A source that questions are asked of in place, and that stands still meanwhile: rows by what stands in some of their columns, and only the cells that
/// are wanted.
@usableFromInline package protocol QuerySource: RelationSource {
    /// How rows of a table are found without going through all of them.
    func paths(to table: TableDeclaration) -> AccessPaths

    /// Roughly how many rows there are; a wrong number costs time, never truth.
    func estimatedRows(of table: TableDeclaration) throws -> Int

    /// Calls `body` with the cells of every row that is selected, and maybe of others; those that are not in `columns`
    /// may hold anything. In the same order whenever it is asked the same. `body` must not keep the array.
    func rows(
        of table: TableDeclaration, _ selection: RowSelection, columns: ColumnSet, _ body: ([SQLValue]) throws -> Void
    ) throws
}

/// The cheap ways to rows of one table.
@usableFromInline package struct AccessPaths: Hashable, Sendable {
    /// Each the columns whose values, together, lead to rows.
    package var lookups: [[String]]
    /// The column by whose ascending, distinct values rows come, where they come by one.
    package var order: String?
    /// Whether rows can be had between two values of `order`, which is a number then.
    package var isBounded: Bool

    package static let none = AccessPaths()

    package init(lookups: [[String]] = [], order: String? = nil, isBounded: Bool = false) {
        self.lookups = lookups
        self.order = order
        self.isBounded = isBounded
    }
}

/// Which rows are wanted.
@usableFromInline package enum RowSelection: Hashable, Sendable {
    case all
    /// Those with these values in the columns of a look-up, by its place among `AccessPaths.lookups`.
    case lookup(Int, [SQLValue])
    /// Those whose `AccessPaths.order` lies between two values, in order.
    case between(ClosedRange<Int64>)
}

extension QuerySource {
    package func paths(to table: TableDeclaration) -> AccessPaths { .none }
    package func estimatedRows(of table: TableDeclaration) throws -> Int { 10_000 }

    /// All of them, which is always an answer.
    package func rows(
        of table: TableDeclaration, _ selection: RowSelection, columns: ColumnSet, _ body: ([SQLValue]) throws -> Void
    ) throws {
        try self.rows(of: table, changedAfter: nil, body)
    }
}
