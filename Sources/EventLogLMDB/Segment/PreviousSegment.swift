import LedgerEvents
import LedgerLog

/// What a segment says of the one before it.
struct PreviousSegment: Equatable {
    var first: Position
    var last: Position
    /// The root of the Merkle tree over the whole log up to `last`.
    var root: MerkleHash

    private static let byteCount = DiskLayout.checksumCount + 16 + MerkleHash.byteCount
}

extension PreviousSegment {
    /// Of a segment that begins at `first` and ends with `state`.
    init(first: Position, _ state: LogState) {
        self.init(first: first, last: state.head, root: state.frontier.root)
    }

    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        for word in [self.first.value, self.last.value] {
            withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
        }
        return Checksum.prefixed(bytes + self.root.bytes)
    }

    /// Nil for bytes that are no such row.
    init?(decoding value: UnsafeRawBufferPointer) {
        guard value.count == Self.byteCount, let bytes = Checksum.checked(value) else { return nil }
        self.first = Position(UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)))
        self.last = Position(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        self.root = MerkleHash(UnsafeRawBufferPointer(rebasing: bytes[16...]))
    }
}
