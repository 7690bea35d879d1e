import LedgerEvents
import LedgerLog

/// Where the log stands: the row that every commit replaces. A new segment begins with that of the one before.
struct LogState: Equatable {
    var recordedAt = Instant(microseconds: .min)
    var frontier = MerkleFrontier()
    /// The mark of a segment that never changes again: the next one begins behind `head`.
    var isSealed = false

    var head: Position { Position(self.frontier.size) }
}

extension LogState {
    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + self.frontier.encodedByteCount)
        withUnsafeBytes(of: self.recordedAt.microseconds.littleEndian) { bytes.append(contentsOf: $0) }
        self.frontier.encode(into: &bytes)
        if self.isSealed { withUnsafeBytes(of: self.head.next.value.littleEndian) { bytes.append(contentsOf: $0) } }
        return Checksum.prefixed(bytes)
    }

    /// Nil for bytes that are no such row.
    init?(decoding value: UnsafeRawBufferPointer) {
        guard let bytes = Checksum.checked(value), bytes.count >= 16 else { return nil }
        let size = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        let end = 16 + size.nonzeroBitCount * MerkleHash.byteCount
        guard bytes.count == end || bytes.count == end + 8,
            let frontier = MerkleFrontier(decoding: UnsafeRawBufferPointer(rebasing: bytes[8..<end]))
        else { return nil }
        if bytes.count > end {
            let next = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: end, as: UInt64.self))
            guard size < .max, next == size + 1 else { return nil }
            self.isSealed = true
        }
        self.recordedAt = Instant(microseconds: Int64(littleEndian: bytes.loadUnaligned(as: Int64.self)))
        self.frontier = frontier
    }
}
