import AgentLedger
import LedgerExporters
import LedgerPlatforms
import Servers
import Testing

/// The simulated company in one PostgreSQL database of a plain role: each schema that a suite asks for, exported once
/// beside `ledger`, which all are derived from. Nobody writes there.
actor ExportedSchemas {
    static let shared = ExportedSchemas()
    private var conninfo: String?
    private var reports: [String: ExportReport] = [:]

    /// The connection string of the database, in which the schema stands.
    func database(with schema: String) async throws -> String { try await self.export(schema).conninfo }

    func report(of schema: String) async throws -> ExportReport { try await self.export(schema).report }

    private func export(_ schema: String) async throws -> (conninfo: String, report: ExportReport) {
        let ledger = try await SimulatedLedger.shared.value
        // From here on nothing is waited for, so that no two export at once.
        let conninfo = try self.conninfo ?? (try TemporaryPostgres.shared.get().newDatabase())
        self.conninfo = conninfo
        for name in ["ledger", schema] where self.reports[name] == nil {
            let snapshot = try ledger.snapshot(try #require(Projections.named(name)))
            self.reports[name] = try PostgresExporter(conninfo).export(snapshot)
        }
        return (conninfo, try #require(self.reports[schema]))
    }
}
