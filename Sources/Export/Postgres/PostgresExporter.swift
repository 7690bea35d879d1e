import LedgerPostgres
import LedgerRelations

/// Tables in a PostgreSQL schema, written in one transaction that also says up to where: the first run creates and
/// loads them, a later one brings over what changed; tables of an older version of the schema are made anew. Needs no more than a role that may create the schema, or that owns
/// an empty one.
package struct PostgresExporter: Exporter {
    /// `postgres://user@host/database`, or libpq's keywords.
    package let conninfo: String
    /// Whether tenants may write the exported tables, within the schema's policies. What they write stays there.
    package let tenantWrites: Bool
    /// Whether tables that were changed by hand are loaded again; else such a target is refused.
    package let repairs: Bool
    /// Whether rows are counted to notice that some were removed by hand: a pass over each table.
    package let countsRows: Bool
    /// How long the server may be silent, unless it runs and only takes long, and how long a lock is waited for.
    package let timeoutSeconds: Int

    package init(
        _ conninfo: String, tenantWrites: Bool = false, repairs: Bool = false, countsRows: Bool = true,
        timeoutSeconds: Int = ExportTimeout.defaultSeconds
    ) {
        self.timeoutSeconds = timeoutSeconds
        self.conninfo = conninfo
        self.tenantWrites = tenantWrites
        self.repairs = repairs
        self.countsRows = countsRows
    }

    package func export(_ source: some RelationSource, progress: ExportProgress?) throws -> ExportReport {
        do {
            return try self.connectAndExport(source, progress)
        } catch let error as PostgresError {
            throw ExportError(error)
        }
    }

    private func connectAndExport(
        _ source: some RelationSource, _ progress: ExportProgress?
    ) throws -> ExportReport {
        let start = ContinuousClock.now
        let connection = try PostgresConnection(self.conninfo, timeoutSeconds: self.timeoutSeconds)
        try connection.begin()
        // Times as text, in keys of what is noted, are UTC; triggers that are for people stand aside.
        try connection.execute("SET LOCAL timezone = 'UTC'")
        try connection.execute("SET LOCAL agentledger.exporting = 'on'")
        do {
            let outcome = try self.write(source, connection, progress)
            try self.inspection(source.schema, connection).record()
            try connection.execute("COMMIT")
            return ExportReport(
                target: connection.target, fromPosition: outcome.from, toPosition: source.position,
                tables: outcome.tables, mended: outcome.mended, seconds: (ContinuousClock.now - start).inSeconds)
        } catch {
            // The first error is the one to tell; closing the connection rolls back as well.
            _ = try? connection.execute("ROLLBACK")
            throw error
        }
    }

    private func write(
        _ source: some RelationSource, _ connection: PostgresConnection, _ progress: ExportProgress?
    ) throws -> (from: UInt64, tables: [ExportReport.Table], mended: [String]) {
        let schema = source.schema
        _ = try connection.query(
            "SELECT pg_advisory_xact_lock(hashtextextended('agentledger export of ' || $1, 0))", [schema.name])
        if let bookmark = try PostgresBookmark.read(schema, connection) {
            let continuation = try bookmark.check(
                against: source, target: "schema \(schema.name) of \(connection.target)")
            if case .replace = continuation {
                try PostgresReplacement(connection: connection, schema: schema).dropOlder()
                return (bookmark.position, try self.loadWhatIsAccepted(source, connection, progress), [])
            }
            let changes = try self.inspection(schema, connection).changes()
            if self.repairs {
                let tables = try self.repair(source, connection, changes, after: bookmark.position, progress)
                return (bookmark.position, tables, changes.map(\.words))
            }
            guard changes.isEmpty else {
                throw ExportError.altered("schema \(schema.name) of \(connection.target)", changes.map(\.words))
            }
            let access = PostgresAccess(connection: connection, schema: schema, tenantWrites: self.tenantWrites)
            let tenantsWrote = try access.letTenantsWrite()
            try access.bringUpToDate()
            if bookmark.position == source.position {
                return (bookmark.position, schema.tables.map(Self.untouched), [])
            }
            let tables: [ExportReport.Table]
            do {
                try connection.execute("SAVEPOINT before_update")
                tables = try PostgresUpdate(connection: connection, schema: schema, after: bookmark.position)
                    .write(source, progress)
            } catch  where error is PostgresUpdate.NeedsCare || error.isAboutRows {
                try connection.execute("ROLLBACK TO SAVEPOINT before_update")
                // Tenants' rows stay as long as tenants may write; without any, loading all rows is simplest.
                tables =
                    tenantsWrote
                    ? try PostgresUpdate(
                        connection: connection, schema: schema, after: bookmark.position, pace: .careful
                    ).write(source, progress)
                    : try self.withoutRefusedRows(connection) { try self.reload(source, connection, $0, progress) }
            }
            try connection.execute(PostgresBookmark.advance(to: source))
            return (bookmark.position, try PostgresOrphans(in: schema).count(in: tables, connection), [])
        }
        return (0, try self.loadWhatIsAccepted(source, connection, progress), [])
    }

    private func loadWhatIsAccepted(
        _ source: some RelationSource, _ connection: PostgresConnection, _ progress: ExportProgress?
    ) throws -> [ExportReport.Table] {
        let reports = try self.withoutRefusedRows(connection) { try self.load(source, connection, $0, progress) }
        return try PostgresOrphans(in: source.schema).count(in: reports, connection)
    }

    /// How rows are loaded: all at once, or in batches that leave out what the database refuses.
    private enum Pace { case fast, careful }

    /// Calls `body` again, carefully, if the database refuses a row: one row must not stop all others.
    private func withoutRefusedRows(
        _ connection: PostgresConnection, _ body: (Pace) throws -> [ExportReport.Table]
    ) throws -> [ExportReport.Table] {
        try connection.execute("SAVEPOINT before_load")
        do {
            return try body(.fast)
        } catch  where error.isAboutRows {
            try connection.execute("ROLLBACK TO SAVEPOINT before_load")
            return try body(.careful)
        }
    }

    private func inspection(_ schema: Schema, _ connection: PostgresConnection) -> PostgresInspection {
        PostgresInspection(connection, schema, countsRows: self.countsRows && !self.tenantWrites)
    }

    /// Loads all rows again, into new tables if the old ones are not as they were, and puts back what decides who sees
    /// them. Reports the rows that differed. Rows of tenants stay where tenants may write.
    private func repair(
        _ source: some RelationSource, _ connection: PostgresConnection, _ changes: [PostgresChange], after: UInt64,
        _ progress: ExportProgress?
    ) throws -> [ExportReport.Table] {
        let schema = source.schema
        if changes.contains(where: { $0.kind == .structure }) {
            try self.inspection(schema, connection).dropWhatIsLeft()
            let tables = try self.loadWhatIsAccepted(source, connection, progress)
            try PostgresAccess(connection: connection, schema: schema, tenantWrites: self.tenantWrites).restore()
            return tables
        }
        let comparison = PostgresComparison(connection: connection, schema: schema)
        try comparison.keep()
        var tables =
            self.tenantWrites && !schema.roles.isEmpty
            ? try PostgresUpdate(
                connection: connection, schema: schema, after: after, pace: .careful, isWhole: true
            ).write(source, progress)
            : try self.withoutRefusedRows(connection) { try self.reload(source, connection, $0, progress) }
        try PostgresAccess(connection: connection, schema: schema, tenantWrites: self.tenantWrites).restore()
        try connection.execute(PostgresBookmark.advance(to: source))
        for index in tables.indices {
            (tables[index].rows, tables[index].removed) = try comparison.differences(in: schema.tables[index])
        }
        return try PostgresOrphans(in: schema).count(in: tables, connection)
    }

    private static func untouched(_ table: TableDeclaration) -> ExportReport.Table { .init(name: table.name, rows: 0) }

    /// The first run: tables, rows, then keys and indexes over them. If rows are refused, keys and indexes come before
    /// the rows, so that each refusal concerns one row.
    private func load(
        _ source: some RelationSource, _ connection: PostgresConnection, _ pace: Pace, _ progress: ExportProgress?
    ) throws -> [ExportReport.Table] {
        let schema = source.schema
        let (before, after) = Self.statements(around: source, pace, tenantWrites: self.tenantWrites)
        for statement in before.dropFirst(try self.schemaStands(schema, connection) ? 1 : 0) {
            try connection.execute(statement)
        }
        // FREEZE: the table is this transaction's own, so its rows need no second visit to be marked visible.
        // PostgreSQL does not do it through a partitioned table.
        let reports = try schema.tables.map { table in
            let isFrozen = pace == .fast && table.partitioning == nil
            return try self.copy(table, source, connection, pace, isFrozen ? " WITH (FREEZE)" : "", progress)
        }
        for statement in after { try connection.execute(statement) }
        return reports
    }

    /// All rows anew, into tables that stand and keep what others built upon them.
    private func reload(
        _ source: some RelationSource, _ connection: PostgresConnection, _ pace: Pace, _ progress: ExportProgress?
    ) throws -> [ExportReport.Table] {
        let dialect = PostgreSQLDialect()
        let schema = source.schema
        for statement in dialect.referenceRemovals(schema) { try connection.execute(statement) }
        let names = (schema.tables.map(\.name) + [PostgresOrphans.table]).map { dialect.qualified($0, in: schema) }
        try connection.execute("TRUNCATE \(names.joined(separator: ", "))")
        let reports = try schema.tables.map { try self.copy($0, source, connection, pace, "", progress) }
        let sweep = PostgresOrphans(in: schema).sweepAll
        for statement in (sweep.map { [$0] } ?? []) + dialect.referenceStatements(schema) {
            try connection.execute(statement)
        }
        return reports
    }

    private func copy(
        _ table: TableDeclaration, _ source: some RelationSource, _ connection: PostgresConnection, _ pace: Pace,
        _ options: String, _ progress: ExportProgress?
    ) throws -> ExportReport.Table {
        let dialect = PostgreSQLDialect()
        let columns = dialect.quotedList(table.columns.map(\.name))
        let statement = "COPY \(dialect.qualified(table.name, in: source.schema)) (\(columns)) FROM STDIN\(options)"
        let partitions = PostgresPartitions(of: table, in: source.schema)
        let copy = PostgresCopy(connection: connection, table: table)
        switch pace {
        case .fast:
            return try copy.rows(
                of: source, changedAfter: nil, into: { statement }, partitions: partitions, progress)
        case .careful:
            return try copy.acceptedRows(
                of: source, changedAfter: nil, with: statement, partitions: partitions,
                PostgresOrphans(in: source.schema), progress)
        }
    }

    /// What follows the rows of a whole export: keys, orphans, foreign keys, the rest, and up to where it all is.
    static func statementsAfterLoad(of source: some RelationSource, tenantWrites: Bool) -> [String] {
        self.statements(around: source, .fast, tenantWrites: tenantWrites).after
    }

    private static func statements(
        around source: some RelationSource, _ pace: Pace, tenantWrites: Bool
    ) -> (before: [String], after: [String]) {
        let dialect = PostgreSQLDialect(tenantWrites: tenantWrites)
        let orphans = PostgresOrphans(in: source.schema)
        let tables = dialect.statementsBeforeLoad(source.schema)
        let keys = dialect.keyStatements(source.schema) + orphans.creation
        let rest =
            (orphans.sweepAll.map { [$0] } ?? []) + dialect.referenceStatements(source.schema)
            + dialect.closingStatements(source.schema) + PostgresBookmark.creation(of: source)
            + PostgresAccess.bookkeeping(of: source.schema, tenantWrites: tenantWrites)
        return pace == .fast ? (tables, keys + rest) : (tables + keys, rest)
    }

    /// Whether the schema is there, and empty; one that holds anything is not ours.
    private func schemaStands(_ schema: Schema, _ connection: PostgresConnection) throws -> Bool {
        let answer = try connection.query(
            """
            SELECT count(c.oid) + count(t.oid) FROM pg_namespace n
            LEFT JOIN pg_class c ON c.relnamespace = n.oid LEFT JOIN pg_type t ON t.typnamespace = n.oid
            WHERE n.nspname = $1 GROUP BY n.oid
            """, [schema.name])
        guard let held = answer.first?.first else { return false }
        guard held == "0" else {
            throw ExportError(
                .notOurs,
                "\(connection.target) already has a schema \(schema.name) that we did not write: rename it, or choose "
                    + "another database")
        }
        return true
    }
}
