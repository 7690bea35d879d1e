import EventLog
import EventSourcing
import Glibc
import LMDB

/// Checks the segments of a log from the first to the last, each for itself and against the one before it.
///
/// Goes on behind what is missing or damaged. One segment's damage is not blamed on those behind it: the tree goes on
/// from what the damaged one kept, when that can be read.
struct ChainVerifier {
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
        self.report.add(report)
    }

    private mutating func reportMissing(_ first: Position) -> Position? {
        self.add(first, "the segment is missing that holds the events from here on")
        self.start = .unknown
        return self.firsts.first { $0 > first }
    }

    /// Checks one segment, and says where the next one begins; nil behind the last.
    private mutating func verify(_ first: Position) throws -> Position? {
        let verifier = try self.verifier(first)
        self.report.add(verifier.report)
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
            self.add(first, error.message)
        }
        return nil
    }

    /// Runs on a snapshot of the active segment; on the last commit of a sealed or unreadable one.
    private func verifier(_ first: Position) throws -> LogVerifier {
        let before = self.report.pages
        func verifier(_ snapshot: UInt64?) throws -> LogVerifier {
            let file = try PageFile(segment: self.directory.path(of: first))
            var verifier = LogVerifier(file, self.name(first), first: first, start: self.start) { pages, all in
                self.progress(before + pages, max(self.pages, before + all))
            }
            try verifier.verify(file, snapshot: snapshot)
            return verifier
        }
        do {
            if let active = try self.inSnapshot(of: first, verifier) { return active }
            return try verifier(nil)
        } catch let failure as EventLogError where failure.code != .readOnly {
            var found = try verifier(nil)
            if found.report.isSound { found.add("the whole file", failure.message) }
            return found
        }
    }

    /// Nil for a sealed segment.
    private func inSnapshot(
        of first: Position, _ body: (UInt64) throws -> LogVerifier
    ) throws -> LogVerifier? {
        let path = self.directory.path(of: first)
        func isSealed() throws -> Bool { try SegmentHeader(ofSegment: path, first: first).state.isSealed }
        if try isSealed() { return nil }
        return try translatingErrors {
            // Only to hold the snapshot: nothing is read through LMDB.
            let environment = try Environment(path: path, options: .init(mode: .readOnly))
            return try environment.read { txn in
                // Not sealed yet, so that its file was not replaced: the snapshot is one of that which is read.
                try isSealed() ? nil : body(UInt64(txn.number))
            }
        }
    }
}
