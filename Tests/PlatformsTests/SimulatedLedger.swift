import AgentLedger
import Foundation
import LedgerSimulation
import LedgerTables
import Servers

/// A simulated company in a ledger of one's own, with everything in it that can happen. Removed with the value.
struct SimulatedLedger: Sendable {
    private let folder: TemporaryFolder
    let path: String

    /// The one that all suites read: seed and extent of `everything`.
    static let shared = Task { try await SimulatedLedger(seed: Self.seed, executions: 1400) }
    static let seed: UInt64 = 20_261

    /// - Parameter executions: from 1,400 on, everything happens: invoices become overdue, customers leave.
    init(seed: UInt64, executions: Int) async throws {
        self.folder = try TemporaryFolder()
        self.path = "\(self.folder.path)/ledger"
        let ledger = try Ledger.create(at: self.path)
        _ = try await Simulator(ledger).run(CompanySimulation(seed: seed, until: .executions(executions)))
    }

    /// A ledger of one's own that begins like another, which nobody writes to meanwhile.
    init(copyOf other: SimulatedLedger) throws {
        self.folder = try TemporaryFolder()
        self.path = "\(self.folder.path)/ledger"
        try Shell.run("/usr/bin/env", ["cp", "-r", "--sparse=always", other.path, self.path])
    }

    /// The rows of a schema as of a moment, read by a reader of their own.
    func snapshot(_ projection: Projection, at moment: Moment = .end) throws -> LedgerSnapshot {
        try LedgerReader(at: self.path).snapshot(at: moment).projected(as: projection)
    }
}
