/// Finds repeated keys among many in linear time. Hashes are seeded at random, so that no sender can choose keys that
/// collide.
struct KeyIndex {
    /// Places in the list of members plus one, at the hash of their key; 0 is free.
    private var slots: [Int] = []

    mutating func hasRepeatedKey(_ members: ArraySlice<CanonicalWriter.Member>, in base: UnsafePointer<UInt8>) -> Bool {
        var size = 64
        while size < 2 * members.count { size *= 2 }
        self.slots.removeAll(keepingCapacity: size <= 1 << 16)
        self.slots.append(contentsOf: repeatElement(0, count: size))
        for place in members.indices {
            let key = members[place].key
            var hasher = Hasher()
            hasher.combine(bytes: UnsafeRawBufferPointer(start: base + key.lowerBound, count: key.count))
            var slot = hasher.finalize() & (size - 1)
            while self.slots[slot] != 0 {
                if CanonicalWriter.areEqual(members[self.slots[slot] - 1].key, key, in: base) { return true }
                slot = (slot + 1) & (size - 1)
            }
            self.slots[slot] = place + 1
        }
        return false
    }
}
