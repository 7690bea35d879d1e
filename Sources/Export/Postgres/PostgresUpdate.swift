import LedgerPostgres
import LedgerRelations

/// A later run: what changed since a position is copied into temporary tables, one for each table of which anything
/// changed, and merged from there, parents first; then what is gone is removed, children first. Rows that tenants wrote
/// stay, unless they stand in the way.
struct PostgresUpdate {
    /// Carefully, foreign keys are taken off meanwhile, and each row that the database refuses is held back.
    enum Pace { case fast, careful }

    let connection: PostgresConnection
    let schema: Schema
    let after: UInt64
    let pace: Pace
    /// Whether all rows are written, and not only those that changed.
    let isWhole: Bool
    let dialect = PostgreSQLDialect()
    let orphans: PostgresOrphans

    init(
        connection: PostgresConnection, schema: Schema, after: UInt64, pace: Pace = .fast, isWhole: Bool = false
    ) {
        self.connection = connection
        self.schema = schema
        self.after = after
        self.pace = pace
        self.isWhole = isWhole
        self.orphans = PostgresOrphans(in: schema)
    }

    func write(_ source: some RelationSource, _ progress: ExportProgress?) throws -> [ExportReport.Table] {
        if self.pace == .careful {
            for statement in self.dialect.referenceRemovals(self.schema) { try self.connection.execute(statement) }
        }
        var loosened: [TableDeclaration] = []
        var reports: [String: ExportReport.Table] = [:]
        // Tables with something to merge, and with something to remove.
        var staged: Set<String> = []
        var gone: Set<String> = []
        let hasOrphans = try self.orphans.isAnyNoted(self.connection)
        for (index, table) in self.schema.tables.enumerated() {
            let report = try self.stage(table, source, progress)
            reports[table.name] = report
            // What waits for a row that is there now goes into the stage, too.
            if self.pace == .fast, report.rows == 0, hasOrphans { _ = try self.createStage(of: table) }
            if report.rows > 0 || hasOrphans || self.pace == .careful { staged.insert(table.name) }
            if try self.stageWhatIsGone(table, source) {
                gone.insert(table.name)
                if hasOrphans { try self.connection.execute(self.orphans.forget(table, goneBy: self.goneStage(table))) }
            }
            guard staged.contains(table.name) else { continue }
            try self.adopt(table, earlier: self.schema.tables[..<index].map(\.name))
            if try self.merge(table) == .loosened { loosened.append(table) }
            if hasOrphans { try self.restoreReferences(of: table, to: self.schema.tables.map(\.name)) }
        }
        for (index, table) in self.schema.tables.enumerated() where staged.contains(table.name) {
            try self.sweep(table, later: self.schema.tables[(index + 1)...].map(\.name))
        }
        for table in self.schema.tables.reversed() where gone.contains(table.name) {
            reports[table.name]?.removed = try self.removeWhatIsGone(
                table, hasStage: staged.contains(table.name))
        }
        for table in loosened {
            reports[table.name]?.displaced += try self.removeWhatStandsInTheWay(table)
            for statement in self.dialect.uniquenessStatements(table, in: self.schema) {
                try self.connection.execute(statement)
            }
        }
        if self.pace == .careful {
            try self.sweepAll(source) { reports[$0.name]?.displaced += $1 }
            for statement in self.dialect.referenceStatements(self.schema) { try self.connection.execute(statement) }
        }
        return self.schema.tables.compactMap { reports[$0.name] }
    }

    // MARK: Stages

    private func stage(_ table: TableDeclaration) -> String {
        "\"pg_temp\".\(self.dialect.quoted("stage of \(table.name)"))"
    }

    private func stage(
        _ table: TableDeclaration, _ source: some RelationSource, _ progress: ExportProgress?
    ) throws -> ExportReport.Table {
        let copy = PostgresCopy(connection: self.connection, table: table)
        let position = self.isWhole ? nil : self.after
        switch self.pace {
        case .fast:
            return try copy.rows(
                of: source, changedAfter: position, into: { try self.createStage(of: table) }, progress)
        case .careful:
            // The stage has the table's constraints and indexes, so that it refuses what the table would.
            let stage = self.stage(table)
            try self.connection.execute(
                "CREATE TEMPORARY TABLE \(stage) (LIKE \(self.name(table)) INCLUDING ALL) ON COMMIT DROP")
            let report = try copy.acceptedRows(
                of: source, changedAfter: position,
                with: "COPY \(stage) (\(self.dialect.quotedList(table.columns.map(\.name)))) FROM STDIN",
                partitions: PostgresPartitions(of: table, in: self.schema), self.orphans, progress)
            try self.connection.execute(self.orphans.forgetOthersOfRefused(table))
            return report
        }
    }

    private func createStage(of table: TableDeclaration) throws -> String {
        let copy = try self.createStage(table, columns: table.columns.map(\.name), in: self.stage(table))
        // Foreign keys may start from columns that are computed.
        for column in table.generatedColumns {
            try self.connection.execute(
                "ALTER TABLE \(self.stage(table)) ADD COLUMN \(self.dialect.generatedLine(column, in: self.schema))")
        }
        return copy
    }

    /// Returns the COPY statement that fills it.
    func createStage(_ table: TableDeclaration, columns: [String], in stage: String) throws -> String {
        let list = self.dialect.quotedList(columns)
        try self.connection.execute(
            "CREATE TEMPORARY TABLE \(stage) ON COMMIT DROP AS SELECT \(list) FROM \(self.name(table)) WITH NO DATA")
        return "COPY \(stage) (\(list)) FROM STDIN"
    }

    /// Makes the staged rows fit to be merged: partitions stand for them, what they refer to is there, and what waited
    /// for rows that are there now is among them.
    private func adopt(_ table: TableDeclaration, earlier: [String]) throws {
        let stage = self.stage(table)
        try self.connection.execute(self.orphans.forget(table, in: stage))
        if !table.foreignKeys.isEmpty {
            for key in table.foreignKeys {
                let staged = key.table == table.name ? stage : nil
                try self.connection.execute(self.orphans.release(key, of: table, into: stage, staged: staged))
            }
            // Taking a row out may orphan another that refers to it.
            var moved = 0
            repeat {
                moved = 0
                for key in table.foreignKeys where key.table == table.name || earlier.contains(key.table) {
                    let staged = key.table == table.name ? stage : nil
                    moved += try self.connection.execute(self.orphans.sweep(key, of: table, in: stage, staged: staged))
                }
            } while moved > 0
        }
        switch self.pace {
        case .fast:
            if !table.foreignKeys.isEmpty, try self.orphans.holdBackWhatStands(table, self.connection) {
                throw NeedsCare()
            }
        case .careful: try self.connection.execute(self.orphans.removeWhatIsHeldBack(table))
        }
        guard let column = table.partitioning?.column else { return }
        let months = try self.connection.query(
            """
            SELECT DISTINCT (extract(epoch FROM date_trunc('month', \(self.dialect.quoted(column)), 'UTC')) * 1000000)::bigint
            FROM \(stage)
            """)
        for month in months.compactMap({ $0[0].flatMap { Int64($0) } }) {
            try self.connection.execute(self.dialect.createPartition(of: table, in: self.schema, at: month))
        }
    }

    /// References to tables that come later are looked at when those stand. They are checked at commit, not before.
    private func sweep(_ table: TableDeclaration, later: [String]) throws {
        let isStaged = table.primaryKey.map { "s.\(self.dialect.quoted($0)) = r.\(self.dialect.quoted($0))" }
            .joined(separator: " AND ")
        for key in table.foreignKeys where later.contains(key.table) {
            try self.connection.execute(
                self.orphans.sweep(
                    key, of: table, in: self.name(table),
                    where: "EXISTS (SELECT FROM \(self.stage(table)) s WHERE \(isStaged))"))
        }
        try self.restoreReferences(of: table, to: later)
    }

    private func restoreReferences(of table: TableDeclaration, to parents: [String]) throws {
        for key in table.foreignKeys where parents.contains(key.table) {
            if let restoring = self.orphans.restore(key, of: table) { try self.connection.execute(restoring) }
        }
    }

    /// A row that others refer to cannot stand any longer. That is rare, and what follows from it may be long.
    struct NeedsCare: Error {}

    private enum Merge { case merged, loosened }

    /// Rows may trade unique values among themselves (A takes the name that B gives up), which a merge row by row
    /// would refuse. Then the table's uniqueness is taken off, and put back over the final rows.
    private func merge(_ table: TableDeclaration) throws -> Merge {
        guard table.hasUniquenessBeyondPrimaryKey else {
            try self.connection.execute(self.upsert(table))
            return .merged
        }
        try self.connection.execute("SAVEPOINT merge")
        do {
            try self.connection.execute(self.upsert(table))
            return .merged
        } catch {
            guard error.refusal?.sqlState == "23505" else { throw error }
            try self.connection.execute("ROLLBACK TO SAVEPOINT merge")
            for unique in table.uniques {
                try self.connection.execute(
                    "ALTER TABLE \(self.name(table)) DROP CONSTRAINT \(self.dialect.quoted(unique.name ?? ""))")
            }
            for index in table.indexes where index.isUnique {
                try self.connection.execute("DROP INDEX \(self.dialect.qualified(index.name, in: self.schema))")
            }
            try self.connection.execute(self.upsert(table))
            return .loosened
        }
    }

    private func upsert(_ table: TableDeclaration) -> String {
        let columns = table.columns.map(\.name)
        let changing = columns.filter { !table.primaryKey.contains($0) }.map { column in
            "\(self.dialect.quoted(column)) = EXCLUDED.\(self.dialect.quoted(column))"
        }
        let action = changing.isEmpty ? "NOTHING" : "UPDATE SET \(changing.joined(separator: ", "))"
        return "INSERT INTO \(self.name(table)) (\(self.dialect.quotedList(columns))) "
            + "SELECT \(self.dialect.quotedList(columns)) FROM \(self.stage(table)) "
            + "ON CONFLICT (\(self.dialect.quotedList(table.primaryKey))) DO \(action)"
    }

    /// Rows of the ledger never agree in unique values. So a row that agrees with a staged one, and is not staged itself,
    /// is a tenant's.
    private func removeWhatStandsInTheWay(_ table: TableDeclaration) throws -> Int {
        var removed = 0
        let key = table.primaryKey.map { self.dialect.quoted($0) }
        func same(_ a: String, _ b: String) -> String {
            key.map { "\(a).\($0) = \(b).\($0)" }.joined(separator: " AND ")
        }
        for unique in self.uniqueValues(of: table) {
            let values = unique.values.enumerated().map { "\($1) AS value_\($0)" }
            let selected = (key + values).joined(separator: ", ")
            let condition = unique.condition.map { " WHERE \($0)" } ?? ""
            let agree = values.indices.map {
                "t.value_\($0) \(unique.nullsAreEqual ? "IS NOT DISTINCT FROM" : "=") s.value_\($0)"
            }
            do {
                removed += try self.connection.execute(
                    """
                    DELETE FROM \(self.name(table)) d USING (SELECT \(selected) FROM \(self.name(table))\(condition)) t,
                    (SELECT \(selected) FROM \(self.stage(table))\(condition)) s
                    WHERE \(same("d", "t")) AND \(agree.joined(separator: " AND "))
                    AND NOT EXISTS (SELECT FROM \(self.stage(table)) own WHERE \(same("own", "t")))
                    """)
            } catch {
                guard error.refusal?.sqlState == "23503" else { throw error }
                throw NeedsCare()
            }
        }
        // What refers to such a row would go with it, uncounted.
        if self.pace == .fast, removed > 0, !self.references(to: table).isEmpty { throw NeedsCare() }
        return removed
    }

    private func uniqueValues(
        of table: TableDeclaration
    ) -> [(values: [String], condition: String?, nullsAreEqual: Bool)] {
        table.uniques.map { ($0.columns.map { self.dialect.quoted($0) }, nil, $0.nullsNotDistinct) }
            + table.indexes.filter(\.isUnique).map { index in
                let values = index.parts.map { part in
                    switch part {
                    case .ascending(let column), .descending(let column): self.dialect.quoted(column)
                    case .expression(let sql): "(\(sql))"
                    }
                }
                return (values, index.condition, false)
            }
    }

    private func goneStage(_ table: TableDeclaration) -> String {
        "\"pg_temp\".\(self.dialect.quoted("gone of \(table.name)"))"
    }

    /// Keys of rows that may be gone, in full or their leading cells; returns whether there are any.
    private func stageWhatIsGone(_ table: TableDeclaration, _ source: some RelationSource) throws -> Bool {
        try PostgresCopy(connection: self.connection, table: table).removedKeys(of: source, after: self.after) {
            try self.createStage(table, columns: table.primaryKey, in: self.goneStage(table))
        }
    }

    /// Of the rows that may be gone, those that were not written anew.
    private func removeWhatIsGone(_ table: TableDeclaration, hasStage: Bool) throws -> Int {
        let stage = self.goneStage(table)
        let keys = table.primaryKey.map { self.dialect.quoted($0) }
        let isSame = keys.map { "s.\($0) = t.\($0)" }.joined(separator: " AND ")
        let isMeant = self.dialect.isMeant("t", by: "g", table)
        let isGone = isMeant + (hasStage ? " AND NOT EXISTS (SELECT FROM \(self.stage(table)) s WHERE \(isSame))" : "")
        for (child, key) in self.pace == .fast ? self.references(to: table) : [] {
            let refers = zip(key.columns, key.referencedColumns).map { child, parent in
                "c.\(self.dialect.quoted(child)) = t.\(self.dialect.quoted(parent))"
            }
            let found = try self.connection.query(
                """
                SELECT FROM \(self.name(table)) t, \(stage) g, \(self.name(child)) c
                WHERE \(isGone) AND \(refers.joined(separator: " AND ")) LIMIT 1
                """)
            if !found.isEmpty { throw NeedsCare() }
        }
        return try self.connection.execute("DELETE FROM \(self.name(table)) t USING \(stage) g WHERE \(isGone)")
    }

    private func references(to table: TableDeclaration) -> [(TableDeclaration, LedgerRelations.ForeignKey)] {
        self.schema.tables.flatMap { child in
            child.foreignKeys.filter { $0.table == table.name }.map { (child, $0) }
        }
    }

    func name(_ table: TableDeclaration) -> String { self.dialect.qualified(table.name, in: self.schema) }
}
