/// A whole number that keeps its sign in few bytes: proto `sint64`.
struct Signed: FieldScalar {
    var value: Int64

    static var wireType: WireType { .varint }
    static var defaultValue: Signed { Signed(value: 0) }

    init(value: Int64) { self.value = value }

    func encodeValue(_ encoder: inout WireEncoder) { encoder.varint(zigZag(self.value)) }
    init(wire decoder: inout WireDecoder) throws { self.value = unZigZag(try decoder.varint()) }
    func encodeJSON(_ json: inout JSONWriter) { json.int(self.value) }
    init(json: inout JSONReader) throws { self.value = try json.int64() }
    static var kind: FieldKind { .integer }
}

/// proto `message { sint64 units = 1; sint64 picos = 2; }`, both of one sign, as in google.type.Money but with twelve
/// digits after the point. JSON: decimal text.
extension ExactDecimal: FieldScalar {
    @usableFromInline package static var wireType: WireType { .lengthDelimited }
    @usableFromInline package static var defaultValue: ExactDecimal { .zero }
    @usableFromInline package static var kind: FieldKind { .decimal }

    @usableFromInline package func encodeValue(_ encoder: inout WireEncoder) throws {
        try encoder.delimited { try self.encodeParts(&$0) }
    }

    func encodeParts(_ encoder: inout WireEncoder) throws {
        let (units, picos) = self.picos.quotientAndRemainder(dividingBy: Self.picosPerUnit)
        guard let units = Int64(exactly: units) else { throw FieldError("\(self) is beyond ±9.2e18") }
        try Signed(value: units).encode(1, &encoder)
        try Signed(value: Int64(picos)).encode(2, &encoder)
    }

    @usableFromInline package init(wire decoder: inout WireDecoder) throws {
        var inner = WireDecoder(try decoder.delimited())
        self = try ExactDecimal(parts: &inner)
        try inner.finish()
    }

    init(parts decoder: inout WireDecoder) throws {
        var units = Signed.defaultValue
        var picos = Signed.defaultValue
        try decoder.field(1, "units", &units)
        try decoder.field(2, "picos", &picos)
        self.init(picos: Int128(units.value) * Self.picosPerUnit + Int128(picos.value))
    }

    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) { json.string(self.description) }

    @usableFromInline package init(json: inout JSONReader) throws {
        let value = try json.decimalText { bytes in
            switch ExactDecimal.parse(bytes) {
            case .exact(let value): return value
            case .rounded:
                throw FieldError(
                    "\"\(String(decoding: bytes, as: UTF8.self))\" is finer than 0.000000000001; a decimal has at most "
                        + "\(ExactDecimal.digitsAfterPoint) digits after the point")
            case .invalid:
                throw FieldError("\"\(String(decoding: bytes, as: UTF8.self))\" is not a decimal number in range")
            }
        }
        self = value
    }
}

/// proto `string`.
extension Currency: FieldScalar {
    @inlinable package static var wireType: WireType { .lengthDelimited }
    @inlinable package static var defaultValue: Currency { Currency(letters: 0) }
    @usableFromInline package func encodeValue(_ encoder: inout WireEncoder) { encoder.string(self.description) }
    @usableFromInline package init(wire decoder: inout WireDecoder) throws { self = try Self.named(decoder.string()) }
    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) { json.string(self.description) }
    /// Refuses what ISO 4217 does not list; stored events may have any three letters.
    @usableFromInline package init(json: inout JSONReader) throws {
        self = try Self.named(json.string())
        if self.minorDigits == nil {
            throw FieldError("\"\(self)\" is not a currency of ISO 4217 with a minor unit, such as USD")
        }
    }
    @usableFromInline package static var kind: FieldKind { .currency }

    private static func named(_ text: String) throws -> Currency {
        guard let currency = Currency(text) else {
            throw FieldError("\"\(text)\" is not an ISO 4217 code such as USD")
        }
        return currency
    }
}

/// proto `message { sint64 units = 1; sint64 picos = 2; string currency = 3; }`.
/// JSON: `{"amount":"0.001258","currency":"USD"}`.
extension Money: FieldScalar {
    @usableFromInline package static var wireType: WireType { .lengthDelimited }
    @usableFromInline package static var defaultValue: Money { .zero }
    @usableFromInline package static var kind: FieldKind { .money }

    @usableFromInline package func encodeValue(_ encoder: inout WireEncoder) throws {
        try encoder.delimited {
            try self.amount.encodeParts(&$0)
            try self.currency.encode(3, &$0)
        }
    }

    @usableFromInline package init(wire decoder: inout WireDecoder) throws {
        var inner = WireDecoder(try decoder.delimited())
        self.init(try ExactDecimal(parts: &inner), .none)
        try inner.field(3, "currency", &self.currency)
        try inner.finish()
    }

    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) {
        json.beginObject()
        json.key("amount")
        self.amount.encodeJSON(&json)
        json.key("currency")
        self.currency.encodeJSON(&json)
        json.endObject()
    }

    @usableFromInline package init(json: inout JSONReader) throws {
        var amount: ExactDecimal?
        var currency: Currency?
        try json.distinctMembers { json, key in
            switch key {
            case "amount": amount = try ExactDecimal(json: &json)
            case "currency": currency = try Currency(json: &json)
            default: throw FieldError("money has an amount and a currency, no \"\(key.string)\"")
            }
        }
        guard let amount, let currency else { throw FieldError("money needs an amount and a currency") }
        self.init(amount, currency)
    }
}

/// proto `int64`; a `ExactDecimal` where it is not whole.
extension Quantity: FieldScalar {
    @usableFromInline package static var wireType: WireType { .varint }
    @usableFromInline package static var defaultValue: Quantity { 0 }
    @usableFromInline package static var kind: FieldKind { .quantity }

    @usableFromInline package func encode(_ number: Int, _ encoder: inout WireEncoder) throws {
        guard self.whole == nil else {
            if self != 0 {
                encoder.tag(number, .varint)
                try self.encodeValue(&encoder)
            }
            return
        }
        try self.decimal.encode(number, &encoder)
    }

    @usableFromInline package mutating func merge(_ type: WireType, _ decoder: inout WireDecoder) throws {
        if type == .lengthDelimited {
            self.decimal = try ExactDecimal(wire: &decoder)
        } else {
            try decoder.expect(type, .varint)
            self = try Quantity(wire: &decoder)
        }
    }

    /// Of a whole number.
    @usableFromInline package func encodeValue(_ encoder: inout WireEncoder) throws {
        guard let whole = self.whole else { throw FieldError("\(self) is not a whole number") }
        whole.encodeValue(&encoder)
    }

    @usableFromInline package init(wire decoder: inout WireDecoder) throws { self.init(try Int(wire: &decoder)) }

    /// A number where it is whole, else a text, as decimals are.
    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) {
        if let whole = self.whole { whole.encodeJSON(&json) } else { self.decimal.encodeJSON(&json) }
    }

    @usableFromInline package init(json: inout JSONReader) throws { self.init(try ExactDecimal(json: &json)) }
}
