import EventLog
import EventSourcing

/// Where the log stands: the row that every commit replaces.
struct LogState: Equatable {
    var recordedAt = Instant(microseconds: .min)
    var frontier = MerkleFrontier()

    var head: Position { Position(self.frontier.size) }
}

extension LogState {
    func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + self.frontier.encodedByteCount)
        withUnsafeBytes(of: self.recordedAt.microseconds.littleEndian) { bytes.append(contentsOf: $0) }
        self.frontier.encode(into: &bytes)
        return Checksum.prefixed(bytes)
    }

    /// Nil for bytes that are no such row.
    init?(decoding value: UnsafeRawBufferPointer) {
        guard let bytes = Checksum.checked(value), bytes.count >= 16,
            let frontier = MerkleFrontier(decoding: UnsafeRawBufferPointer(rebasing: bytes[8...]))
        else { return nil }
        self.recordedAt = Instant(microseconds: Int64(littleEndian: bytes.loadUnaligned(as: Int64.self)))
        self.frontier = frontier
    }
}
