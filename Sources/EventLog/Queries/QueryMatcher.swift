import Glibc
import LedgerEvents

/// Says of single events whether a query matches them, at a cost that does not grow with the number of its items.
///
/// Each item hangs in a hash table under its first tag, or under each of its types when it has no tags.
package struct QueryMatcher {
    private struct Anchor {
        var hash: UInt64
        var key: Int
        var item: Int
        /// The next anchor of the same bucket, or -1.
        var next: Int
    }

    private let query: CompiledQuery
    private var anchors: [Anchor] = []
    private var buckets: [Int]
    /// The tags of the event at hand; kept for its memory.
    private var tags: ContiguousArray<UnsafeRawBufferPointer> = []

    package init(_ query: CompiledQuery) {
        self.query = query
        var capacity = 16
        while capacity < query.keys.count * 2 { capacity *= 2 }
        self.buckets = Array(repeating: -1, count: capacity)
        for (index, item) in query.items.enumerated() {
            for key in item.tags.isEmpty ? item.types : item.tags.prefix(1) { self.addAnchor(key, item: index) }
        }
    }

    private mutating func addAnchor(_ key: Int, item: Int) {
        let hash = self.query.withKey(key) { keyHash($0) }
        let bucket = Int(truncatingIfNeeded: hash) & (self.buckets.count - 1)
        self.anchors.append(Anchor(hash: hash, key: key, item: item, next: self.buckets[bucket]))
        self.buckets[bucket] = self.anchors.count - 1
    }

    package mutating func matches(_ event: borrowing StoredEvent) throws -> Bool {
        if self.query.matchesEverything { return true }
        self.tags.removeAll(keepingCapacity: true)
        let type = event.typeBytes
        try event.forEachTagKey { self.tags.append($0) }
        return self.matches(type)
    }

    /// Judges an event that is on its way into the log.
    package mutating func matches(_ entry: EventBatch.Entry, of batch: EventBatch) -> Bool {
        if self.query.matchesEverything { return true }
        self.tags.removeAll(keepingCapacity: true)
        for key in batch.tagKeys[entry.tags] { self.tags.append(batch.bytes(of: key)) }
        return self.matches(batch.typeBytes(of: entry))
    }

    private func matches(_ type: UnsafeRawBufferPointer) -> Bool {
        if self.matches(anchor: type, isTag: false, type) { return true }
        for tag in self.tags where self.matches(anchor: tag, isTag: true, type) { return true }
        return false
    }

    private func matches(anchor bytes: UnsafeRawBufferPointer, isTag: Bool, _ type: UnsafeRawBufferPointer) -> Bool {
        let hash = keyHash(bytes)
        var at = self.buckets[Int(truncatingIfNeeded: hash) & (self.buckets.count - 1)]
        while at >= 0 {
            let anchor = self.anchors[at]
            at = anchor.next
            guard anchor.hash == hash, self.query.items[anchor.item].tags.isEmpty != isTag,
                self.query.withKey(anchor.key, { $0.equals(bytes) }), self.satisfies(anchor.item, type)
            else { continue }
            return true
        }
        return false
    }

    private func satisfies(_ index: Int, _ type: UnsafeRawBufferPointer) -> Bool {
        let item = self.query.items[index]
        let hasType = item.types.isEmpty || item.types.contains { self.query.withKey($0) { $0.equals(type) } }
        guard hasType else { return false }
        // The first tag is the anchor, or there is none.
        return item.tags.dropFirst().allSatisfy { key in
            self.query.withKey(key) { wanted in self.tags.contains { $0.equals(wanted) } }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether both hold the same bytes.
    @inlinable
    package func equals(_ other: UnsafeRawBufferPointer) -> Bool {
        guard self.count == other.count else { return false }
        guard let a = self.baseAddress, let b = other.baseAddress else { return true }
        return memcmp(a, b, self.count) == 0
    }
}

/// Differs from one process to the next, so that nobody can choose tags that collide.
private let hashSeed = UInt64.random(in: 0 ... .max)

/// A hash for tables in memory; never stored.
func keyHash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = hashSeed ^ UInt64(bytes.count)
    var at = 0
    while at + 8 <= bytes.count {
        hash = mixed(hash, bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        at += 8
    }
    var rest: UInt64 = 0
    while at < bytes.count {
        rest = rest << 8 | UInt64(bytes[at])
        at += 1
    }
    return mixed(hash, rest)
}

private func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let product = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return product.high ^ product.low ^ 0xD6E8_FEB8_6659_FD93
}
