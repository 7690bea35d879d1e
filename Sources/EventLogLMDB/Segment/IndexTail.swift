import LedgerEvents

/// The row of a tag or a type in `tag_tails`: how many positions it has in `tags` or `types`, and the latest ones
/// themselves.
///
/// Each key of `tags` ends in a page of its own; writing one position there costs that page and those above it. A batch
/// that touches a thousand tags so wrote four megabytes. Here the latest positions of neighbours share pages, and move
/// there by the lot.
struct IndexTail {
    /// What a row may hold; longer ones would not share a page with others.
    static let maximumPositions = 1024
    private static let maximumBytes = 1600

    /// Below this no row moves. Longer ones make every commit carry more bytes, shorter ones make it write more places of
    /// the file; see docs/decisions/0006.
    private static let keptPositions = 128

    /// Whether a row that a commit makes this long moves all of it to `tags`.
    ///
    /// A row costs its length with each commit that touches it, moving it costs a page or three, each somewhere else in
    /// the file: with `added` positions a commit the sum is least at a length that grows with the root of `added`.
    static func isFull(_ count: Int, _ bytes: Int, added: Int) -> Bool {
        count > Self.keptPositions
            && (count > Self.maximumPositions || bytes > Self.maximumBytes
                || count * count > Self.keptPositions * Self.keptPositions * added)
    }

    /// How many positions are in `tags` or `types`; all are before those here.
    var closed: UInt64 = 0
    /// Ascending.
    var positions: ContiguousArray<UInt64> = []

    var count: Int { Int(clamping: self.closed) + self.positions.count }

    mutating func removeAll() {
        self.closed = 0
        self.positions.removeAll(keepingCapacity: true)
    }

    /// False for bytes that are no such row.
    mutating func decode(_ row: UnsafeRawBufferPointer) -> Bool {
        self.removeAll()
        var at = 0
        guard let closed = row.varint(&at) else { return false }
        self.closed = closed
        if at == row.count { return true }
        guard at + 8 <= row.count else { return false }
        var position = UInt64(littleEndian: row.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        guard position > 0 else { return false }
        self.positions.append(position)
        at += 8
        while at < row.count {
            guard let step = row.varint(&at), step > 0, step <= .max - position else { return false }
            position += step
            self.positions.append(position)
        }
        return true
    }

    /// What appending to a row needs to know of it.
    struct Summary {
        var closed: UInt64
        var count: Int
        var last: UInt64
    }

    /// Nil for bytes that are no such row. Like `decode`, without keeping the positions.
    @inline(__always)
    static func summary(of row: UnsafeRawBufferPointer) -> Summary? {
        var at = 0
        guard let closed = row.varint(&at) else { return nil }
        if at == row.count { return Summary(closed: closed, count: 0, last: 0) }
        guard at + 8 <= row.count else { return nil }
        var summary = Summary(
            closed: closed, count: 1, last: UInt64(littleEndian: row.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        )
        at += 8
        while at < row.count {
            guard let step = row.varint(&at), step > 0, step <= .max - summary.last else { return nil }
            summary.last += step
            summary.count += 1
        }
        return summary
    }

    /// Makes `row`, which is summed up by `summary` and does not get too long, end in `positions`.
    static func extend(
        _ row: inout ContiguousArray<UInt8>, _ summary: Summary, by positions: ContiguousArray<UInt64>
    ) {
        var rest = positions[...]
        var last = summary.last
        if summary.count == 0, let first = rest.popFirst() {
            withUnsafeBytes(of: first.littleEndian) { row.append(contentsOf: $0) }
            last = first
        }
        for position in rest {
            row.appendVarint(position - last)
            last = position
        }
    }

    /// Replaces `row` by the stored form: `closed` as a varint; then, if there are positions, the first in 8 bytes and
    /// for each further one its distance from the one before as a varint.
    func encode(into row: inout ContiguousArray<UInt8>) {
        row.removeAll(keepingCapacity: true)
        row.appendVarint(self.closed)
        guard var last = self.positions.first else { return }
        withUnsafeBytes(of: last.littleEndian) { row.append(contentsOf: $0) }
        for position in self.positions.dropFirst() {
            row.appendVarint(position - last)
            last = position
        }
    }
}

extension UnsafeRawBufferPointer {
    /// A varint of at most 10 bytes at `at`, which moves behind it; nil when there is none.
    @inline(__always)
    fileprivate func varint(_ at: inout Int) -> UInt64? {
        if at < self.count, self[at] < 0x80 {
            defer { at += 1 }
            return UInt64(self[at])
        }
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) where at < self.count {
            let byte = self[at]
            at += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}

extension ContiguousArray<UInt8> {
    fileprivate mutating func appendVarint(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            self.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        self.append(UInt8(truncatingIfNeeded: value))
    }
}
