/// Bytes that are not a record: where, and what was found.
@usableFromInline package struct WireError: LedgerFailure, Equatable {
    /// Bytes from the start of the record.
    package var offset: Int
    @usableFromInline package var message: String

    @usableFromInline
    init(_ offset: Int, _ message: String) {
        self.offset = offset
        self.message = message
    }

    @usableFromInline package var category: FailureCategory { .damage }
    @usableFromInline package var code: String { "malformed_record" }
    @usableFromInline package var remedy: String? { nil }
    @usableFromInline package var cause: (any Error)? { nil }
    @usableFromInline package var description: String { "at byte \(self.offset) of the record: \(self.message)" }
}

/// Reads records from the protobuf wire format in one pass: fields stand in ascending order, unknown ones are
/// skipped, absent ones keep their default.
///
/// Bytes are input: every length is checked and nothing traps. The buffer must stay alive while the decoder is used.
@usableFromInline package struct WireDecoder: FieldVisitor {
    @usableFromInline let start: UnsafeRawPointer
    @usableFromInline var at: UnsafeRawPointer
    @usableFromInline var end: UnsafeRawPointer
    /// The field that comes next; 0 before the first is read, `Int.max` at the end.
    @usableFromInline var number = 0
    @usableFromInline var type = WireType.varint
    /// Fields that are not in it are passed over like unknown ones.
    @usableFromInline let wanted: FieldSet

    @inlinable
    package init(_ bytes: UnsafeRawBufferPointer, only wanted: FieldSet = .all) {
        self.wanted = wanted
        let base = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!
        self.start = base
        self.at = base
        self.end = base + bytes.count
    }

    @inlinable
    package mutating func field<Value: FieldValue>(_ number: Int, _ name: StaticString, _ value: inout Value) throws {
        if self.number == 0 { try self.nextTag() }
        while self.number < number { try self.skip() }
        while self.number == number {
            guard self.wanted.contains(number) else {
                try self.skip()
                continue
            }
            do {
                try value.merge(self.type, &self)
            } catch var error as FieldError {
                error.path.insert(name.description, at: 0)
                throw error
            }
            try self.nextTag()
        }
    }

    /// Moves to the next field's tag, which must not be lower than the last.
    @inlinable
    mutating func nextTag() throws {
        if self.at == self.end {
            self.number = .max
            return
        }
        let tag = try self.varint()
        guard let type = WireType(rawValue: UInt8(truncatingIfNeeded: tag & 7)), tag >> 3 > 0, tag >> 3 < 1 << 29,
            Int(tag >> 3) >= self.number
        else { throw self.error("no field has tag \(tag) here") }
        self.number = Int(tag >> 3)
        self.type = type
    }

    /// Passes over one unknown field and moves to the next tag.
    @inlinable
    mutating func skip() throws {
        switch self.type {
        case .varint: _ = try self.varint()
        case .fixed64: _ = try self.fixed64()
        case .lengthDelimited: _ = try self.delimited()
        case .fixed32: try self.advance(4)
        }
        try self.nextTag()
    }

    /// Checks that the rest of the message is well-formed.
    @inlinable
    package mutating func finish() throws {
        if self.number == 0 { try self.nextTag() }
        while self.number != .max { try self.skip() }
    }

    @inlinable
    package func expect(_ found: WireType, _ wanted: WireType) throws {
        if found != wanted { throw self.error("field \(self.number) has wire type \(found), not \(wanted)") }
    }

    @inlinable
    @inline(__always)
    package mutating func varint() throws -> UInt64 {
        // Tags, lengths and most numbers take one byte.
        if self.at < self.end {
            let byte = self.at.load(as: UInt8.self)
            if byte < 0x80 {
                self.at += 1
                return UInt64(byte)
            }
        }
        return try self.longVarint()
    }

    @usableFromInline
    mutating func longVarint() throws -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while self.at < self.end {
            let byte = self.at.load(as: UInt8.self)
            self.at += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
            if shift > 63 { throw self.error("a varint is longer than 10 bytes") }
        }
        throw self.error("the bytes end inside a varint")
    }

    @inlinable
    package mutating func fixed32() throws -> UInt32 {
        guard self.end - self.at >= 4 else { throw self.error("the bytes end inside a 32-bit value") }
        defer { self.at += 4 }
        return UInt32(littleEndian: self.at.loadUnaligned(as: UInt32.self))
    }

    @inlinable
    package mutating func fixed64() throws -> UInt64 {
        guard self.end - self.at >= 8 else { throw self.error("the bytes end inside a 64-bit value") }
        defer { self.at += 8 }
        return UInt64(littleEndian: self.at.loadUnaligned(as: UInt64.self))
    }

    @inlinable
    mutating func advance(_ count: Int) throws {
        guard self.end - self.at >= count else { throw self.error("the bytes end inside a field") }
        self.at += count
    }

    /// What was not read yet.
    var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: self.at, count: self.end - self.at) }

    /// The bytes behind a length, still inside the buffer.
    @inlinable
    package mutating func delimited() throws -> UnsafeRawBufferPointer {
        let length = try self.varint()
        guard length <= UInt64(self.end - self.at) else {
            throw self.error("a field of \(length) bytes runs over the end")
        }
        defer { self.at += Int(length) }
        return UnsafeRawBufferPointer(start: self.at, count: Int(length))
    }

    @inlinable
    package mutating func string() throws -> String { try self.string(try self.delimited()) }

    /// The text of bytes that were read.
    @inlinable
    func string(_ bytes: UnsafeRawBufferPointer) throws -> String {
        // A third of what `String(validating:as:)` takes.
        let span = Span<UInt8>(_unsafeElements: bytes.bindMemory(to: UInt8.self))
        guard let text = try? UTF8Span(validating: span) else { throw self.error("a text is not UTF-8") }
        return String(copying: text)
    }

    @inlinable
    package mutating func uuid() throws -> UInt128 {
        let bytes = try self.delimited()
        guard bytes.count == 16 else { throw self.error("a UUID has 16 bytes, not \(bytes.count)") }
        return Self.uuid(bytes)
    }

    @inlinable
    static func uuid(_ bytes: UnsafeRawBufferPointer) -> UInt128 {
        let high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        let low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        return UInt128(high) << 64 | UInt128(low)
    }

    @inlinable
    package mutating func message<R: Record>(_: R.Type) throws -> R {
        var inner = WireDecoder(try self.delimited())
        var record = R()
        try record.fields(&inner)
        try inner.finish()
        return record
    }

    @usableFromInline
    func error(_ message: String) -> WireError { WireError(self.at - self.start, message) }

    /// The record that `bytes` hold; fields that are not in `wanted` keep their default.
    @inlinable
    package static func decode<R: Record>(
        _: R.Type, _ bytes: UnsafeRawBufferPointer, only wanted: FieldSet = .all
    ) throws -> R {
        var decoder = WireDecoder(bytes, only: wanted)
        var record = R()
        try record.fields(&decoder)
        try decoder.finish()
        return record
    }

    package static func decode<R: Record>(_ type: R.Type, _ bytes: [UInt8]) throws -> R {
        try bytes.withUnsafeBytes { try self.decode(type, $0) }
    }
}
