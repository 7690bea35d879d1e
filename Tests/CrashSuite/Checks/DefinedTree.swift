import Crypto

/// The Merkle tree of RFC 6962 section 2.1 as its definition says it, over any number of first leaves; written
/// without a look at the library's own.
struct DefinedTree {
    /// `levels[h][i]` is the hash of the leaves i * 2^h up to (i + 1) * 2^h, as far as there are that many.
    private var levels: [[SHA256.Digest]] = [[]]

    var count: Int { self.levels[0].count }

    mutating func append(record: UnsafeRawBufferPointer) {
        var hash = SHA256()
        hash.update(data: [0])
        hash.update(bufferPointer: record)
        self.levels[0].append(hash.finalize())
        var level = 0
        while self.levels[level].count % 2 == 0 {
            if level + 1 == self.levels.count { self.levels.append([]) }
            let pair = self.levels[level].suffix(2)
            self.levels[level + 1].append(Self.node(pair[pair.startIndex], pair[pair.startIndex + 1]))
            level += 1
        }
    }

    /// The root over the first `count` leaves.
    func root(_ count: Int) -> [UInt8] {
        count == 0 ? Array(SHA256.hash(data: [UInt8]())) : Array(self.hash(0..<count))
    }

    /// MTH of the definition: k is the largest power of two that is smaller than n.
    private func hash(_ range: Range<Int>) -> SHA256.Digest {
        let count = range.count
        if count.nonzeroBitCount == 1 {
            return self.levels[count.trailingZeroBitCount][range.lowerBound >> count.trailingZeroBitCount]
        }
        let k = 1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
        let middle = range.lowerBound + k
        return Self.node(self.hash(range.lowerBound..<middle), self.hash(middle..<range.upperBound))
    }

    private static func node(_ left: SHA256.Digest, _ right: SHA256.Digest) -> SHA256.Digest {
        SHA256.hash(data: [1] + Array(left) + Array(right))
    }
}
