import LedgerLog

/// Every record carries one: LMDB 0.9 has no checksums.
extension Checksum {
    /// The bytes behind the checksum; nil when it does not match them.
    @inline(__always)
    static func checked(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard value.count > DiskLayout.checksumCount else { return nil }
        let rest = UnsafeRawBufferPointer(rebasing: value[DiskLayout.checksumCount...])
        return UInt64(littleEndian: value.loadUnaligned(as: UInt64.self)) == self.of(rest) ? rest : nil
    }

    /// `rest` behind its checksum.
    static func prefixed(_ rest: [UInt8]) -> [UInt8] {
        withUnsafeBytes(of: rest.withUnsafeBytes { self.of($0) }.littleEndian) { Array($0) } + rest
    }
}
