import CLedgerXXHash

/// XXH3-64: what files that LMDB or we write carry, since neither has a checksum of its own.
package enum Checksum {
    package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 { XXH3_64bits(bytes.baseAddress, bytes.count) }
}
