import LedgerTables

/// Names that have to be unique in a column.
extension String {
    /// With a mark of ASCII at its end, cut before it where both are longer than the limit.
    func marked(_ mark: String, within limit: Int) -> String { self.cut(to: limit - mark.utf8.count) + mark }
}
