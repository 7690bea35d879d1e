/// A source that questions are asked of in place: rows by what stands in some of their columns, and only the cells that
/// are wanted.
public protocol QuerySource: RelationSource {
    /// Runs `body` while all rows stand still at `position`, whoever writes meanwhile.
    func holding<R>(_ body: () throws -> R) throws -> R

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
public struct AccessPaths: Hashable, Sendable {
    /// Each the columns whose values, together, lead to rows.
    public var lookups: [[String]]
    /// The column by whose ascending, distinct values rows come, where they come by one.
    public var order: String?
    /// Whether rows can be had between two values of `order`, which is a number then.
    public var isBounded: Bool

    public static let none = AccessPaths()

    public init(lookups: [[String]] = [], order: String? = nil, isBounded: Bool = false) {
        self.lookups = lookups
        self.order = order
        self.isBounded = isBounded
    }
}

/// Which rows are wanted.
public enum RowSelection: Hashable, Sendable {
    case all
    /// Those with these values in the columns of a look-up, by its place among `AccessPaths.lookups`.
    case lookup(Int, [SQLValue])
    /// Those whose `AccessPaths.order` lies between two values, in order.
    case between(ClosedRange<Int64>)
}

extension QuerySource {
    public func holding<R>(_ body: () throws -> R) throws -> R { try body() }
    public func paths(to table: TableDeclaration) -> AccessPaths { .none }
    public func estimatedRows(of table: TableDeclaration) throws -> Int { 10_000 }

    /// All of them, which is always an answer.
    public func rows(
        of table: TableDeclaration, _ selection: RowSelection, columns: ColumnSet, _ body: ([SQLValue]) throws -> Void
    ) throws {
        try self.rows(of: table, changedAfter: nil, body)
    }
}
