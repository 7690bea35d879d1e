/// The ids of an array that only grows, and where in it each stands: an open-addressed table of places beside the ids.
///
/// `Dictionary` hashes with SipHash, at a few times the cost of all the rest of a look-up. One multiplication is enough
/// here: many ids are the choice of clients, so the secret factors keep them from choosing ones that collide.
///
/// In memory of its own: this is asked more often than anything else, and counting the references to two arrays each
/// time took as long as the looking up.
struct IDPlaces: ~Copyable {
    private(set) var count = 0
    /// At most three of four places of the table are taken.
    private var ids = UnsafeMutablePointer<UInt128>.allocate(capacity: Self.smallest / 4 * 3)
    /// A power of two long; -1 is free.
    private var table: UnsafeMutableBufferPointer<Int32>
    private let secret = Self.secret

    private static let smallest = 16
    private static let secret = (UInt64.random(in: 1 ... .max), UInt64.random(in: 1 ... .max))

    init() { self.table = Self.makeTable(Self.smallest) }

    deinit {
        self.ids.deallocate()
        self.table.deallocate()
    }

    private static func makeTable(_ count: Int) -> UnsafeMutableBufferPointer<Int32> {
        let table = UnsafeMutableBufferPointer<Int32>.allocate(capacity: count)
        table.initialize(repeating: -1)
        return table
    }

    @inline(__always)
    private func hash(_ id: UInt128) -> Int {
        let product = (UInt64(truncatingIfNeeded: id) ^ self.secret.0).multipliedFullWidth(
            by: UInt64(truncatingIfNeeded: id >> 64) ^ self.secret.1)
        return Int(truncatingIfNeeded: product.low ^ product.high)
    }

    /// The place of `id`, or nil.
    @inline(__always)
    func find(_ id: UInt128) -> Int? {
        let mask = self.table.count - 1
        var at = self.hash(id) & mask
        while self.table[at] >= 0 {
            let place = Int(self.table[at])
            if self.ids[place] == id { return place }
            at = (at + 1) & mask
        }
        return nil
    }

    /// Gives `id`, which has no place yet, the next one.
    mutating func append(_ id: UInt128) {
        if (self.count + 1) * 4 > self.table.count * 3 { self.grow() }
        (self.ids + self.count).initialize(to: id)
        self.insert(id, self.count)
        self.count += 1
    }

    private mutating func insert(_ id: UInt128, _ place: Int) {
        let mask = self.table.count - 1
        var at = self.hash(id) & mask
        while self.table[at] >= 0 { at = (at + 1) & mask }
        self.table[at] = Int32(place)
    }

    private mutating func grow() {
        let count = self.table.count * 2
        self.table.deallocate()
        self.table = Self.makeTable(count)
        let ids = UnsafeMutablePointer<UInt128>.allocate(capacity: count / 4 * 3)
        ids.moveInitialize(from: self.ids, count: self.count)
        self.ids.deallocate()
        self.ids = ids
        for place in 0..<self.count { self.insert(ids[place], place) }
    }

    /// Forgets all places, and keeps the room for as many.
    mutating func removeAll() {
        if self.count == 0 { return }
        self.table.update(repeating: -1)
        self.count = 0
    }
}
