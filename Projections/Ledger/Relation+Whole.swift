import EventSourcing

extension Relation {
    /// The same rows, all of them handed over again when something else happened that changes many at once.
    package func whole(
        when happened: @escaping @Sendable (_ snapshot: LedgerSnapshot, _ after: Position) throws -> Bool
    ) -> Relation {
        var relation = self
        relation.rows = { snapshot, changedAfter, body in
            let isWhole = try changedAfter > .start && happened(snapshot, changedAfter)
            try self.rows(snapshot, isWhole ? .start : changedAfter, body)
        }
        return relation
    }
}
