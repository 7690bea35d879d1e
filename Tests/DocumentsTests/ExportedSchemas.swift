import AgentLedger
import Servers

/// The simulated company in PostgreSQL, a database for each schema, exported once by a plain role for all suites.
actor ExportedSchemas {
    static let shared = ExportedSchemas()
    private var exports: [String: Task<String, any Error>] = [:]

    /// The connection string of the database that holds the schema.
    func database(with projection: Projection) async throws -> String {
        if let export = self.exports[projection.schema.name] { return try await export.value }
        let export = Task {
            let ledger = try await SimulatedLedger.shared.value
            let conninfo = try TemporaryPostgres.shared.get().newDatabase()
            _ = try PostgresExporter(conninfo).export(try ledger.snapshot(projection))
            return conninfo
        }
        self.exports[projection.schema.name] = export
        return try await export.value
    }
}
