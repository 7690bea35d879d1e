import LedgerEvents
import LedgerLog

/// What a segment says of itself, read from its file with LMDB left out: nothing is opened, locked or created, and a
/// damaged page does no harm. A dozen pages.
struct SegmentHeader {
    /// Nil in the first segment.
    var previous: PreviousSegment?
    var state: LogState
    /// Whether the segment holds events.
    var isEmpty: Bool

    private static let attempts = 5
    private static let pauseMicroseconds: UInt32 = 2_000
    private static let overtakenAttempts = 1_000

    /// Throws `.notFound` when there is no file, and `.corrupted` unless LMDB can open it without stumbling: the
    /// headers, the list of databases, the state, and the way to the last event.
    init(ofSegment path: String, first: Position) throws {
        var (attempt, overtaken) = (1, 0)
        while true {
            let file = try PageFile(segment: path)
            let metas = try file.metas()
            let found = Result { try Self(file, metas, first) }
            if try file.isOvertaken(since: metas), overtaken < Self.overtakenAttempts {
                overtaken += 1
                continue
            }
            do {
                self = try found.get()
                return
            } catch let error as EventLogError where error.isCorruption && attempt < Self.attempts {
                Files.pause(microseconds: Self.pauseMicroseconds)
                attempt += 1
            }
        }
    }

    private init(_ file: PageFile, _ metas: [PageMeta], _ first: Position) throws {
        func damaged(_ what: String) -> EventLogError {
            EventLogError(
                .corrupted(.start), "opening \(file.path): \(what)",
                remedy: "restore the ledger from a copy")
        }
        var walk = TreeWalk(file, VerificationReport(file: DiskLayout.dataFile))
        var trees: [String: TreeRecord] = [:]
        var rows: [[UInt8]: [UInt8]] = [:]
        var last: UInt64?
        let meta = walk.checkMetas(metas, snapshot: nil)
        if let meta {
            try walk.walk(meta.main, "main", .list) { item in
                guard item.value.count == TreeRecord.byteCount else { return }
                trees[String(decoding: item.key, as: UTF8.self)] = TreeRecord(Array(item.value), at: 0)
            }
            if let tree = trees[DiskLayout.Name.meta] {
                try walk.walk(tree, DiskLayout.Name.meta, .plain) { rows[Array($0.key)] = Array($0.value) }
            }
            if let events = trees[DiskLayout.Name.events] { last = try walk.lastKey(events, DiskLayout.Name.events) }
        }
        if meta == nil || !walk.report.isSound {
            throw damaged(walk.report.findings.first?.description ?? "its headers are damaged")
        }
        guard let state = rows[DiskLayout.stateKey]?.withUnsafeBytes({ LogState(decoding: $0) }) else {
            throw damaged("the log's state is missing or its checksum does not match")
        }
        self.state = state
        if let row = rows[DiskLayout.previousKey] {
            guard let previous = row.withUnsafeBytes({ PreviousSegment(decoding: $0) }) else {
                throw damaged("the checksum of its row about the segment before does not match")
            }
            self.previous = previous
        }
        self.isEmpty = last == nil
        let end = last ?? first.value - 1
        if end != state.head.value {
            throw EventLogError.lastEventDiffers(file.path, end, state)
        }
    }
}

extension EventLogError {
    fileprivate var isCorruption: Bool { if case .corrupted = self.code { true } else { false } }

    static func lastEventDiffers(_ path: String, _ last: UInt64, _ state: LogState) -> EventLogError {
        EventLogError(
            .corrupted(Position(min(last, state.head.value)).next),
            "opening \(path): its last event has position \(last), its state says \(state.head)",
            remedy: "restore the ledger from a copy")
    }
}
