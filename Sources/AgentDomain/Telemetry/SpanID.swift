import LedgerEvents

/// The id of a span within its trace: eight bytes, written as 16 lower-case hexadecimal digits. Zero means "none".
public struct SpanID: Hashable, Comparable, Sendable {
    package let bits: UInt64

    package init(_ bits: UInt64) { self.bits = bits }

    package static var none: SpanID { SpanID(0) }

    public static func < (a: SpanID, b: SpanID) -> Bool { a.bits < b.bits }
}

extension SpanID: LosslessStringConvertible {
    /// Reads 16 hexadecimal digits of either case.
    public init?(_ text: String) {
        guard text.utf8.count == 16, text.utf8.allSatisfy({ UUIDText.hexDigit($0) != nil }),
            let bits = UInt64(text, radix: 16)
        else { return nil }
        self.init(bits)
    }

    public var description: String { Hexadecimal.text(self.bits) }
}

/// proto `fixed64`.
extension SpanID: FieldScalar {
    @usableFromInline package static var wireType: WireType { .fixed64 }
    @usableFromInline package static var defaultValue: SpanID { .none }
    @usableFromInline package func encodeValue(_ encoder: inout WireEncoder) { encoder.fixed64(self.bits) }
    @usableFromInline package init(wire decoder: inout WireDecoder) throws { self.init(try decoder.fixed64()) }
    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) { json.string(self.description) }

    @usableFromInline package init(json: inout JSONReader) throws {
        let text = try json.string()
        guard let id = SpanID(text) else { throw FieldError("\"\(text)\" is not a span id of 16 hexadecimal digits") }
        self = id
    }

    @usableFromInline package static var kind: FieldKind { .hexadecimal }
}

/// Lower-case hexadecimal digits of ids, as OTLP/JSON writes them.
package enum Hexadecimal {
    /// All digits of an integer, with leading zeros.
    package static func text(_ id: some FixedWidthInteger) -> String {
        let count = type(of: id).bitWidth / 4
        return String(unsafeUninitializedCapacity: count) { digits in
            for place in 0..<count {
                let digit = UInt8(truncatingIfNeeded: id >> ((count - 1 - place) * 4)) & 0xF
                digits[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            return count
        }
    }
}
