import AgentLedger
import Servers
import Testing

/// The simulated company in PostgreSQL, exported by a plain role: `ops_studio` beside `ledger`, which it is derived from.
struct OpsStudioDatabase {
    static let shared = Task { try await OpsStudioDatabase(schemas: ["ledger", "ops_studio"]) }

    let conninfo: String
    private(set) var reports: [String: ExportReport] = [:]

    init(schemas: [String]) async throws {
        let ledger = try await SimulatedLedger.shared.value
        self.conninfo = try TemporaryPostgres.shared.get().newDatabase()
        for name in schemas {
            let snapshot = try ledger.snapshot(try #require(Projections.named(name)))
            self.reports[name] = try PostgresExporter(self.conninfo).export(snapshot)
        }
    }

    func ask(_ sql: String) throws -> String { try TemporaryPostgres.ask(self.conninfo, sql) }

    /// How PostgreSQL would go about a question.
    func plan(_ sql: String) throws -> String { try self.ask("EXPLAIN (COSTS OFF) \(sql)") }
}
