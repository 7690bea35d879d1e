/// What an exporter reads: the rows of a schema's tables as they stand at one position of one ledger.
@usableFromInline package protocol RelationSource: KeyValueSource, PointSource {
    var schema: Schema { get }
    /// The position that the rows stand at. Positions start at 1; 0 is an empty ledger.
    var position: UInt64 { get }
    /// The ledger's origin. A target that holds another ledger's rows is refused.
    var ledgerID: String { get }

    /// Calls `body` with each row's cells, in column order and in one fixed order of rows (that of the keys they are
    /// kept under, mostly the primary key, or that of insertion), so that the same ledger exports the same bytes.
    ///
    /// With `changedAfter`, only rows whose last change is after that position. `body` must not keep the array: the
    /// source writes the next row over it.
    func rows(of table: TableDeclaration, changedAfter: UInt64?, _ body: ([SQLValue]) throws -> Void) throws

    /// Calls `body` with the primary key, or its leading cells, of rows that stood at `position` and may be gone now:
    /// of the rows with such a key, those that `rows(of:changedAfter:)` does not hand over are.
    func removedKeys(of table: TableDeclaration, after position: UInt64, _ body: ([SQLValue]) throws -> Void) throws
}

extension RelationSource {
    /// Rows are never removed, unless a source says so.
    package func removedKeys(
        of table: TableDeclaration, after position: UInt64, _ body: ([SQLValue]) throws -> Void
    ) throws {}
}
