import AgentLedger
import LedgerExporters
import Servers

/// The simulated company in the schema `ops_studio`, beside `ledger`, which it is derived from.
struct OpsStudioDatabase {
    static let shared = Task { try await OpsStudioDatabase() }

    let report: ExportReport
    private let conninfo: String

    private init() async throws {
        self.conninfo = try await ExportedSchemas.shared.database(with: "ops_studio")
        self.report = try await ExportedSchemas.shared.report(of: "ops_studio")
    }

    func ask(_ sql: String) throws -> String { try TemporaryPostgres.ask(self.conninfo, sql) }

    /// How PostgreSQL would go about a question.
    func plan(_ sql: String) throws -> String { try self.ask("EXPLAIN (COSTS OFF) \(sql)") }
}
