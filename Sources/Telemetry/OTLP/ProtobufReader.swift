import LedgerEvents

/// Steps through the fields of a protobuf message, which may stand in any order. Offsets in errors count from the start
/// of the request.
struct ProtobufReader {
    private let origin: UnsafeRawPointer
    private var at: UnsafeRawPointer
    private let end: UnsafeRawPointer
    /// The field that was read last, for messages.
    private(set) var field = 0
    private(set) var type = WireType.varint

    init(_ bytes: UnsafeRawBufferPointer) {
        let base = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
        self.origin = base
        self.at = base
        self.end = base + bytes.count
    }

    /// A message within the one that `outer` reads.
    init(_ bytes: UnsafeRawBufferPointer, in outer: ProtobufReader) {
        let base = bytes.baseAddress ?? outer.at
        self.origin = outer.origin
        self.at = base
        self.end = base + bytes.count
    }

    var offset: Int { self.at - self.origin }
    var isAtEnd: Bool { self.at == self.end }

    /// Moves to the next field; false at the end. Its value must then be read or skipped.
    @inline(__always)
    mutating func next() throws -> Bool {
        if self.at == self.end { return false }
        let tag = try self.anyVarint()
        guard let type = WireType(rawValue: UInt8(truncatingIfNeeded: tag & 7)), tag >> 3 > 0, tag >> 3 < 1 << 29
        else { throw self.error("no field has tag \(tag)") }
        self.field = Int(tag >> 3)
        self.type = type
        return true
    }

    mutating func skip() throws {
        switch self.type {
        case .varint: _ = try self.anyVarint()
        case .fixed64: try self.advance(8)
        case .lengthDelimited: _ = try self.delimited("")
        case .fixed32: try self.advance(4)
        }
    }

    @inline(__always)
    mutating func varint(_ name: StaticString) throws -> UInt64 {
        try self.expect(.varint, name)
        return try self.anyVarint()
    }

    /// A `uint32`.
    mutating func uint32(_ name: StaticString) throws -> Int {
        Int(UInt32(truncatingIfNeeded: try self.varint(name)))
    }

    /// An enum, with numbers that are not known yet.
    mutating func int32(_ name: StaticString) throws -> Int {
        Int(Int32(truncatingIfNeeded: try self.varint(name)))
    }

    mutating func fixed64(_ name: StaticString) throws -> UInt64 {
        try self.expect(.fixed64, name)
        let start = self.at
        try self.advance(8)
        return UInt64(littleEndian: start.loadUnaligned(as: UInt64.self))
    }

    mutating func fixed32(_ name: StaticString) throws -> UInt32 {
        try self.expect(.fixed32, name)
        let start = self.at
        try self.advance(4)
        return UInt32(littleEndian: start.loadUnaligned(as: UInt32.self))
    }

    /// Nanoseconds since 1970.
    mutating func time(_ name: StaticString) throws -> Int {
        let start = self.offset
        guard let time = Int(exactly: try self.fixed64(name)) else {
            throw OTLPError(offset: start, message: "\(name): a time after the year 2262")
        }
        return time
    }

    /// The bytes of a field that has a length; an empty name is not checked.
    @inline(__always)
    mutating func delimited(_ name: StaticString) throws -> UnsafeRawBufferPointer {
        if name.utf8CodeUnitCount > 0 { try self.expect(.lengthDelimited, name) }
        let length = try self.anyVarint()
        guard length <= UInt64(self.end - self.at) else {
            throw self.error("a field of \(length) bytes runs over the end")
        }
        defer { self.at += Int(length) }
        return UnsafeRawBufferPointer(start: self.at, count: Int(length))
    }

    @inline(__always)
    mutating func message(_ name: StaticString) throws -> ProtobufReader {
        ProtobufReader(try self.delimited(name), in: self)
    }

    /// The bytes of a string, which are valid UTF-8.
    @inline(__always)
    mutating func utf8(_ name: StaticString) throws -> UnsafeRawBufferPointer {
        let start = self.offset
        let bytes = try self.delimited(name)
        let span = Span<UInt8>(_unsafeElements: bytes.bindMemory(to: UInt8.self))
        guard (try? UTF8Span(validating: span)) != nil else {
            throw OTLPError(offset: start, message: "\(name): the text is not UTF-8")
        }
        return bytes
    }

    mutating func string(_ name: StaticString) throws -> String {
        String(decoding: try self.utf8(name), as: UTF8.self)
    }

    /// An id of `ID.bitWidth` bits, most significant byte first; 0 for none, which may also be written as no bytes.
    mutating func id<ID: FixedWidthInteger>(_: ID.Type, _ name: StaticString) throws -> ID {
        let start = self.offset
        let bytes = try self.delimited(name)
        if bytes.isEmpty { return 0 }
        guard bytes.count == MemoryLayout<ID>.size else {
            throw OTLPError(
                offset: start, message: "\(name): expected \(MemoryLayout<ID>.size) bytes, found \(bytes.count)")
        }
        return ID(bigEndian: bytes.loadUnaligned(as: ID.self))
    }

    private func expect(_ wanted: WireType, _ name: StaticString) throws {
        if self.type != wanted {
            throw self.error("\(name): field \(self.field) has wire type \(self.type), not \(wanted)")
        }
    }

    @inline(__always)
    private mutating func anyVarint() throws -> UInt64 {
        if self.at < self.end {
            let byte = self.at.load(as: UInt8.self)
            if byte < 0x80 {
                self.at += 1
                return UInt64(byte)
            }
        }
        return try self.longVarint()
    }

    private mutating func longVarint() throws -> UInt64 {
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
        throw self.error("the bytes end in the middle of a varint")
    }

    private mutating func advance(_ count: Int) throws {
        guard self.end - self.at >= count else { throw self.error("the bytes end in the middle of a field") }
        self.at += count
    }

    private func error(_ message: String) -> OTLPError { OTLPError(offset: self.offset, message: message) }
}
