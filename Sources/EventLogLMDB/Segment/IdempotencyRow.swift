import LedgerEvents
import LedgerLog

/// What the `idempotency` database holds under a key.
struct IdempotencyRow {
    var receipt: AppendReceipt
    var fingerprint: [UInt8]

    private static let fixedCount = DiskLayout.checksumCount + 24

    func encoded(key: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for word in [
            self.receipt.first.value, self.receipt.last.value, UInt64(bitPattern: self.receipt.recordedAt.microseconds),
        ] {
            withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
        }
        bytes += self.fingerprint
        let checksum = Array(bytes + Array(key.utf8)).withUnsafeBytes { Checksum.of($0) }
        return withUnsafeBytes(of: checksum.littleEndian) { Array($0) } + bytes
    }

    /// Nil for bytes that are no such row, or that of another key.
    init?(decoding value: UnsafeRawBufferPointer, key: [UInt8]) {
        guard value.count > Self.fixedCount else { return nil }
        let checksum = Array(Array(value[DiskLayout.checksumCount...]) + key).withUnsafeBytes { Checksum.of($0) }
        func word(_ index: Int) -> UInt64 {
            UInt64(littleEndian: value.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        }
        guard word(0) == checksum else { return nil }
        self.receipt = AppendReceipt(
            first: Position(word(1)), last: Position(word(2)),
            recordedAt: Instant(microseconds: Int64(bitPattern: word(3))))
        self.fingerprint = Array(value[Self.fixedCount...])
    }

    init(receipt: AppendReceipt, fingerprint: [UInt8]) {
        self.receipt = receipt
        self.fingerprint = fingerprint
    }
}
