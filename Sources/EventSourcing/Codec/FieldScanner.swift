/// Steps through the fields of a message whatever they are, for readers that know the numbers by heart.
@usableFromInline package struct FieldScanner {
    @usableFromInline var decoder: WireDecoder

    @inlinable
    package init(_ bytes: UnsafeRawBufferPointer) { self.decoder = WireDecoder(bytes) }

    /// The next field's number and wire type, or nil at the end. The value must then be taken or skipped.
    @inlinable
    package mutating func next() throws -> (number: Int, type: WireType)? {
        try self.decoder.nextTag()
        return self.decoder.number == .max ? nil : (self.decoder.number, self.decoder.type)
    }

    @inlinable package mutating func varint() throws -> UInt64 { try self.decoder.varint() }
    @inlinable package mutating func fixed64() throws -> UInt64 { try self.decoder.fixed64() }
    @inlinable package mutating func uuid() throws -> UInt128 { try self.decoder.uuid() }
    @inlinable package mutating func delimited() throws -> UnsafeRawBufferPointer { try self.decoder.delimited() }

    /// Takes the value as a field of a record does.
    @inlinable
    package mutating func take<Value: FieldValue>(_ value: inout Value, _ type: WireType) throws {
        try value.merge(type, &self.decoder)
    }

    @inlinable
    package mutating func skip(_ type: WireType) throws {
        switch type {
        case .varint: _ = try self.decoder.varint()
        case .fixed64: _ = try self.decoder.fixed64()
        case .lengthDelimited: _ = try self.decoder.delimited()
        case .fixed32: try self.decoder.advance(4)
        }
    }
}
