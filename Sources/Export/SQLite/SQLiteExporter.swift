import Foundation
import GRDB
import LedgerRelations

/// Tables in an SQLite file. The first run builds the file under a temporary name and renames it when it is whole; a
/// later one brings over what changed, in one transaction with the position.
package struct SQLiteExporter: Exporter {
    package let path: String
    /// Whether tables that were changed by hand are loaded again; else such a file is refused.
    package let repairs: Bool
    /// Whether rows are counted to notice that some were added or removed by hand.
    package let countsRows: Bool

    package init(path: String, repairs: Bool = false, countsRows: Bool = true) {
        self.path = path
        self.repairs = repairs
        self.countsRows = countsRows
    }

    package func export(_ source: some RelationSource, progress: ExportProgress?) throws -> ExportReport {
        let start = ContinuousClock.now
        try PartialFile.requireReplaceable(self.path)
        let outcome =
            try self.holdsNothing ? (0, self.create(source, progress), []) : self.update(source, progress)
        return ExportReport(
            target: self.path, fromPosition: outcome.0, toPosition: source.position, tables: outcome.1,
            mended: outcome.2, seconds: (ContinuousClock.now - start).inSeconds)
    }

    private var holdsNothing: Bool {
        guard FileManager.default.fileExists(atPath: self.path) else { return true }
        // A file whose size cannot be read is opened, and that says why.
        let attributes = try? FileManager.default.attributesOfItem(atPath: self.path)
        return attributes?[.size] as? Int == 0
    }

    private func create(_ source: some RelationSource, _ progress: ExportProgress?) throws -> [ExportReport.Table] {
        do {
            return try self.create(source, keysFirst: false, progress)
        } catch let error as ExportError where Self.isConstraint(error.cause) {
            // An index over the loaded rows does not hold. Behind its index, the row that violates it is held back.
            return try self.create(source, keysFirst: true, progress)
        }
    }

    private static func isConstraint(_ error: (any Error)?) -> Bool {
        (error as? DatabaseError)?.resultCode == .SQLITE_CONSTRAINT
    }

    private func create(
        _ source: some RelationSource, keysFirst: Bool, _ progress: ExportProgress?
    ) throws -> [ExportReport.Table] {
        let partial = PartialFile.partialPath(self.path)
        try? FileManager.default.removeItem(atPath: partial)  // Usually there is none.
        PartialFile.begin(partial)
        defer { PartialFile.end(partial) }
        do {
            var configuration = Self.configuration
            // Nobody reads the file before it is whole, so it needs no journal; it is synchronized at the end.
            configuration.prepareDatabase { database in
                try database.execute(
                    sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536")
            }
            let queue = try DatabaseQueue(path: partial, configuration: configuration)
            let tables = try queue.inDatabase { database in
                var tables: [ExportReport.Table] = []
                try database.inTransaction(.exclusive) {
                    tables = try SQLiteLoad(database: database, schema: source.schema)
                        .all(source, keysFirst: keysFirst, progress)
                    try SQLiteBookmark.create(of: source, database)
                    try self.inspection(source.schema).record(in: database)
                    return .commit
                }
                return tables
            }
            try queue.close()
            try self.synchronize(partial)
            try PartialFile.rename(partial, to: self.path)
            return tables
        } catch {
            try? FileManager.default.removeItem(atPath: partial)  // The first error is the one to tell.
            throw self.explained(error)
        }
    }

    private func update(
        _ source: some RelationSource, _ progress: ExportProgress?
    ) throws -> (UInt64, [ExportReport.Table], [String]) {
        do {
            var outcome: (UInt64, [ExportReport.Table], [String]) = (0, [], [])
            try DatabaseQueue(path: self.path, configuration: Self.configuration).inDatabase { database in
                try database.inTransaction(.immediate) {
                    guard let bookmark = try SQLiteBookmark.read(database) else { throw self.notOurs }
                    let continuation = try bookmark.check(against: source, target: self.path)
                    outcome = (bookmark.position, source.schema.tables.map { .init(name: $0.name, rows: 0) }, [])
                    let inspection = self.inspection(source.schema)
                    if case .replace = continuation {
                        outcome.1 = try Self.loadAnew(source, database, progress)
                        try inspection.record(in: database)
                        return .commit
                    }
                    let changes = try inspection.changes(in: database)
                    if self.repairs {
                        outcome.1 = try Self.repair(source, database, progress)
                        outcome.2 = changes
                        try inspection.record(in: database)
                        return .commit
                    }
                    guard changes.isEmpty else { throw ExportError.altered(self.path, changes) }
                    if bookmark.position == source.position { return .rollback }
                    outcome.1 = try SQLiteUpdate(database: database, after: bookmark.position).write(source, progress)
                    try SQLiteBookmark.advance(to: source, database)
                    try inspection.record(in: database)
                    return .commit
                }
            }
            return outcome
        } catch {
            throw self.explained(error)
        }
    }

    private func inspection(_ schema: Schema) -> SQLiteInspection {
        SQLiteInspection(schema: schema, countsRows: self.countsRows)
    }

    private static func loadAnew(
        _ source: some RelationSource, _ database: Database, _ progress: ExportProgress?
    ) throws -> [ExportReport.Table] {
        try SQLiteBookmark.dropOlder(database)
        let tables = try SQLiteLoad(database: database, schema: source.schema).all(source, keysFirst: true, progress)
        try SQLiteBookmark.create(of: source, database)
        return tables
    }

    /// Loads all rows again, and reports those that differed.
    private static func repair(
        _ source: some RelationSource, _ database: Database, _ progress: ExportProgress?
    ) throws -> [ExportReport.Table] {
        var comparison = SQLiteComparison(database)
        try comparison.keep(source.schema)
        var tables = try Self.loadAnew(source, database, progress)
        for (index, table) in source.schema.tables.enumerated() {
            guard let difference = try comparison.differences(in: table) else { continue }
            (tables[index].rows, tables[index].removed) = difference
        }
        return tables
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        // What names a row that is not there is taken out by hand: on the way, rows may name rows that are to come.
        configuration.foreignKeysEnabled = false
        configuration.busyMode = .timeout(10)
        configuration.label = "agentledger export"
        return configuration
    }

    private var notOurs: ExportError {
        ExportError(.notOurs, "\(self.path) holds something that we did not write: choose another file")
    }

    private func explained(_ error: any Error) -> any Error {
        guard let refusal = error as? DatabaseError else { return error }
        switch refusal.resultCode {
        case .SQLITE_NOTADB: return self.notOurs
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_PERM:
            return ExportError(
                .cannotWrite, "cannot write \(self.path): check its folder, its permissions and the disk's free space",
                cause: refusal)
        default:
            return ExportError(
                .refusedByDatabase, "SQLite refused a statement; \(self.path) was not changed", cause: refusal)
        }
    }

    private func synchronize(_ path: String) throws {
        guard let handle = FileHandle(forUpdatingAtPath: path) else {
            throw ExportError(.cannotWrite, "cannot open \(path), which was just written")
        }
        try handle.synchronize()
        try handle.close()
    }
}
