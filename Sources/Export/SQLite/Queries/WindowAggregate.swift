/// An aggregate function, which also answers with `OVER` (sqlite.org/windowfunctions.html).
protocol WindowAggregate: Sendable {
    static var name: String { get }
    static var argumentCount: Int { get }

    /// The aggregate of no rows.
    init()
    /// Throws `DatabaseError` for an argument that it cannot take.
    mutating func add(_ cells: [QueryCell]) throws
    /// Undoes `add` of the oldest row that is still in the window.
    mutating func remove(_ cells: [QueryCell]) throws
    mutating func value() -> QueryCell
}
