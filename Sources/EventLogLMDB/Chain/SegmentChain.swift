import LedgerEvents
import LedgerLMDB
import LedgerLog
import Synchronization

/// The log as a chain of segments: found by following the marks from the first one, and followed further as it grows.
final class SegmentChain: Sendable {
    let directory: SegmentDirectory
    let mode: Environment.Mode
    private let list: Mutex<SegmentList>
    /// Held by the one who follows the chain further.
    private let advancing = Mutex(())
    /// Nil in a log that is only read.
    private let compaction: Compaction?

    init(_ directory: SegmentDirectory, mode: Environment.Mode) throws {
        self.directory = directory
        self.mode = mode
        let list = try Self.follow(
            directory, mode, onto: [], seen: nil, opened: OpenedSegments(), mapSizeBytes: DiskLayout.initialMapBytes)
        try directory.requireNothing(behind: list.active.first)
        self.list = Mutex(list)
        self.compaction = mode == .readWrite ? Compaction() : nil
        self.compaction?.start(list.sealed[...], list.opened, releasing: nil)
    }

    var current: SegmentList { self.list.withLock { $0 } }

    /// Moves on from an active segment that was found sealed, by whomever; at once when another thread did that.
    func advance(beyond segment: Segment) throws {
        try self.advancing.withLock { _ in
            let list = self.current
            guard list.active === segment else { return }
            let next = try Self.follow(
                self.directory, self.mode, onto: list.sealed, seen: segment.first, opened: list.opened,
                mapSizeBytes: segment.environment.info.mapSizeBytes)
            // Whoever compacts them: replaced files are kept open no longer than to here.
            list.opened.letGoOfReplaced()
            self.list.withLock { $0 = next }
            self.compaction?.start(
                next.sealed.dropFirst(list.sealed.count), next.opened, releasing: segment)
        }
    }

    /// Brings all sealed segments into their last form, and waits for it.
    func finishCompaction() throws {
        let list = try self.reading(.end) { _, _, _ in self.current }
        try self.compaction?.finish(list.sealed[...], list.opened)
    }

    /// Follows the marks behind what is known to be sealed, up to the segment that has none. `seen` is the segment
    /// whose mark was seen in a transaction.
    private static func follow(
        _ directory: SegmentDirectory, _ mode: Environment.Mode, onto known: [SealedSegment], seen: Position?,
        opened: OpenedSegments, mapSizeBytes: Int
    ) throws -> SegmentList {
        var sealed = known
        while true {
            let first = sealed.last?.last.next ?? Position.start.next
            let path = directory.path(of: first)
            let header = try directory.header(of: first, mode: mode)
            try Self.requireLink(path, header.previous, behind: sealed.last)
            if header.state.isSealed {
                sealed.append(SealedSegment(first: first, path: path, state: header.state))
                continue
            }
            // What is appended behind a mark must not be on the device before it. A transaction sees only what is; a
            // mark that was read from the file may be on its way.
            if mode == .readWrite, let last = sealed.last, last.first != seen, !last.isCompacted {
                try Files.sync(directory.data(of: last.first))
            }
            do {
                let active = try Segment(active: path, first: first, mode: mode, mapSizeBytes: mapSizeBytes)
                return SegmentList(sealed: sealed, active: active, opened: opened)
            } catch {
                // Sealed since we looked, it may be read-only by now.
                guard try directory.header(of: first, mode: mode).state.isSealed else { throw error }
            }
        }
    }

    private static func requireLink(
        _ path: String, _ found: PreviousSegment?, behind last: SealedSegment?
    ) throws {
        let expected = last.map { PreviousSegment(first: $0.first, $0.state) }
        if found == expected { return }
        throw EventLogError(
            .corrupted(last?.last.next ?? Position.start.next),
            "opening \(path): what it says of the segment before it is not what that holds"
                + (last.map { " (\($0.path))" } ?? ""),
            remedy: "restore both from one copy of the ledger")
    }
}

// Snapshots.
extension SegmentChain {
    /// Runs `body` on a snapshot of the segment that holds a position, or is to hold it. A state that is sealed says
    /// that there are more segments.
    func reading<R>(
        _ position: Position, _ body: (Segment, LogState, borrowing ReadTransaction) throws -> R
    ) throws -> R {
        while true {
            let list = self.current
            if let sealed = list.sealed(holding: position) {
                return try list.reading(sealed) { segment, txn in try body(segment, sealed.state, txn) }
            }
            let result = try list.active.environment.read { txn -> R? in
                let state = try list.active.state(txn)
                return state.isSealed ? nil : try body(list.active, state, txn)
            }
            if let result { return result }
            try self.advance(beyond: list.active)
        }
    }

    /// Runs `body` on each segment that holds something behind `after` up to and with `through`, oldest first, until it
    /// returns false. Each is read in a snapshot of its own: sealed ones do not change, and only the last may grow.
    func forEachSegment(
        after: Position = .start, through: Position = .end,
        _ body: (Segment, LogState, borrowing ReadTransaction) throws -> Bool
    ) throws {
        var next = after
        while next < through {
            let state = try self.reading(next.next) { segment, state, txn in
                try body(segment, state, txn) ? state : nil
            }
            guard let state, state.isSealed else { return }
            next = state.head
        }
    }
}
