import LedgerLog

/// A sum over (key, position) pairs that does not depend on their order: equal for the records and for an index when
/// both hold the same pairs. One sum per range of positions, so that a difference says where.
struct IndexFingerprint {
    static let positionsPerSum: UInt64 = 64

    /// No position is before this one.
    private let base: UInt64
    private var sums: [UInt64] = []
    private(set) var count: UInt64 = 0

    init(from base: UInt64 = 0) { self.base = base }

    mutating func add(_ key: UnsafeRawBufferPointer, _ position: UInt64, through head: UInt64) {
        let index = Int((min(position, head + 1) - self.base) / Self.positionsPerSum)
        while self.sums.count <= index { self.sums.append(0) }
        self.sums[index] &+= Self.mixed(Checksum.of(key), position)
        self.count += 1
    }

    /// The ranges of positions in which the two differ.
    func differences(from other: IndexFingerprint) -> [ClosedRange<UInt64>] {
        (0..<max(self.sums.count, other.sums.count)).compactMap { index in
            let mine = index < self.sums.count ? self.sums[index] : 0
            let theirs = index < other.sums.count ? other.sums[index] : 0
            let start = self.base + UInt64(index) * Self.positionsPerSum
            return mine == theirs ? nil : start...start + Self.positionsPerSum - 1
        }
    }

    private static func mixed(_ hash: UInt64, _ position: UInt64) -> UInt64 {
        let product = (hash ^ position &* 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        let word = (product.high ^ product.low) &+ position
        let again = word.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return again.high ^ again.low
    }
}
