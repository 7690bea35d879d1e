/// The complete subtrees over a run of leaves in the middle of a tree, from left to right (a compact range): they can be
/// hashed before what stands to the left is known.
package struct MerkleRange: Sendable {
    /// The place of the first leaf, counted from 0.
    package let start: UInt64
    /// The place behind the last leaf.
    package private(set) var end: UInt64
    /// The roots, each with the binary logarithm of its leaves.
    package private(set) var subtrees: [(level: UInt64, root: MerkleHash)] = []

    package init(start: UInt64) {
        self.start = start
        self.end = start
        self.subtrees.reserveCapacity(64)
    }

    package mutating func append(_ leaf: MerkleHash) {
        var hash = leaf
        var level: UInt64 = 0
        // A subtree that ends here is a right child where the place of its first leaf has the bit of its level.
        while self.end >> level & 1 == 1, let left = self.subtrees.last, left.level == level {
            hash = MerkleTree.node(left.root, hash)
            level += 1
            self.subtrees.removeLast()
        }
        self.subtrees.append((level, hash))
        self.end += 1
    }
}
