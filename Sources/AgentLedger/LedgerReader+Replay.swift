import Glibc
import LedgerEvents
import LedgerLogLMDB
import LedgerViews

/// What a replay came to: the digest of every view, folded anew from the log's first event, and where they are kept,
/// those of the kept ones.
package struct ReplayReport: Sendable {
    package var position: Position
    package var rebuilt: [ViewDigest]
    /// Nil when the replay went to a past moment, which has no kept views.
    package var live: [ViewDigest]?
    /// Names that two things hold, by the log's events.
    package var clashes: [NameClash] = []
    /// How long the rebuild took, without the digests.
    package var seconds: Double

    /// The views whose digests differ.
    package var differences: [String] {
        guard let live else { return [] }
        return zip(self.rebuilt, live).filter { $0 != $1 }.map { $0.0.view }
    }
}

extension LedgerReader {
    /// Checks the pages of the kept views' file without LMDB, which trusts them; nil where there are no views.
    package static func verifyViewPages(at path: String) throws -> VerificationReport? {
        let folder = ViewsFolder.path(of: path)
        guard access("\(folder)/data.mdb", F_OK) == 0 else { return nil }
        return try PageCheck.verify(folder: folder, name: "views/data.mdb")
    }

    /// Brings the kept views up to date, folds all views anew beside them, and digests both.
    ///
    /// Throws `LedgerError` with code `.readOnly` where the kept views cannot be brought up to date.
    package func replay(progress: Views.Progress? = nil) throws -> ReplayReport {
        guard let live = try self.liveViews(progress) else {
            throw LedgerError(
                .readOnly,
                "the views in \(ViewsFolder.path(of: self.path)) cannot be written, so there is nothing to compare a "
                    + "rebuild with; replay as of a moment, or in a copy that can be written")
        }
        let digests = try live.digests()
        var report = try self.replay(to: live.position, progress)
        report.live = digests
        return report
    }

    /// Folds all views up to a moment and digests them.
    package func replay(at moment: Moment, progress: Views.Progress? = nil) throws -> ReplayReport {
        try self.replay(to: try self.position(of: moment), progress)
    }

    private func replay(to position: Position, _ progress: Views.Progress?) throws -> ReplayReport {
        let started = ContinuousClock.now
        let views = try self.rebuild(to: position, progress: progress)
        let elapsed = (ContinuousClock.now - started).components
        return ReplayReport(
            position: position, rebuilt: try views.digests(), live: nil, clashes: try views.clashes(),
            seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
    }
}
