/// The right edge of a Merkle tree: all that appending and the root need, one hash for each set bit of the size.
package struct MerkleFrontier: Hashable, Sendable {
    /// How many leaves the tree has.
    package private(set) var size: UInt64 = 0
    /// The roots of the complete subtrees, from the largest (leftmost) to the smallest.
    package private(set) var roots: [MerkleHash] = []

    package init() { self.roots.reserveCapacity(64) }

    /// Nil unless there is one root for each set bit of `size`.
    package init?(size: UInt64, roots: [MerkleHash]) {
        guard roots.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.roots = roots
    }

    /// Adds one leaf: one node is hashed for each trailing set bit of the size, so one per leaf on the average.
    package mutating func append(_ leaf: MerkleHash) { self.append(leaf, level: 0) }

    /// Adds leaves that were hashed together already: at most two nodes for each level of the tree. They must begin
    /// where the tree ends.
    package mutating func append(_ range: MerkleRange) {
        precondition(range.start == self.size, "a range of leaves begins where the tree ends")
        for (level, root) in range.subtrees { self.append(root, level: level) }
    }

    private mutating func append(_ subtree: MerkleHash, level: UInt64) {
        var hash = subtree
        for _ in 0..<(~(self.size >> level)).trailingZeroBitCount {
            hash = MerkleTree.node(self.roots.removeLast(), hash)
        }
        self.roots.append(hash)
        self.size += 1 << level
    }

    /// The hash of the whole tree (RFC 6962 section 2.1, MTH).
    package var root: MerkleHash {
        guard var root = self.roots.last else { return MerkleTree.emptyRoot }
        for left in self.roots.dropLast().reversed() { root = MerkleTree.node(left, root) }
        return root
    }

    package var head: TreeHead { TreeHead(size: self.size, root: self.root.bytes) }
}

// The stored form: the size, 8 bytes little-endian, then the roots, largest first, 32 bytes each.
extension MerkleFrontier {
    package var encodedByteCount: Int { 8 + self.roots.count * MerkleHash.byteCount }

    package func encode(into bytes: inout [UInt8]) {
        withUnsafeBytes(of: self.size.littleEndian) { bytes.append(contentsOf: $0) }
        for root in self.roots { root.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    }

    /// Nil for bytes that are no frontier.
    package init?(decoding bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 8, (bytes.count - 8) % MerkleHash.byteCount == 0 else { return nil }
        let size = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        let roots = stride(from: 8, to: bytes.count, by: MerkleHash.byteCount).map {
            MerkleHash(UnsafeRawBufferPointer(rebasing: bytes[$0..<$0 + MerkleHash.byteCount]))
        }
        self.init(size: size, roots: roots)
    }
}
