/// How a field's bytes are delimited (protobuf encoding, "Message Structure").
@usableFromInline package enum WireType: UInt8, Sendable {
    case varint = 0
    case fixed64 = 1
    case lengthDelimited = 2
    case fixed32 = 5
}

/// Writes records in the protobuf wire format, fields in ascending order, defaults left out.
@usableFromInline package struct WireEncoder: FieldVisitor {
    @usableFromInline package let buffer: WireBuffer
    /// Whether long JSON texts are packed. Only in events: what else is encoded is compared, or hashed into ids, and two
    /// versions of zlib may pack one text differently.
    @usableFromInline let packsJSON: Bool

    @inlinable
    package init(_ buffer: WireBuffer, packsJSON: Bool = false) {
        self.buffer = buffer
        self.packsJSON = packsJSON
    }

    @inlinable
    package mutating func field<Value: FieldValue>(_ number: Int, _ name: StaticString, _ value: inout Value) throws {
        try value.encode(number, &self)
    }

    @inlinable
    package mutating func tag(_ number: Int, _ type: WireType) {
        self.varint(UInt64(number << 3) | UInt64(type.rawValue))
    }

    @inlinable
    package mutating func varint(_ value: UInt64) {
        self.buffer.reserve(10)
        var value = value
        var at = self.buffer.base + self.buffer.used
        while value >= 0x80 {
            at.pointee = UInt8(truncatingIfNeeded: value) | 0x80
            value >>= 7
            at += 1
        }
        at.pointee = UInt8(truncatingIfNeeded: value)
        self.buffer.used = at + 1 - self.buffer.base
    }

    @inlinable
    package mutating func fixed32(_ value: UInt32) {
        self.buffer.reserve(4)
        UnsafeMutableRawPointer(self.buffer.base + self.buffer.used).storeBytes(of: value.littleEndian, as: UInt32.self)
        self.buffer.used += 4
    }

    @inlinable
    package mutating func fixed64(_ value: UInt64) {
        self.buffer.reserve(8)
        UnsafeMutableRawPointer(self.buffer.base + self.buffer.used).storeBytes(of: value.littleEndian, as: UInt64.self)
        self.buffer.used += 8
    }

    @inlinable
    package mutating func raw(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        self.buffer.reserve(bytes.count)
        UnsafeMutableRawPointer(self.buffer.base + self.buffer.used).copyMemory(from: source, byteCount: bytes.count)
        self.buffer.used += bytes.count
    }

    @inlinable
    package mutating func delimited(_ bytes: UnsafeRawBufferPointer) {
        self.varint(UInt64(bytes.count))
        self.raw(bytes)
    }

    @inlinable
    package mutating func string(_ value: String) {
        var value = value
        value.withUTF8 { self.delimited(UnsafeRawBufferPointer($0)) }
    }

    /// 16 bytes, most significant first, behind their length.
    @inlinable
    package mutating func uuid(_ bits: UInt128) {
        self.buffer.reserve(17)
        let at = UnsafeMutableRawPointer(self.buffer.base + self.buffer.used)
        at.storeBytes(of: 16, as: UInt8.self)
        (at + 1).storeBytes(of: UInt64(truncatingIfNeeded: bits >> 64).bigEndian, as: UInt64.self)
        (at + 9).storeBytes(of: UInt64(truncatingIfNeeded: bits).bigEndian, as: UInt64.self)
        self.buffer.used += 17
    }

    /// A message behind its length.
    @inlinable
    package mutating func message<R: Record>(_ record: R) throws {
        var record = record
        try self.delimited { try record.fields(&$0) }
    }

    /// Whatever `body` writes, behind its length.
    @inlinable
    package mutating func delimited(_ body: (inout WireEncoder) throws -> Void) throws {
        self.buffer.reserve(1)
        let start = self.buffer.used
        self.buffer.used += 1
        try body(&self)
        self.closeDelimited(from: start)
    }

    /// Puts the length before the bytes that follow `start`: one byte was kept free for it, and most fit there.
    @inlinable
    mutating func closeDelimited(from start: Int) {
        let length = self.buffer.used - start - 1
        if length < 0x80 {
            self.buffer.base[start] = UInt8(truncatingIfNeeded: length)
            return
        }
        var extra = 0
        var rest = length >> 7
        while rest > 0 {
            extra += 1
            rest >>= 7
        }
        self.buffer.reserve(extra)
        let first = self.buffer.base + start
        UnsafeMutableRawPointer(first + 1 + extra).copyMemory(from: first + 1, byteCount: length)
        self.buffer.used = start
        self.varint(UInt64(length))
        self.buffer.used += length
    }

    /// The wire bytes of one record.
    package static func encode<R: Record>(_ record: R) throws -> [UInt8] {
        var encoder = WireEncoder(WireBuffer(capacity: 256))
        var record = record
        try record.fields(&encoder)
        return Array(encoder.buffer.bytes)
    }
}
