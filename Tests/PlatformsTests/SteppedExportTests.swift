import AgentLedger
import LedgerEvents
import LedgerExporters
import LedgerPlatforms
import LedgerRelations
import LedgerTables
import Servers
import Testing

@Suite("An export in steps")
struct SteppedExportTests {
    private static let schemas = Projections.all.map(\.schema.name)

    @Test(
        "leaves what a whole export does, when in every step rows of every table come, change and go",
        arguments: Self.schemas)
    func everyTable(name: String) throws {
        let seed: UInt64 = 16
        var source = RandomRows(of: try #require(Projections.named(name)).schema, seed: seed)
        let folder = try TemporaryFolder()
        let (database, file) = (try TemporaryPostgres.shared.get().newDatabase(), "\(folder.path)/kept.db")
        // In the first step there is nothing to change yet.
        for step in 0...5 {
            let changes = source.step(orphaning: step >= 4)
            if step > 0 {
                for table in source.schema.tables {
                    let it = changes[table.name] ?? RandomRows.Changes()
                    #expect(it.added > 0 && it.changed > 0 && it.deleted > 0, "\(table.name), step \(step): \(it)")
                }
            }
            let place = "\(name), step \(step), seed \(seed)"
            try Self.compare(database, file, with: source, in: folder, place)
        }
    }

    @Test("leaves what a whole export does, of a simulated company")
    func company() async throws {
        let ledger = try await SimulatedLedger(seed: 16, executions: 400)
        let reader = try LedgerReader(at: ledger.path)
        let end = try reader.snapshot().position
        let folder = try TemporaryFolder()
        let database = try TemporaryPostgres.shared.get().newDatabase()
        func file(_ source: LedgerSnapshot) -> String { "\(folder.path)/\(source.schema.name).db" }
        for step in 1...4 {
            let snapshot = try reader.snapshot(at: .position(Position(end * UInt64(step) / 5)))
            for source in Projections.all.map({ snapshot.projected(as: $0) }) {
                _ = try PostgresExporter(database).export(source)
                _ = try SQLiteExporter(path: file(source)).export(source)
            }
        }
        let snapshot = try reader.snapshot()
        for source in Projections.all.map({ snapshot.projected(as: $0) }) {
            try Self.compare(database, file(source), with: source, in: folder, source.schema.name)
        }
    }

    /// Exports into targets that hold an earlier position and into empty ones, which must then hold the same.
    private static func compare(
        _ database: String, _ file: String, with source: some RelationSource, in folder: TemporaryFolder,
        _ place: String
    ) throws {
        let fresh = try TemporaryPostgres.shared.get().newDatabase()
        let whole = "\(folder.path)/whole-\(source.schema.name)-\(source.position).db"
        for conninfo in [database, fresh] { _ = try PostgresExporter(conninfo).export(source) }
        for path in [file, whole] { _ = try SQLiteExporter(path: path).export(source) }
        let tables = source.schema.tables.map(\.name) + ["agentledger_orphans"]
        let rows = tables.map { "SELECT '\($0) ' || t::text FROM \(source.schema.name).\($0) t" }
        let question = rows.joined(separator: " UNION ALL ") + " ORDER BY 1"
        self.expectSame(
            try TemporaryPostgres.ask(database, question), try TemporaryPostgres.ask(fresh, question),
            "\(place), PostgreSQL")
        let questions = tables.map { "SELECT '\($0)', * FROM \"\($0)\" ORDER BY 2, 3" }.joined(separator: "; ")
        func lite(_ path: String) throws -> String { try Shell.run("/usr/bin/env", ["sqlite3", path, questions]) }
        self.expectSame(try lite(file), try lite(whole), "\(place), SQLite")
    }

    private static func expectSame(_ updated: String, _ whole: String, _ place: String) {
        if updated == whole { return }
        let (updated, whole) = (Set(updated.split(separator: "\n")), Set(whole.split(separator: "\n")))
        let (more, less) = (updated.subtracting(whole), whole.subtracting(updated))
        #expect(
            more.isEmpty && less.isEmpty,
            "\(place): updated has \(Array(more.prefix(3))), whole \(Array(less.prefix(3)))")
    }
}
