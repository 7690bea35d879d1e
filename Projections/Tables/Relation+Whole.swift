import LedgerEvents

extension Relation {
    /// The same rows, all of them handed over again when something else happened that changes many at once.
    /// - Parameter happened: the position at which it happened last; `.start`: never.
    package func whole(
        since happened: @escaping @Sendable (_ snapshot: LedgerSnapshot) throws -> Position
    ) -> Relation {
        let changedPosition = self.declaration.columns.count
        var relation = self
        relation.rows = { snapshot, changedAfter, body in
            let last = try happened(snapshot)
            let isWhole = changedAfter > .start && last > changedAfter
            try self.rows(snapshot, isWhole ? .start : changedAfter) { try body($0, max($1, last)) }
        }
        relation.paths = self.paths.map { path in
            RowPath(columns: path.columns) { snapshot, values, body in
                let last = snapshot.columns.contains(changedPosition) ? try happened(snapshot) : .start
                try path.rows(snapshot, values) { try body($0, max($1, last)) }
            }
        }
        return relation
    }
}

extension LedgerSnapshot {
    /// The position at which an agent execution last became another agent's, or its run another workflow's: rows of facts
    /// that name the agent of an agent execution change then.
    package func lastMoveOfAgentExecutions() throws -> Position { try self.changes.lastMoveOfAgentExecutions() }
}
