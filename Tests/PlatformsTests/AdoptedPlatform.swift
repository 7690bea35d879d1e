import AgentLedger
import LedgerImporters
import Servers
import Testing

/// A platform's database of its own in `public`, and a ledger that adopts it.
struct AdoptedPlatform {
    let name: String
    let conninfo: String
    let ledger: Ledger
    private let folder: TemporaryFolder

    /// - Parameter sql: makes the tables and their rows.
    init(_ name: String, _ sql: String) throws {
        self.name = name
        self.folder = try TemporaryFolder()
        self.ledger = try Ledger.create(at: "\(self.folder.path)/ledger")
        self.conninfo = try TemporaryPostgres.shared.get().newDatabase()
        try self.change(sql)
    }

    /// The same database, and a new ledger.
    private init(again other: AdoptedPlatform) throws {
        self.name = other.name
        self.folder = try TemporaryFolder()
        self.ledger = try Ledger.create(at: "\(self.folder.path)/ledger")
        self.conninfo = other.conninfo
    }

    func withNewLedger() throws -> AdoptedPlatform { try AdoptedPlatform(again: self) }

    func change(_ sql: String) throws { _ = try TemporaryPostgres.ask(self.conninfo, sql) }

    /// - Parameter parameters: more of the connection string, such as `&user=NAME`.
    func adopt(
        isStrict: Bool = false, timeZone: String? = nil, parameters: String = "",
        timeoutSeconds: Int = PlatformDatabase.defaultTimeoutSeconds
    ) async throws -> (report: ImportReport, refusals: [ImportRefusal]) {
        var options = ImportOptions()
        options.isStrict = isStrict
        options.timeZone = timeZone
        options.timeoutSeconds = timeoutSeconds
        let refusals = Refusals()
        let report = try await Importer(self.ledger, options: options).run(
            ["\(self.conninfo)\(parameters)&schema=public&as=\(self.name)"]) { refusals.add($0) }
        return (report, refusals.list)
    }

    /// The rows of a question over the ledger's tables, as text; null is empty.
    func rows(_ sql: String) async throws -> [[String]] {
        try await self.ledger.catchUp()
        var rows: [[String]] = []
        try LedgerReader(at: "\(self.folder.path)/ledger").query(
            sql, columns: { _ in },
            row: { rows.append($0.map { $0 == .null ? "" : $0.text }) })
        return rows
    }

    /// What was found of a column.
    static func findings(_ report: ImportReport, _ column: String) -> [AdoptionFinding.Outcome: Int] {
        report.findings.reduce(into: [:]) { found, finding in
            guard "\(finding.key.table).\(finding.key.column)" == column else { return }
            found[finding.key.outcome, default: 0] += finding.value
        }
    }
}
