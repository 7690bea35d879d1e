import Relations

extension Relation {
    /// The rows of one table from several places, one place after the other; no two of them give rows with the same
    /// primary key.
    package static func union(_ declaration: TableDeclaration, _ parts: [Relation]) -> Relation {
        precondition(
            parts.allSatisfy { $0.declaration == declaration }, "all places give rows of \(declaration.name)")
        let removing = parts.compactMap(\.removedKeys)
        let removedKeys: Reading = { snapshot, after, body in
            for keys in removing { try keys(snapshot, after, body) }
        }
        return Relation(declaration: declaration, removedKeys: removing.isEmpty ? nil : removedKeys) {
            snapshot, changedAfter, body in
            for part in parts { try part.rows(snapshot, changedAfter, body) }
        }
    }
}
