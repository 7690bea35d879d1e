import Ledger

/// Names that have to be unique in a column.
extension String {
    /// As it is; one that is longer than the limit is cut and ends with the mark, because others may begin like it.
    func cut(to limit: Int, orMarked mark: String) -> String {
        self.cut(to: limit) == self ? self : self.marked(mark, within: limit)
    }

    /// With a mark of ASCII at its end, cut before it where both are longer than the limit.
    func marked(_ mark: String, within limit: Int) -> String { self.cut(to: limit - mark.utf8.count) + mark }
}
