/// The protobuf forms of the plain values. Each names its proto type.

extension Bool: FieldScalar {
    @inlinable package static var wireType: WireType { .varint }
    @inlinable package static var defaultValue: Bool { false }
    @inlinable package func encodeValue(_ e: inout WireEncoder) { e.varint(self ? 1 : 0) }
    @inlinable package init(wire d: inout WireDecoder) throws { self = try d.varint() != 0 }
    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) { json.bool(self) }
    @usableFromInline package init(json: inout JSONReader) throws { self = try json.bool() }
    @usableFromInline package static var kind: FieldKind { .boolean }
}

/// proto `int64`.
extension Int: FieldScalar {
    @inlinable package static var wireType: WireType { .varint }
    @inlinable package static var defaultValue: Int { 0 }
    @inlinable package func encodeValue(_ e: inout WireEncoder) { e.varint(UInt64(bitPattern: Int64(self))) }
    @inlinable package init(wire d: inout WireDecoder) throws { self = Int(Int64(bitPattern: try d.varint())) }
    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) { json.int(Int64(self)) }
    @usableFromInline package init(json: inout JSONReader) throws { self = Int(try json.int64()) }
    @usableFromInline package static var kind: FieldKind { .integer }
}

/// proto `uint32`.
extension UInt32: FieldScalar {
    @inlinable package static var wireType: WireType { .varint }
    @inlinable package static var defaultValue: UInt32 { 0 }
    @inlinable package func encodeValue(_ e: inout WireEncoder) { e.varint(UInt64(self)) }

    @inlinable package init(wire d: inout WireDecoder) throws {
        guard let value = UInt32(exactly: try d.varint()) else { throw FieldError("the number is over 4294967295") }
        self = value
    }

    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) { json.int(Int64(self)) }

    @usableFromInline package init(json: inout JSONReader) throws {
        guard let value = UInt32(exactly: try json.int64()) else { throw FieldError("not within 0...4294967295") }
        self = value
    }

    @usableFromInline package static var kind: FieldKind { .unsigned }
}

/// proto `double`.
extension Double: FieldScalar {
    @inlinable package static var wireType: WireType { .fixed64 }
    @inlinable package static var defaultValue: Double { 0 }
    @inlinable package func encodeValue(_ e: inout WireEncoder) { e.fixed64(self.bitPattern) }
    @inlinable package init(wire d: inout WireDecoder) throws { self = Double(bitPattern: try d.fixed64()) }
    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) { json.double(self) }
    @usableFromInline package init(json: inout JSONReader) throws { self = try json.double() }
    @usableFromInline package static var kind: FieldKind { .double }
}

/// proto `string`.
extension String: FieldScalar {
    @inlinable package static var wireType: WireType { .lengthDelimited }
    @inlinable package static var defaultValue: String { "" }
    @inlinable package func encodeValue(_ e: inout WireEncoder) { e.string(self) }
    @inlinable package init(wire d: inout WireDecoder) throws { self = try d.string() }
    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) { json.string(self) }
    @usableFromInline package init(json: inout JSONReader) throws { self = try json.string() }
    @usableFromInline package mutating func visitTexts<V: TextVisitor>(_ visitor: inout V) throws {
        try visitor.visit(&self)
    }
    @usableFromInline package static var kind: FieldKind { .text }
}

/// proto `bytes`: the 16 bytes of the UUID, most significant first.
extension ID: FieldScalar, FieldValue where Entity: Identified {
    @inlinable package static var wireType: WireType { .lengthDelimited }
    @inlinable package static var defaultValue: ID { .zero }
    @inlinable package func encodeValue(_ e: inout WireEncoder) { e.uuid(self.bits) }
    @inlinable package init(wire d: inout WireDecoder) throws { self.init(bits: try d.uuid()) }
    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) { json.string(self.description) }

    @usableFromInline package init(json: inout JSONReader) throws {
        let text = try json.borrowedString()
        guard let bits = text.withUTF8({ UUIDText.parse($0) }) else {
            throw FieldError("\"\(text.string)\" is not a UUID")
        }
        self.init(bits: bits)
    }

    @inlinable
    package func collectTags(_ tags: inout [EventTag]) { if Entity.isTagged, self != .zero { tags.append(self.tag) } }

    @usableFromInline package mutating func identify(as id: UInt128) { if self == .zero { self = ID(bits: id) } }

    @usableFromInline package static var kind: FieldKind { .uuid }
}

/// proto `fixed64`.
extension Position: FieldScalar {
    @inlinable package static var wireType: WireType { .fixed64 }
    @inlinable package static var defaultValue: Position { .start }
    @inlinable package func encodeValue(_ e: inout WireEncoder) { e.fixed64(self.value) }
    @inlinable package init(wire d: inout WireDecoder) throws { self.init(try d.fixed64()) }
    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) { json.int(Int64(clamping: self.value)) }
    @usableFromInline package init(json: inout JSONReader) throws { self.init(try json.uint64()) }
    @usableFromInline package static var kind: FieldKind { .position }
}

/// proto `sfixed64`: microseconds since 1970.
extension Instant: FieldScalar {
    @inlinable package static var wireType: WireType { .fixed64 }
    @inlinable package static var defaultValue: Instant { .zero }
    @inlinable package func encodeValue(_ e: inout WireEncoder) { e.fixed64(UInt64(bitPattern: self.microseconds)) }

    @inlinable package init(wire d: inout WireDecoder) throws {
        self.init(microseconds: Int64(bitPattern: try d.fixed64()))
    }

    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) { json.string(self.description) }

    @usableFromInline package init(json: inout JSONReader) throws {
        let text = try json.borrowedString()
        if let instant = text.withUTF8({ Instant(utf8: $0) }) {
            self = instant
            return
        }
        let words = text.string
        if let instant = Instant(written: words) {
            self = instant
            return
        }
        if Instant(words: words, now: .zero) != nil {
            throw FieldError(
                "\"\(words)\" would mean another time whenever it is read again; write the time itself, such as "
                    + "2025-08-01T16:20:44Z")
        }
        throw FieldError("\"\(words)\" is not a time such as 2025-08-01T16:20:44Z, 2025-08-01 16:20 or 2025-08-01")
    }

    @usableFromInline package static var kind: FieldKind { .instant }
}

/// proto `sint32`: days since 1970-01-01.
extension Day: FieldScalar {
    @inlinable package static var wireType: WireType { .varint }
    @inlinable package static var defaultValue: Day { Day(daysSince1970: 0) }

    @inlinable package func encodeValue(_ e: inout WireEncoder) { e.varint(zigZag(Int64(self.daysSince1970))) }

    @inlinable package init(wire d: inout WireDecoder) throws {
        guard let days = Int32(exactly: unZigZag(try d.varint())) else { throw FieldError("the day is out of range") }
        self.init(daysSince1970: days)
    }

    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) { json.string(self.description) }

    @usableFromInline package init(json: inout JSONReader) throws {
        let text = try json.string()
        guard let day = Day(text) else { throw FieldError("\"\(text)\" is not a day such as 2025-08-31") }
        self = day
    }

    @usableFromInline package static var kind: FieldKind { .day }
}

/// proto `string`.
extension EventType: FieldScalar {
    @inlinable package static var wireType: WireType { .lengthDelimited }
    @inlinable package static var defaultValue: EventType { EventType("") }
    @inlinable package func encodeValue(_ e: inout WireEncoder) { e.string(self.name) }
    @inlinable package init(wire d: inout WireDecoder) throws { self.init(try d.string()) }
    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) { json.string(self.name) }
    @usableFromInline package init(json: inout JSONReader) throws { self.init(try json.string()) }
    @usableFromInline package static var kind: FieldKind { .text }
}

/// proto `bytes`: canonical JSON in UTF-8, or packed.
extension JSONText: FieldScalar {
    @inlinable package static var wireType: WireType { .lengthDelimited }
    @usableFromInline package static var defaultValue: JSONText { .emptyObject }
    @usableFromInline package func encodeValue(_ e: inout WireEncoder) {
        guard e.packsJSON, self.text.utf8.count >= PackedText.leastBytes else { return e.string(self.text) }
        var text = self.text
        if !text.withUTF8({ PackedText.write(UnsafeRawBufferPointer($0), to: &e) }) { e.string(text) }
    }
    @usableFromInline package mutating func visitTexts<V: TextVisitor>(_ visitor: inout V) throws {
        try visitor.visit(&self)
    }

    /// What was written was canonical, and a record's checksum says that it still is.
    @usableFromInline package init(wire d: inout WireDecoder) throws {
        let bytes = try d.delimited()
        let isPacked = bytes.first == PackedText.mark
        self.init(uncheckedCanonical: isPacked ? try PackedText.read(bytes) : try d.string(bytes))
    }

    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) { json.raw(self.text) }
    @usableFromInline package init(json: inout JSONReader) throws { self = try JSONText(reading: &json) }
    @usableFromInline package static var kind: FieldKind { .json }
}

@inlinable
func zigZag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }

@inlinable
func unZigZag(_ value: UInt64) -> Int64 { Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
