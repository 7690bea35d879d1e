import Glibc
import LedgerEvents
import LedgerLMDB
import LedgerLog

/// Checks the segments of a log from the first to the last, each for itself and against the one before it.
///
/// Goes on behind what is missing or damaged. One segment's damage is not blamed on those behind it: the tree goes on
/// from what the damaged one kept, when that can be read.
struct ChainVerifier {
    /// To catch the headers of a snapshot while others commit.
    private static let attempts = 50

    private let directory: SegmentDirectory
    private let progress: (UInt64, UInt64) -> Void
    /// All that stands there, whether it belongs to the chain or not.
    private let firsts: [Position]
    private let pages: UInt64
    private var start = LogVerifier.Start.known(LogState(), nil)
    private(set) var report = VerificationReport()

    init(_ directory: SegmentDirectory, progress: @escaping (UInt64, UInt64) -> Void) throws {
        self.directory = directory
        self.progress = progress
        self.firsts = try directory.firsts()
        let bytes = self.firsts.reduce(0) { $0 + Files.sizeBytes(directory.data(of: $1)) }
        self.pages = UInt64(bytes) / UInt64(sysconf(Int32(_SC_PAGESIZE)))
    }

    mutating func verify() throws {
        var next: Position? = Position.start.next
        while let first = next {
            next = try Files.exists(self.directory.data(of: first)) ? self.verify(first) : self.reportMissing(first)
        }
    }

    private func name(_ first: Position) -> String {
        "\(DiskLayout.logDirectory)/\(DiskLayout.segmentName(first))/\(DiskLayout.dataFile)"
    }

    private mutating func add(_ first: Position, _ message: String) {
        var report = VerificationReport(file: self.name(first))
        report.add("the whole file", message, position: first)
        report.treeHead = self.report.treeHead
        self.report.add(segment: report)
    }

    private mutating func reportMissing(_ first: Position) -> Position? {
        self.add(first, "the segment is missing that holds the events from here on")
        self.start = .unknown
        return self.firsts.first { $0 > first }
    }

    /// Checks one segment, and says where the next one begins; nil behind the last.
    private mutating func verify(_ first: Position) throws -> Position? {
        let verifier = try self.verifier(first)
        self.report.add(segment: verifier.report)
        guard let end = verifier.end, let state = verifier.state else {
            // Without the mark, only the next directory says where the chain may go on.
            self.start = verifier.end.map { .known($0, PreviousSegment(first: first, $0)) } ?? .unknown
            return self.firsts.first { $0 > first }
        }
        self.start = .known(LogState(recordedAt: end.recordedAt, frontier: end.frontier), .init(first: first, state))
        if state.isSealed { return state.head.next }
        do {
            try self.directory.requireNothing(behind: first)
        } catch let error as EventLogError {
            self.add(first, error.description)
        }
        return nil
    }

    private func verifier(_ first: Position) throws -> LogVerifier {
        do {
            if let active = try self.inSnapshot(of: first) { return active }
            return try self.verifier(first, PageFile(segment: self.directory.path(of: first)))
        } catch let failure as EventLogError where failure.code != .readOnly {
            var found = try self.verifier(first, PageFile(segment: self.directory.path(of: first)))
            // A sealed one needs no opening, and may have become so meanwhile.
            if found.report.isSound, found.state?.isSealed != true { found.add("the whole file", failure.description) }
            return found
        }
    }

    /// Of the snapshot with these headers; of the last commit when there are none.
    private func verifier(
        _ first: Position, _ file: PageFile, _ metas: [PageMeta]? = nil, snapshot: UInt64? = nil
    ) throws -> LogVerifier {
        let before = self.report.pages
        var verifier = LogVerifier(file, self.name(first), first: first, start: self.start) { pages, all in
            self.progress(before + pages, max(self.pages, before + all))
        }
        try verifier.verify(metas ?? file.metas(), snapshot: snapshot)
        return verifier
    }

    /// Nil for a segment that is sealed.
    private func inSnapshot(of first: Position) throws -> LogVerifier? {
        let path = self.directory.path(of: first)
        func isSealed() throws -> Bool { try SegmentHeader(ofSegment: path, first: first).state.isSealed }
        if try isSealed() { return nil }
        // Only to hold the snapshot: nothing is read through LMDB.
        let environment = try translatingErrors { try Environment(path: path, options: .init(mode: .readOnly)) }
        for _ in 0..<Self.attempts {
            let verifier = try translatingErrors {
                try environment.read { txn -> LogVerifier? in
                    let file = try PageFile(segment: path)
                    let (metas, snapshot) = (try file.metas(), UInt64(txn.number))
                    var walk = TreeWalk(file, VerificationReport())
                    // The headers are those of the last two commits: two more, and ours is gone. And the file is ours
                    // if it is not sealed after it was opened.
                    guard walk.checkMetas(metas, snapshot: snapshot) != nil, walk.report.isSound, try !isSealed() else {
                        return nil
                    }
                    return try self.verifier(first, file, metas, snapshot: snapshot)
                }
            }
            if let verifier { return verifier }
            if try isSealed() { return nil }
        }
        return nil
    }
}
