import Relations

extension Relation {
    /// The rows of relations that fill one table, one relation after the other.
    package static func concatenated(_ relations: [Relation]) -> Relation {
        guard let first = relations.first, relations.allSatisfy({ $0.declaration == first.declaration }) else {
            preconditionFailure("relations that are concatenated fill one table")
        }
        let removals = relations.compactMap(\.removedKeys)
        let removedKeys: Reading = { snapshot, after, body in
            for removal in removals { try removal(snapshot, after, body) }
        }
        return Relation(declaration: first.declaration, removedKeys: removals.isEmpty ? nil : removedKeys) {
            snapshot, changedAfter, body in
            for relation in relations { try relation.rows(snapshot, changedAfter, body) }
        }
    }
}
