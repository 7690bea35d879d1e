import LedgerLog

/// A value in the views' file: its content, then 8 bytes of checksum over key and content, little-endian. LMDB has no
/// checksums, and views decide what enters the log.
enum ViewValue {
    private static let checksumCount = 8

    static func sealed(_ content: [UInt8], of key: [UInt8]) -> [UInt8] {
        var value = content
        key.withUnsafeBytes { self.seal(&value, of: $0) }
        return value
    }

    /// Adds the checksum to a content.
    static func seal(_ content: inout [UInt8], of key: UnsafeRawBufferPointer) {
        let checksum = content.withUnsafeBytes { self.checksum(of: $0, key: key) }
        withUnsafeBytes(of: checksum.littleEndian) { content.append(contentsOf: $0) }
    }

    /// The content of a value; nil where the checksum does not match.
    static func content(of value: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let count = value.count - self.checksumCount
        guard count >= 0 else { return nil }
        let content = UnsafeRawBufferPointer(rebasing: value[..<count])
        let stored = UInt64(littleEndian: value.loadUnaligned(fromByteOffset: count, as: UInt64.self))
        return stored == self.checksum(of: content, key: key) ? content : nil
    }

    private static func checksum(of content: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer) -> UInt64 {
        let ofKey = Checksum.of(key)
        return Checksum.of(content) ^ (ofKey << 32 | ofKey >> 32)
    }
}
