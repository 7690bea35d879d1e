import LedgerEvents
import LedgerLog

/// Checks a segment's file from the first page to the last: LMDB's structure, each record, and that indexes, leaves
/// and tree say the same as the records.
struct LogVerifier {
    /// What is known of the log up to the segment.
    enum Start {
        /// Nil before the first segment.
        case known(LogState, PreviousSegment?)
        /// What stands before is missing or damaged: the tree cannot be computed.
        case unknown
    }

    private var walk: TreeWalk
    let first: Position
    let start: Start
    var head: UInt64
    /// More events than this do not fit into the file: a higher position is a damaged one.
    var maximumHead: UInt64
    var recordedAt = Instant(microseconds: .min)
    /// Nil when the start is not known.
    var frontier: MerkleFrontier?
    /// As the segment keeps it; nil until it is found, and when it is damaged.
    var state: LogState?
    var hasPrevious = false
    var recordTags: IndexFingerprint
    var recordTypes: IndexFingerprint
    var recordLeaves: IndexFingerprint
    var indexTags: IndexFingerprint
    var indexTypes: IndexFingerprint
    var indexLeaves: IndexFingerprint
    /// Sums over (tag, number of closed positions): as `tag_tails` says, and as `tags` holds.
    var closedSaid = IndexFingerprint()
    var closedHeld = IndexFingerprint()
    /// How many positions each type has in `types`, as its tail says; those that were found there are taken out.
    var closedOfTypes: [ArraySlice<UInt8>: UInt64] = [:]

    /// `name` is what findings call the file.
    init(
        _ file: PageFile, _ name: String, first: Position, start: Start,
        progress: @escaping (UInt64, UInt64) -> Void
    ) {
        self.walk = TreeWalk(file, VerificationReport(file: name))
        self.walk.progress = progress
        self.first = first
        self.start = start
        self.head = first.value - 1
        self.maximumHead = self.head
        if case .known(let state, _) = start {
            self.frontier = state.frontier
            self.recordedAt = state.recordedAt
        }
        let empty = IndexFingerprint(from: first.value)
        (self.recordTags, self.recordTypes, self.recordLeaves) = (empty, empty, empty)
        (self.indexTags, self.indexTypes, self.indexLeaves) = (empty, empty, empty)
    }

    /// What was found so far.
    var report: VerificationReport { self.walk.report }

    mutating func add(_ place: String, _ message: String) { self.walk.report.add(place, message) }

    /// What the log's end is after this segment, as far as it can be told.
    var end: LogState? {
        if let state { return state }
        return self.frontier.map { LogState(recordedAt: self.recordedAt, frontier: $0) }
    }

    /// `metas` are the file's headers, `snapshot` is the transaction to look at; the last one when nil.
    mutating func verify(_ metas: [PageMeta], snapshot: UInt64?) throws {
        if let meta = self.walk.checkMetas(metas, snapshot: snapshot) {
            try self.verify(meta)
        } else if self.walk.report.isSound {
            self.walk.report.add("pages 0 and 1, headers", "the headers are damaged")
        }
    }

    private mutating func verify(_ meta: PageMeta) throws {
        self.maximumHead = self.head + (meta.lastPage + 1) * UInt64(meta.pageBytes) / 16
        var trees: [String: TreeRecord] = [:]
        var strange: [(String, String)] = []
        try self.walk.walk(meta.main, "main", .list) { item in
            let name = String(decoding: item.key, as: UTF8.self)
            if item.value.count == TreeRecord.byteCount {
                trees[name] = TreeRecord(Array(item.value), at: 0)
            } else {
                strange.append((name, item.place))
            }
        }
        for (name, place) in strange { self.walk.report.add(place, "the description of database \(name) is damaged") }
        // The events first: everything else is compared with them.
        for (name, kind, flags) in Self.databases {
            guard let tree = trees.removeValue(forKey: name) else {
                self.walk.report.add("database \(name)", "it is missing")
                continue
            }
            let pad: UInt32 = kind == .positions ? 8 : 0
            if tree.flags != flags || tree.pad & ~pad != 0 {
                self.walk.report.add("database \(name)", "its description is damaged")
                continue
            }
            try self.check(name, tree, kind)
        }
        for name in trees.keys.sorted() { self.walk.report.add("database \(name)", "it does not belong there") }
        if !self.hasPrevious, self.first > Position.start.next {
            self.walk.report.add("database meta", "the row about the segment before is missing", position: self.first)
        }
        try self.checkFree(meta)
        self.compareIndexes()
        self.walk.report.events = self.head + 1 - self.first.value
        self.walk.report.indexEntries = self.indexTags.count + self.indexTypes.count
        self.walk.report.treeHead = (self.frontier ?? self.state?.frontier ?? MerkleFrontier()).head
        self.walk.progress(self.walk.lastPage + 1, self.walk.lastPage + 1)
    }

    private static let databases: [(String, TreeWalk.Kind, UInt16)] = [
        (DiskLayout.Name.events, .numbers, 0x08), (DiskLayout.Name.tags, .positions, 0x34),
        (DiskLayout.Name.tails, .plain, 0), (DiskLayout.Name.types, .positions, 0x34),
        (DiskLayout.Name.leaves, .numbers, 0x08), (DiskLayout.Name.idempotency, .plain, 0),
        (DiskLayout.Name.meta, .plain, 0),
    ]

    private mutating func check(_ name: String, _ tree: TreeRecord, _ kind: TreeWalk.Kind) throws {
        var walk = self.walk
        // The walk's report is added to by the walk itself; what its items show is kept apart until it is over.
        var shown = VerificationReport()
        try walk.walk(tree, name, kind) { item in
            switch name {
            case DiskLayout.Name.events: self.checkEvent(item, &shown)
            case DiskLayout.Name.tags: self.checkTags(item, &shown)
            case DiskLayout.Name.tails: self.checkTail(item, &shown)
            case DiskLayout.Name.types: self.checkTypes(item, &shown)
            case DiskLayout.Name.leaves: self.checkLeaves(item, &shown)
            case DiskLayout.Name.idempotency: self.checkIdempotency(item, &shown)
            case DiskLayout.Name.meta: self.checkMeta(item, &shown)
            default: break
            }
        }
        self.walk = walk
        for finding in shown.findings {
            self.walk.report.add(finding.place, finding.message, position: finding.position)
        }
    }
}

// What concerns them all.
extension LogVerifier {
    private mutating func compareIndexes() {
        let pairs = [
            ("database tags", "tag", self.recordTags, self.indexTags),
            ("database types", "type", self.recordTypes, self.indexTypes),
            ("database leaves", "leaf hash", self.recordLeaves, self.indexLeaves),
        ]
        for (place, what, records, index) in pairs {
            for range in records.differences(from: index) {
                let first = Position(max(1, range.lowerBound))
                self.walk.report.add(
                    place,
                    "between \(first) and \(min(self.head, range.upperBound)) a \(what) differs from what the "
                        + "records say", position: first)
            }
        }
        if !self.closedSaid.differences(from: self.closedHeld).isEmpty {
            self.walk.report.add(
                "databases tag_tails and tags", "the number of a tag's positions differs between the two")
        }
        if !self.closedOfTypes.isEmpty {
            self.walk.report.add(
                "databases tag_tails and types", "types lacks the positions that the tail of a type speaks of")
        }
    }

    /// The pages that are not in use: each once, and none that is.
    private mutating func checkFree(_ meta: PageMeta) throws {
        var walk = self.walk
        var lists: [(TreeWalk.Item, UInt64)] = []
        try walk.walk(meta.free, "free pages", .numbers) { item in
            lists.append((item, Array(item.key).load(0, as: UInt64.self)))
        }
        self.walk = walk
        for (item, transaction) in lists {
            let bytes = Array(item.value)
            let count = bytes.count >= 8 ? bytes.load(0, as: UInt64.self) : .max
            guard transaction <= meta.transaction, bytes.count % 8 == 0, count < UInt64(bytes.count / 8) else {
                self.walk.report.add(item.place, "a list of free pages is damaged")
                continue
            }
            for index in 0..<Int(count) {
                let page = bytes.load(8 + index * 8, as: UInt64.self)
                if !self.walk.mark(page) {
                    self.walk.report.add(item.place, "page \(page) is listed as free and is not")
                }
            }
        }
        if self.walk.report.isSound, self.walk.unseenPages > 0 {
            self.walk.report.add("database free pages", "\(self.walk.unseenPages) pages are neither in use nor free")
        }
    }
}
