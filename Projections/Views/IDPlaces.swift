/// Where each id stands in an array that only grows: an open-addressed table of places, which leaves the ids themselves
/// where they are.
///
/// `Dictionary` hashes with SipHash, at a few times the cost of all the rest of a look-up. One multiplication is enough
/// here: many ids are the choice of clients, so the secret factors keep them from choosing ones that collide.
struct IDPlaces {
    /// A power of two long; -1 is free. At most three of four are taken.
    private var table: ContiguousArray<Int32> = []
    private var count = 0

    private static let secret = (UInt64.random(in: 1 ... .max), UInt64.random(in: 1 ... .max))

    @inline(__always)
    private static func hash(_ id: UInt128) -> Int {
        let product = (UInt64(truncatingIfNeeded: id) ^ self.secret.0).multipliedFullWidth(
            by: UInt64(truncatingIfNeeded: id >> 64) ^ self.secret.1)
        return Int(truncatingIfNeeded: product.low ^ product.high)
    }

    /// The place of `id`, or nil. `idAt` says which id stands at a place.
    @inline(__always)
    func find(_ id: UInt128, _ idAt: (Int) -> UInt128) -> Int? {
        if self.table.isEmpty { return nil }
        let mask = self.table.count - 1
        var at = Self.hash(id) & mask
        while self.table[at] >= 0 {
            let place = Int(self.table[at])
            if idAt(place) == id { return place }
            at = (at + 1) & mask
        }
        return nil
    }

    /// Gives `id`, which has no place yet, the next one.
    mutating func append(_ id: UInt128, _ idAt: (Int) -> UInt128) {
        if (self.count + 1) * 4 > self.table.count * 3 { self.grow(idAt) }
        self.insert(id, self.count)
        self.count += 1
    }

    private mutating func insert(_ id: UInt128, _ place: Int) {
        let mask = self.table.count - 1
        var at = Self.hash(id) & mask
        while self.table[at] >= 0 { at = (at + 1) & mask }
        self.table[at] = Int32(place)
    }

    private mutating func grow(_ idAt: (Int) -> UInt128) {
        self.table = ContiguousArray(repeating: -1, count: max(16, self.table.count * 2))
        for place in 0..<self.count { self.insert(idAt(place), place) }
    }

    /// Forgets all places, and keeps the room for as many.
    mutating func removeAll() {
        if self.count == 0 { return }
        for at in self.table.indices { self.table[at] = -1 }
        self.count = 0
    }
}
