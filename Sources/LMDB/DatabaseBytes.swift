import CLedgerLMDB

/// Anything that is a key or a value: bytes, or a `UInt64` in the machine's byte order.
@usableFromInline package protocol DatabaseBytes: ~Copyable, ~Escapable {
    func withDatabaseBytes<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R
}

extension RawSpan: DatabaseBytes {
    @inlinable @inline(__always)
    package func withDatabaseBytes<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try body(self)
    }
}

extension Span: DatabaseBytes where Element == UInt8 {
    @inlinable @inline(__always)
    package func withDatabaseBytes<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try unsafe body(bytes)
    }
}

extension Array: DatabaseBytes where Element == UInt8 {
    @inlinable @inline(__always)
    package func withDatabaseBytes<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try unsafe body(span.bytes)
    }
}

extension UInt64: DatabaseBytes {
    @inlinable @inline(__always)
    package func withDatabaseBytes<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        let alone: [1 of UInt64] = [self]
        return try unsafe body(alone.span.bytes)
    }
}

extension DatabaseBytes where Self: ~Copyable, Self: ~Escapable {
    /// The bytes as LMDB takes them; only for the length of the closure.
    @inlinable @inline(__always)
    func withStoredValue<R: ~Copyable, E: Error>(_ body: (MDB_val) throws(E) -> R) throws(E) -> R {
        try withDatabaseBytes { (span) throws(E) in
            try unsafe span.withUnsafeBytes { (bytes) throws(E) in
                let start = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
                return try unsafe body(MDB_val(mv_size: bytes.count, mv_data: start))
            }
        }
    }
}

extension MDB_val {
    @inlinable @inline(__always)
    func withSpan<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        let span = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: mv_data, count: mv_size))
        return try body(span)
    }

    /// Nil when the stored bytes are not 8.
    @inlinable @inline(__always)
    var integer: UInt64? {
        unsafe mv_size == 8 ? mv_data.loadUnaligned(as: UInt64.self) : nil
    }
}
