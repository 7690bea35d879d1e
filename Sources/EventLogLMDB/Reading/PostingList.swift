import LedgerEvents
import LedgerLMDB
import LedgerLog

/// The positions under one key of an index, fetched a page at a time.
struct PostingList {
    /// Of the query's keys.
    let key: Int
    private let kind: IndexKind
    private var page: ContiguousArray<UInt64> = []
    private var at = 0
    private var tail: IndexTail?
    /// Whether `page` is the last there is.
    private var isLast = false

    init(key: Int, _ kind: IndexKind) {
        self.key = key
        self.kind = kind
    }

    /// The first position that is `target` or later. Targets must not decrease.
    mutating func seek<Access>(
        _ target: UInt64, _ query: CompiledQuery, _ segment: Segment, _ txn: borrowing Transaction<Access>
    ) throws -> UInt64? {
        while true {
            if let last = self.page.last, last >= target {
                self.skip(to: target)
                return self.page[self.at]
            }
            if self.isLast { return nil }
            try query.withKey(self.key) { try self.fetch(target, $0, segment, txn) }
        }
    }

    /// Gallops within the page, whose last position is `target` or later.
    private mutating func skip(to target: UInt64) {
        if self.page[self.at] >= target { return }
        var step = 1
        while self.at + step < self.page.count, self.page[self.at + step] < target { step *= 2 }
        var low = self.at + step / 2
        var high = min(self.at + step, self.page.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if self.page[middle] < target { low = middle + 1 } else { high = middle }
        }
        self.at = low
    }

    private mutating func fetch<Access>(
        _ target: UInt64, _ key: UnsafeRawBufferPointer, _ segment: Segment, _ txn: borrowing Transaction<Access>
    ) throws {
        self.page.removeAll(keepingCapacity: true)
        self.at = 0
        let tail = try self.tail ?? segment.tail(self.kind, key, txn)
        self.tail = tail
        // What is closed lies before the tail. Types had no tails once: what has no row may have lots.
        let hasLots = tail.closed > 0 || self.kind == .types
        let startsBefore = tail.positions.first.map { target < $0 } ?? true
        if hasLots, startsBefore, try self.fetchPage(target, key, self.kind.lots(in: segment.databases), txn) { return }
        self.page = tail.positions
        self.isLast = true
    }

    /// Fetches the positions of one page from `target` on; false when there are none.
    private mutating func fetchPage<Access>(
        _ target: UInt64, _ key: UnsafeRawBufferPointer, _ index: Database, _ txn: borrowing Transaction<Access>
    ) throws -> Bool {
        guard LogLimits.indexKeyBytes.contains(key.count) else { return false }
        return try txn.withCursor(index) { cursor in
            guard try cursor.seekDuplicate(key.bytes, target) else { return false }
            try cursor.getMultiple { positions in
                for index in positions.indices { self.page.append(positions[index]) }
            }
            return true
        }
    }
}

extension Segment {
    /// The tail of a key; an empty one for a key that has none.
    func tail<Access>(
        _ kind: IndexKind, _ key: UnsafeRawBufferPointer, _ txn: borrowing Transaction<Access>
    ) throws -> IndexTail {
        var tail = IndexTail()
        let isRow = try kind.withTailKey(key) { key in
            guard LogLimits.indexKeyBytes.contains(key.count) else { return true }
            return try txn.get(key.bytes, in: self.databases.tails) { span in
                span.withUnsafeBytes { tail.decode($0) }
            } ?? true
        }
        if !isRow { throw self.malformedTail }
        return tail
    }

    /// Hands over the name and the tail of each type that has one.
    func forEachTypeTail(_ txn: borrowing ReadTransaction, _ body: (String, IndexTail) throws -> Void) throws {
        try txn.withCursor(self.databases.tails) { cursor in
            var tail = IndexTail()
            var isThere = try cursor.seek([IndexKind.typePrefix])
            while isThere {
                let name: String? = cursor.withKey { span in
                    span.withUnsafeBytes { key in
                        guard key.first == IndexKind.typePrefix else { return nil }
                        return String(decoding: key.dropFirst(), as: UTF8.self)
                    }
                }
                guard let name else { return }
                let isRow = cursor.withValue { span in span.withUnsafeBytes { tail.decode($0) } }
                if !isRow { throw self.malformedTail }
                try body(name, tail)
                isThere = try cursor.next()
            }
        }
    }

    private var malformedTail: EventLogError {
        EventLogError(
            .corrupted(.start), "reading the index of \(self.path): a row is malformed",
            remedy: "restore it from a copy")
    }
}

extension LogLimits {
    /// What LMDB takes as a key; nothing longer was ever stored.
    static let indexKeyBytes = 1...511
}
