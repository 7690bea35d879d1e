/// Single-precision numbers that belong together, such as an embedding. Proto `repeated float`; JSON: an array of
/// numbers.
///
/// Packed: an array of scalars has a tag before each, and these come in thousands.
public struct FloatVector: Hashable, Sendable {
    public var values: [Float]

    public init(_ values: [Float] = []) { self.values = values }
}

extension FloatVector: FieldValue {
    @usableFromInline package func encode(_ number: Int, _ encoder: inout WireEncoder) throws {
        if self.values.isEmpty { return }
        encoder.tag(number, .lengthDelimited)
        encoder.varint(UInt64(self.values.count * 4))
        for value in self.values { encoder.fixed32(value.bitPattern) }
    }

    /// As any protobuf reader has to, this takes values that are packed, in pieces or not at all.
    @usableFromInline package mutating func merge(_ type: WireType, _ decoder: inout WireDecoder) throws {
        if type == .fixed32 {
            self.values.append(Float(bitPattern: try decoder.fixed32()))
            return
        }
        try decoder.expect(type, .lengthDelimited)
        let bytes = try decoder.delimited()
        guard bytes.count.isMultiple(of: 4) else { throw FieldError("\(bytes.count) bytes are not numbers of 4 bytes") }
        self.values.reserveCapacity(self.values.count + bytes.count / 4)
        for offset in stride(from: 0, to: bytes.count, by: 4) {
            let bits = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
            self.values.append(Float(bitPattern: UInt32(littleEndian: bits)))
        }
    }

    @usableFromInline package var isAbsent: Bool { self.values.isEmpty }

    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) {
        json.beginArray()
        for value in self.values { json.float(value) }
        json.endArray()
    }

    @usableFromInline package init(json: inout JSONReader) throws {
        var values: [Float] = []
        try json.array { json in values.append(try json.float()) }
        self.values = values
    }

    @usableFromInline package static var shape: FieldShape { FieldShape(kind: .float, cardinality: .repeated) }
}
