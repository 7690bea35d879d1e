import LedgerEvents
import LedgerLog

extension LMDBEventLog {
    /// Checks every page, record, index entry and leaf of every segment, how they hang together, and the tree over them;
    /// what is wrong comes back as findings.
    ///
    /// Reads the files themselves, page by page, the active segment in one snapshot; `progress` hears of pages done and
    /// pages in all. The writer goes on meanwhile, but cannot reuse the active segment's pages.
    package func verify(progress: @escaping (_ pages: UInt64, _ of: UInt64) -> Void = { _, _ in }) throws
        -> VerificationReport
    {
        try Self.verify(at: self.path, progress: progress)
    }

    /// The same for a ledger that may be too damaged to open. Throws `.readOnly` when this process may not open it,
    /// which says nothing about what it holds.
    package static func verify(
        at path: String, progress: @escaping (_ pages: UInt64, _ of: UInt64) -> Void = { _, _ in }
    ) throws -> VerificationReport {
        let directory = LedgerDirectory(path: path)
        _ = try directory.identity()
        var verifier = try ChainVerifier(directory.segments, progress: progress)
        try verifier.verify()
        return verifier.report
    }
}
