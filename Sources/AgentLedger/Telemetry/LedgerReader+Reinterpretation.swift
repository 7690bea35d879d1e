import LedgerDomain
import LedgerEvents
import LedgerImporters
import LedgerTables
import LedgerTelemetry

extension LedgerReader {
    /// Assembles all traces of this ledger again, by what this version knows of how sources write, and calls `body` with
    /// each row that would change. Nothing is written: the corrections are made in a fork, which is thrown away.
    ///
    /// Takes about as long as importing the spans took, and as much room on the disk as the last segment of the log.
    /// - Returns: how many traces were assembled.
    @discardableResult
    package func reinterpret(_ body: @Sendable (RowDifference) throws -> Void) async throws -> Int {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let path = "\(folder.path)/ledger"
        _ = try await self.fork(into: path)
        let start = try self.position(of: .end)
        let count = try await Self.reassemble(path)
        try LedgerReader(at: path).diff(from: .position(start), to: .end) { difference in
            if difference.thing != TraceAssembly.kind { try body(difference) }
        }
        return count
    }

    private static func reassemble(_ path: String) async throws -> Int {
        let ledger = try Ledger.open(at: path)
        let entry = try await ledger.assembleAgain()
        try await ledger.catchUp()
        return entry.seen
    }
}
