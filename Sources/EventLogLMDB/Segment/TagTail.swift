import EventSourcing

/// The row of one tag in `tag_tails`: how many positions it has in `tags`, and the latest ones themselves.
///
/// Each key of `tags` ends in a page of its own; writing one position there costs a page. A batch that touches a
/// thousand tags so wrote four megabytes. Here the latest positions of neighbouring tags share pages, and move to
/// `tags` by the lot.
struct TagTail {
    /// A row that would hold more moves all of it to `tags`.
    static let maximumPositions = 64

    /// How many positions are in `tags`; all are before those here.
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
    fileprivate func varint(_ at: inout Int) -> UInt64? {
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
