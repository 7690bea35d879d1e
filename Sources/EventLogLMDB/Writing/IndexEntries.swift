import EventLog
import EventSourcing
import Glibc

/// The index entries of one commit, brought into the order in which the index takes them cheaply: equal keys
/// together, neighbours after each other.
struct IndexEntries {
    fileprivate struct Entry {
        /// The order of keys, as far as it goes; what is equal here is compared byte by byte.
        var rank: UInt64
        var high: UInt64
        var low: UInt64
        var position: UInt64
        var key: UnsafeRawPointer
        var count: Int
    }

    private var entries: ContiguousArray<Entry> = []
    /// The kinds of tags met so far, each the bytes that begin its keys.
    private var kinds: [UnsafeRawBufferPointer] = []

    /// A tag's key is its protobuf message: 0x0A, length, kind, then 0x12, 16, id or 0x1A, length, text. Ranked by
    /// kind, then by the 16 bytes behind.
    mutating func addTags(of batch: EventBatch, first: Position) {
        self.entries.reserveCapacity(self.entries.count + batch.tagKeys.count)
        var position = first.value
        for entry in batch.entries {
            for tag in batch.tagKeys[entry.tags] { self.addTag(batch.bytes(of: tag), position) }
            position += 1
        }
    }

    private mutating func addTag(_ key: UnsafeRawBufferPointer, _ position: UInt64) {
        let kindCount = min(2 + Int(key[1]), key.count)
        let kind = UnsafeRawBufferPointer(rebasing: key[..<kindCount])
        let rest = UnsafeRawBufferPointer(rebasing: key[kindCount...])
        let isID = rest.count == 18
        self.add(
            key, position, rank: self.rank(kind) << 16 | UInt64(min(rest.count, 0xFFFF)),
            UnsafeRawBufferPointer(rebasing: rest.dropFirst(isID ? 2 : 0)))
    }

    private mutating func rank(_ kind: UnsafeRawBufferPointer) -> UInt64 {
        for index in self.kinds.indices where self.kinds[index].equals(kind) { return UInt64(index) }
        self.kinds.append(kind)
        return UInt64(self.kinds.count - 1)
    }

    mutating func addTypes(of batch: EventBatch, first: Position) {
        self.entries.reserveCapacity(self.entries.count + batch.count)
        var position = first.value
        for entry in batch.entries {
            let type = batch.typeBytes(of: entry)
            self.add(
                type, position, rank: UInt64(type.count), UnsafeRawBufferPointer(rebasing: type.suffix(16)))
            position += 1
        }
    }

    private mutating func add(
        _ key: UnsafeRawBufferPointer, _ position: UInt64, rank: UInt64, _ telling: UnsafeRawBufferPointer
    ) {
        guard let base = key.baseAddress else { return }
        var high: UInt64 = 0
        var low: UInt64 = 0
        if telling.count >= 16 {
            high = UInt64(bigEndian: telling.loadUnaligned(as: UInt64.self))
            low = UInt64(bigEndian: telling.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        } else {
            for byte in telling {
                high = high << 8 | low >> 56
                low = low << 8 | UInt64(byte)
            }
        }
        self.entries.append(
            Entry(rank: rank, high: high, low: low, position: position, key: base, count: key.count))
    }

    mutating func removeLast() { self.entries.removeLast() }

    mutating func sort() { self.entries.sort { $0.precedes($1) } }

    /// Hands over each key with its positions, ascending. Call `sort` before.
    func forEachKey(_ body: (UnsafeRawBufferPointer, ContiguousArray<UInt64>) throws -> Void) rethrows {
        var positions: ContiguousArray<UInt64> = []
        var at = 0
        while at < self.entries.count {
            let entry = self.entries[at]
            positions.removeAll(keepingCapacity: true)
            while at < self.entries.count, self.entries[at].hasSameKey(as: entry) {
                positions.append(self.entries[at].position)
                at += 1
            }
            try body(UnsafeRawBufferPointer(start: entry.key, count: entry.count), positions)
        }
    }
}

// Keys of the same rank are equally long.
extension IndexEntries.Entry {
    fileprivate func hasSameKey(as other: Self) -> Bool {
        self.rank == other.rank && self.high == other.high && self.low == other.low
            && memcmp(self.key, other.key, self.count) == 0
    }

    fileprivate func precedes(_ other: Self) -> Bool {
        if self.rank != other.rank { return self.rank < other.rank }
        if self.high != other.high { return self.high < other.high }
        if self.low != other.low { return self.low < other.low }
        let order = memcmp(self.key, other.key, self.count)
        return order == 0 ? self.position < other.position : order < 0
    }
}
