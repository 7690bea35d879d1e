import AgentLedger
import LedgerDomain
import LedgerExporters
import LedgerImporters
import LedgerPlatforms
import LedgerTables
import Servers
import Testing

/// A ledger of one's own that is told of, command by command, as JSON.
struct SmallPlatform {
    private let folder: TemporaryFolder
    private let ledger: Ledger

    init() throws {
        self.folder = try TemporaryFolder()
        self.ledger = try Ledger.create(at: "\(self.folder.path)/ledger")
    }

    /// - Parameter commands: each with the members of its `data`, without braces.
    func perform(_ commands: KeyValuePairs<String, String>) async throws { try await self.perform(Array(commands)) }

    func perform(_ commands: [(key: String, value: String)]) async throws {
        let requests = try commands.map { try self.request($0.key, $0.value) }
        for (request, outcome) in zip(requests, try await self.ledger.execute(requests)) {
            guard case .accepted = outcome else {
                Issue.record("\(request.name) was not accepted: \(outcome)")
                continue
            }
        }
    }

    /// A command that must be refused, with a reason that holds these words.
    func refuse(_ command: String, _ data: String, _ words: String) async throws {
        let outcome = try await self.ledger.execute(try self.request(command, data))
        guard case .refused(let rejection) = outcome, rejection.message.contains(words) else {
            Issue.record("\(command) was not refused: \(outcome)")
            return
        }
    }

    private func request(_ name: String, _ data: String) throws -> CommandRequest {
        let reader = CommandReader(defaultActor: .system("test"))
        return try Array("{\"command\":\"\(name)\",\"data\":{\(data)}}".utf8).withUnsafeBytes {
            try reader.read($0, now: self.ledger.now(), newID: self.ledger.makeID())
        }
    }

    /// Brings the schema in a database up to the ledger's end.
    @discardableResult
    func export(_ schema: String, to conninfo: String, tenantWrites: Bool = false) throws -> ExportReport {
        try PostgresExporter(conninfo, tenantWrites: tenantWrites).export(try self.snapshot(schema))
    }

    func export(_ schema: String, toSQLite path: String) throws {
        _ = try SQLiteExporter(path: path).export(try self.snapshot(schema))
    }

    private func snapshot(_ schema: String) throws -> LedgerSnapshot {
        let projection = try #require(Projections.named(schema))
        return try LedgerReader(at: "\(self.folder.path)/ledger").snapshot(at: .end).projected(as: projection)
    }

    /// Exports into a database that holds an earlier moment and into an empty one, which must then hold the same.
    func exportAgain(_ schema: String, to conninfo: String) throws {
        try self.export(schema, to: conninfo)
        let fresh = try TemporaryPostgres.shared.get().newDatabase()
        try self.export(schema, to: fresh)
        for table in try #require(Projections.named(schema)).schema.tables {
            let rows = "SELECT t FROM \(schema).\(table.name) t ORDER BY t::text COLLATE \"C\""
            #expect(
                try TemporaryPostgres.ask(conninfo, rows) == TemporaryPostgres.ask(fresh, rows), "\(table.name)")
        }
    }

    static func id(_ number: Int) -> String { "0198c000-0000-7000-8000-0000000000\(number)" }
}
