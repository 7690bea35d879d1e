import Crypto

/// A SHA-256 digest: the hash of a leaf or of a node of the tree. Kept inline, so that lists of them stay flat.
@usableFromInline package struct MerkleHash: Hashable, Sendable {
    @usableFromInline package static let byteCount = 32

    @usableFromInline var words: SIMD4<UInt64>

    /// Takes the first 32 of `bytes`.
    @inlinable
    package init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= Self.byteCount, "a SHA-256 digest has 32 bytes")
        self.words = bytes.loadUnaligned(as: SIMD4<UInt64>.self)
    }

    package init(_ bytes: [UInt8]) { self = bytes.withUnsafeBytes { MerkleHash($0) } }

    package var bytes: [UInt8] { self.withUnsafeBytes { Array($0) } }

    @inlinable
    package func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try Swift.withUnsafeBytes(of: self.words, body)
    }
}

/// The Merkle tree of RFC 6962 section 2.1 over the records of a log.
package enum MerkleTree {
    /// The byte that goes before a record when its leaf is hashed.
    package static let leafPrefix: UInt8 = 0
    package static let nodePrefix: UInt8 = 1

    /// The root of the tree without leaves: the hash of nothing.
    package static var emptyRoot: MerkleHash { self.digest(UnsafeRawBufferPointer(start: nil, count: 0)) }

    /// SHA-256 of 0x00 and the record.
    package static func leaf(_ record: UnsafeRawBufferPointer) -> MerkleHash {
        var hash = SHA256()
        withUnsafeBytes(of: Self.leafPrefix) { hash.update(bufferPointer: $0) }
        hash.update(bufferPointer: record)
        return hash.finalize().withUnsafeBytes { MerkleHash($0) }
    }

    /// The leaf of a record that stands behind its prefix byte already: one pass over the bytes.
    package static func leaf(prefixed bytes: UnsafeRawBufferPointer) -> MerkleHash {
        precondition(bytes.first == Self.leafPrefix, "a leaf's input begins with 0x00")
        return self.digest(bytes)
    }

    /// SHA-256 of 0x01 and both children.
    package static func node(_ left: MerkleHash, _ right: MerkleHash) -> MerkleHash {
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * MerkleHash.byteCount, alignment: 1) { input in
            input.storeBytes(of: Self.nodePrefix, as: UInt8.self)
            input.storeBytes(of: left.words, toByteOffset: 1, as: SIMD4<UInt64>.self)
            input.storeBytes(of: right.words, toByteOffset: 1 + MerkleHash.byteCount, as: SIMD4<UInt64>.self)
            return self.digest(UnsafeRawBufferPointer(input))
        }
    }

    private static func digest(_ bytes: UnsafeRawBufferPointer) -> MerkleHash {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        return hash.finalize().withUnsafeBytes { MerkleHash($0) }
    }
}
