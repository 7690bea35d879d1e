import LedgerPostgres
import LedgerRelations

extension PostgresUpdate {
    /// While foreign keys are off: takes out every reference to a row that is not there, until there is none. A row of
    /// the ledger's is noted as an orphan; a tenant's makes way, and `displaced` counts it.
    func sweepAll(_ source: some RelationSource, displaced: (TableDeclaration, Int) -> Void) throws {
        var asked: Set<String> = []
        var moved = 0
        repeat {
            moved = 0
            for table in self.schema.tables {
                for key in table.foreignKeys where try self.isBroken(key, of: table) {
                    if asked.insert(table.name).inserted { try self.stageKeys(of: table, source) }
                    let count = try self.connection.execute(self.removal(of: key, in: table))
                    displaced(table, count)
                    moved += count
                    moved += try self.connection.execute(
                        self.orphans.sweep(key, of: table, in: self.name(table), where: self.isOfLedger(table)))
                }
            }
        } while moved > 0
    }

    private func keys(_ table: TableDeclaration) -> String {
        "\"pg_temp\".\(self.dialect.quoted("keys of \(table.name)"))"
    }

    /// Which rows of a table are the ledger's cannot be seen in it.
    private func stageKeys(of table: TableDeclaration, _ source: some RelationSource) throws {
        let copy = try self.createStage(table, columns: table.primaryKey, in: self.keys(table))
        let places = table.primaryKeyIndexes
        _ = try CopyStream.write(to: self.connection, into: { copy }) { stream in
            try source.rows(of: table, changedAfter: nil) { cells in try stream.row(places.map { cells[$0] }) }
        }
        try self.connection.execute("ANALYZE \(self.keys(table))")
    }

    /// Whether a row `r` is the ledger's.
    private func isOfLedger(_ table: TableDeclaration) -> String {
        let same = table.primaryKey.map { "k.\(self.dialect.quoted($0)) = r.\(self.dialect.quoted($0))" }
        return "EXISTS (SELECT FROM \(self.keys(table)) k WHERE \(same.joined(separator: " AND ")))"
    }

    private func isBroken(_ key: ForeignKey, of table: TableDeclaration) throws(PostgresError) -> Bool {
        try !self.connection.query(
            "SELECT FROM \(self.name(table)) r WHERE \(self.orphans.isBroken(key, of: "r")) LIMIT 1"
        ).isEmpty
    }

    /// A tenant's row loses the reference, or goes if it cannot be without.
    private func removal(of key: ForeignKey, in table: TableDeclaration) -> String {
        let nullable = key.columns.filter { table.column($0)?.nullable ?? false }
        let action =
            nullable.isEmpty
            ? "DELETE FROM \(self.name(table)) r"
            : "UPDATE \(self.name(table)) r SET "
                + nullable.map { "\(self.dialect.quoted($0)) = NULL" }.joined(separator: ", ")
        return "\(action) WHERE \(self.orphans.isBroken(key, of: "r")) AND NOT \(self.isOfLedger(table))"
    }
}
