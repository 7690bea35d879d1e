import Glibc
import LedgerEvents
import LedgerLog

/// The index entries of one commit: each key once with its positions, in the order in which the index takes them cheaply,
/// neighbours after each other.
///
/// A commit names few keys often (an organization with every event) and, at worst, each once. So keys are gathered by
/// their hash as they come, and only the different ones are sorted.
struct IndexEntries {
    fileprivate struct Key {
        /// The order of keys, as far as it goes; what is equal here is compared byte by byte.
        var rank: UInt64
        var high: UInt64
        var low: UInt64
        var bytes: UnsafeRawPointer
        var count: Int32
        /// Whether `rank`, `high` and `low` say all of it.
        var isExact: Bool
        /// Places in `positions`, chained.
        var first: Int32
        var last: Int32
    }

    private var keys: ContiguousArray<Key> = []
    private var positions: ContiguousArray<(position: UInt64, next: Int32)> = []
    /// Open addressing over a power of two, at most half full: places in `keys`; -1 is free.
    private var places: ContiguousArray<Int32> = []
    /// The kinds of tags met so far, each the bytes that begin its keys.
    private var kinds: [UnsafeRawBufferPointer] = []

    /// A tag's key is its protobuf message: 0x0A, length, kind, then 0x12, 16, id or 0x1A, length, text. Ranked by
    /// kind, then by the 16 bytes behind.
    mutating func addTags(of batch: EventBatch, first: Position) {
        self.reserve(batch.tagKeys.count)
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
        let isID = rest.count == 18 && rest[0] == 0x12
        self.add(
            key, position, rank: self.rank(kind) << 17 | (isID ? 1 << 16 : UInt64(min(rest.count, 0xFFFF))),
            UnsafeRawBufferPointer(rebasing: rest.dropFirst(isID ? 2 : 0)), isExact: isID)
    }

    private mutating func rank(_ kind: UnsafeRawBufferPointer) -> UInt64 {
        for index in self.kinds.indices where self.kinds[index].equals(kind) { return UInt64(index) }
        self.kinds.append(kind)
        return UInt64(self.kinds.count - 1)
    }

    mutating func addTypes(of batch: EventBatch, first: Position) {
        self.reserve(batch.count)
        var position = first.value
        for entry in batch.entries {
            let type = batch.typeBytes(of: entry)
            self.add(
                type, position, rank: UInt64(type.count), UnsafeRawBufferPointer(rebasing: type.suffix(16)),
                isExact: type.count <= 16)
            position += 1
        }
    }

    private mutating func add(
        _ key: UnsafeRawBufferPointer, _ position: UInt64, rank: UInt64, _ telling: UnsafeRawBufferPointer,
        isExact: Bool
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
        let link = Int32(self.positions.count)
        self.positions.append((position, -1))
        let mask = self.places.count - 1
        var at = Self.hash(rank, high, low) & mask
        while self.places[at] >= 0 {
            let place = Int(self.places[at])
            if self.keys[place].equals(rank, high, low, key) {
                self.positions[Int(self.keys[place].last)].next = link
                self.keys[place].last = link
                return
            }
            at = (at + 1) & mask
        }
        self.places[at] = Int32(self.keys.count)
        self.keys.append(
            Key(
                rank: rank, high: high, low: low, bytes: base, count: Int32(key.count), isExact: isExact, first: link,
                last: link))
    }

    /// Makes room for so many more entries, all of them with keys of their own.
    private mutating func reserve(_ more: Int) {
        self.positions.reserveCapacity(self.positions.count + more)
        let wanted = (self.keys.count + more) * 2
        if self.places.count >= wanted { return }
        var count = max(16, self.places.count)
        while count < wanted { count *= 2 }
        self.places = ContiguousArray(repeating: -1, count: count)
        for (place, key) in self.keys.enumerated() {
            var at = Self.hash(key.rank, key.high, key.low) & (count - 1)
            while self.places[at] >= 0 { at = (at + 1) & (count - 1) }
            self.places[at] = Int32(place)
        }
    }

    private static let secret = UInt64.random(in: 1 ... .max) | 1

    /// Ids are the choice of clients: the secret keeps them from choosing ones that collide.
    @inline(__always)
    private static func hash(_ rank: UInt64, _ high: UInt64, _ low: UInt64) -> Int {
        let product = (low ^ self.secret).multipliedFullWidth(by: high ^ rank &* 0x9E37_79B9_7F4A_7C15 ^ ~self.secret)
        return Int(truncatingIfNeeded: product.low ^ product.high)
    }

    /// Drops the key that was met last. Nothing is added behind.
    mutating func removeLast() { self.keys.removeLast() }

    mutating func sort() { self.keys.sort { $0.precedes($1) } }

    /// Hands over each key with its positions, ascending. Call `sort` before.
    func forEachKey(_ body: (UnsafeRawBufferPointer, ContiguousArray<UInt64>) throws -> Void) rethrows {
        var positions: ContiguousArray<UInt64> = []
        for key in self.keys {
            positions.removeAll(keepingCapacity: true)
            var link = key.first
            while link >= 0 {
                let (position, next) = self.positions[Int(link)]
                positions.append(position)
                link = next
            }
            try body(UnsafeRawBufferPointer(start: key.bytes, count: Int(key.count)), positions)
        }
    }
}

// Keys of the same rank are equally long.
extension IndexEntries.Key {
    @inline(__always)
    fileprivate func equals(_ rank: UInt64, _ high: UInt64, _ low: UInt64, _ key: UnsafeRawBufferPointer) -> Bool {
        guard self.rank == rank, self.high == high, self.low == low else { return false }
        guard !self.isExact, let base = key.baseAddress else { return true }
        return memcmp(self.bytes, base, key.count) == 0
    }

    fileprivate func precedes(_ other: Self) -> Bool {
        if self.rank != other.rank { return self.rank < other.rank }
        if self.high != other.high { return self.high < other.high }
        if self.low != other.low { return self.low < other.low }
        return !self.isExact && memcmp(self.bytes, other.bytes, Int(self.count)) < 0
    }
}
