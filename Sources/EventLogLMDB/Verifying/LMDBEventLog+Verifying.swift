import EventLog
import EventSourcing
import LMDB

extension LMDBEventLog {
    /// Checks every page, record, index entry and leaf, and the tree over them; what is wrong comes back as findings.
    ///
    /// Reads the file itself, page by page, in one snapshot; `progress` hears of pages done and pages in all. The
    /// writer goes on meanwhile, but cannot reuse pages.
    public func verify(progress: @escaping (_ pages: UInt64, _ of: UInt64) -> Void = { _, _ in }) throws
        -> VerificationReport
    {
        try self.reading { txn in
            try LogVerifier.verify(segment: self.segment.path, snapshot: UInt64(txn.number), progress: progress)
        }
    }

    /// The same for a ledger that may be too damaged to open. Throws `.readOnly` when this process may not open it,
    /// which says nothing about what it holds.
    public static func verify(
        at path: String, progress: @escaping (_ pages: UInt64, _ of: UInt64) -> Void = { _, _ in }
    ) throws -> VerificationReport {
        let directory = LedgerDirectory(path: path)
        _ = try directory.identity()
        let segment = directory.segmentPath
        do {
            try PageFile.requireReadable(segment)
            return try translatingErrors {
                // Only to hold the snapshot: nothing is read through LMDB.
                let environment = try Environment(path: segment, options: .init(mode: .readOnly))
                return try environment.read { txn in
                    try LogVerifier.verify(segment: segment, snapshot: UInt64(txn.number), progress: progress)
                }
            }
        } catch let failure as EventLogError where failure.code != .readOnly {
            var report = try LogVerifier.verify(segment: segment, snapshot: nil, progress: progress)
            if report.isSound { report.add("data.mdb", failure.message) }
            return report
        }
    }
}
