import LedgerRelations

extension Relation {
    /// The rows of relations that fill one table, one relation after the other. They are found by what those of all are.
    package static func concatenated(_ relations: [Relation]) -> Relation {
        guard let first = relations.first, relations.allSatisfy({ $0.declaration == first.declaration }) else {
            preconditionFailure("relations that are concatenated fill one table")
        }
        let removals = relations.compactMap(\.removedKeys)
        let removedKeys: KeyReading = { snapshot, after, body in
            for removal in removals { try removal(snapshot, after, body) }
        }
        var whole = Relation(declaration: first.declaration, removedKeys: removals.isEmpty ? nil : removedKeys) {
            snapshot, changedAfter, body in
            for relation in relations { try relation.rows(snapshot, changedAfter, body) }
        }
        for columns in first.paths.map(\.columns) {
            let paths = relations.compactMap { $0.paths.first { $0.columns == columns } }
            guard paths.count == relations.count else { continue }
            whole = whole.found(by: columns) { snapshot, values, body in
                for path in paths { try path.rows(snapshot, values, body) }
            }
        }
        return whole.counted { snapshot in try relations.reduce(0) { try $0 + $1.count(snapshot) } }
    }
}
