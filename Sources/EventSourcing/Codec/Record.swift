/// A list of fields, written once, that drives every form of a thing: protobuf wire bytes, JSON both ways, columns,
/// `.proto` and JSON Schema.
///
/// Field numbers ascend in the order of the visits. In a stored record they and the names are the format: add; never
/// rename, reuse or remove.
@usableFromInline package protocol Record: Sendable {
    init()
    mutating func fields<V: FieldVisitor>(_ v: inout V) throws
}

/// Walks a record's fields: an encoder, a decoder, or a lister.
@usableFromInline package protocol FieldVisitor {
    mutating func field<Value: FieldValue>(_ number: Int, _ name: StaticString, _ value: inout Value) throws
}

/// What a field may hold: a scalar, an optional scalar, or an array of scalars.
@usableFromInline package protocol FieldValue: Sendable {
    /// Writes the field unless it holds its default (absent means default).
    func encode(_ number: Int, _ encoder: inout WireEncoder) throws
    /// Takes one occurrence of the field from the wire.
    mutating func merge(_ type: WireType, _ decoder: inout WireDecoder) throws
    /// Whether JSON leaves the member out.
    var isAbsent: Bool { get }
    func encodeJSON(_ json: inout JSONWriter)
    init(json: inout JSONReader) throws
    static var shape: FieldShape { get }
    /// Adds the tags of the entities that the value names.
    func collectTags(_ tags: inout [EventTag])
    /// Takes on an id where there is none yet; does nothing to what is not an id.
    mutating func identify(as id: UInt128)
    /// Calls the visitor with every text in the value; does nothing to other values.
    mutating func visitTexts<V: TextVisitor>(_ visitor: inout V) throws
}

/// Looks at the texts of a record and may replace them.
@usableFromInline package protocol TextVisitor: FieldVisitor {
    mutating func visit(_ text: inout String) throws
    mutating func visit(_ json: inout JSONText) throws
}

extension FieldValue {
    @inlinable
    package func collectTags(_ tags: inout [EventTag]) {}

    @usableFromInline package mutating func identify(as id: UInt128) {}

    @usableFromInline package mutating func visitTexts<V: TextVisitor>(_ visitor: inout V) throws {}
}

/// A value with one wire form, of which absence means `defaultValue`.
@usableFromInline package protocol FieldScalar: FieldValue, Equatable {
    static var wireType: WireType { get }
    static var defaultValue: Self { get }
    /// Writes the value alone, without its tag.
    func encodeValue(_ encoder: inout WireEncoder) throws
    init(wire decoder: inout WireDecoder) throws
    static var kind: FieldKind { get }
}

extension FieldScalar {
    @inlinable
    package func encode(_ number: Int, _ encoder: inout WireEncoder) throws {
        if self == Self.defaultValue { return }
        encoder.tag(number, Self.wireType)
        try self.encodeValue(&encoder)
    }

    @inlinable
    package mutating func merge(_ type: WireType, _ decoder: inout WireDecoder) throws {
        try decoder.expect(type, Self.wireType)
        self = try Self(wire: &decoder)
    }

    @usableFromInline package var isAbsent: Bool { false }

    @usableFromInline package static var shape: FieldShape { FieldShape(kind: Self.kind, cardinality: .required) }
}

extension Optional: FieldValue where Wrapped: FieldScalar {
    @inlinable
    package func encode(_ number: Int, _ encoder: inout WireEncoder) throws {
        guard let value = self else { return }
        encoder.tag(number, Wrapped.wireType)
        try value.encodeValue(&encoder)
    }

    @inlinable
    package mutating func merge(_ type: WireType, _ decoder: inout WireDecoder) throws {
        try decoder.expect(type, Wrapped.wireType)
        self = try Wrapped(wire: &decoder)
    }

    @usableFromInline package var isAbsent: Bool { self == nil }

    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) {
        if let value = self { value.encodeJSON(&json) } else { json.null() }
    }

    @inlinable
    package init(json: inout JSONReader) throws {
        self = try json.null() ? nil : Wrapped(json: &json)
    }

    @inlinable
    package func collectTags(_ tags: inout [EventTag]) { self?.collectTags(&tags) }

    @usableFromInline package mutating func visitTexts<V: TextVisitor>(_ visitor: inout V) throws {
        try self?.visitTexts(&visitor)
    }

    @usableFromInline package static var shape: FieldShape { FieldShape(kind: Wrapped.kind, cardinality: .optional) }
}

extension Array: FieldValue where Element: FieldScalar {
    @inlinable
    package func encode(_ number: Int, _ encoder: inout WireEncoder) throws {
        for element in self {
            encoder.tag(number, Element.wireType)
            try element.encodeValue(&encoder)
        }
    }

    @inlinable
    package mutating func merge(_ type: WireType, _ decoder: inout WireDecoder) throws {
        try decoder.expect(type, Element.wireType)
        self.append(try Element(wire: &decoder))
    }

    @usableFromInline package var isAbsent: Bool { self.isEmpty }

    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) {
        json.beginArray()
        for element in self { element.encodeJSON(&json) }
        json.endArray()
    }

    @inlinable
    package init(json: inout JSONReader) throws {
        self = []
        try json.array { json in self.append(try Element(json: &json)) }
    }

    @inlinable
    package func collectTags(_ tags: inout [EventTag]) { for element in self { element.collectTags(&tags) } }

    @usableFromInline package mutating func visitTexts<V: TextVisitor>(_ visitor: inout V) throws {
        for index in self.indices { try self[index].visitTexts(&visitor) }
    }

    @usableFromInline package static var shape: FieldShape { FieldShape(kind: Element.kind, cardinality: .repeated) }
}

/// A record that stands inside another as a length-delimited message.
@usableFromInline package protocol NestedRecord: Record, FieldScalar {
    /// The name of the message in `.proto` and JSON Schema files. Others compile these: never rename it.
    static var recordName: String { get }
}

extension Record {
    /// A record with these fields.
    package static func with(_ fill: (inout Self) throws -> Void) rethrows -> Self {
        var record = Self()
        try fill(&record)
        return record
    }
}

extension NestedRecord {
    @inlinable
    package static var wireType: WireType { .lengthDelimited }

    @inlinable
    package static var defaultValue: Self { Self() }

    @inlinable
    package func encodeValue(_ encoder: inout WireEncoder) throws { try encoder.message(self) }

    @inlinable
    package init(wire decoder: inout WireDecoder) throws { self = try decoder.message(Self.self) }

    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) { json.record(self) }

    @usableFromInline package mutating func visitTexts<V: TextVisitor>(_ visitor: inout V) throws {
        try self.fields(&visitor)
    }

    @inlinable
    package init(json: inout JSONReader) throws { self = try json.record(Self.self) }

    @usableFromInline package static var kind: FieldKind {
        .record(Self.recordName, FieldDescription.list(Self.self))
    }

    @usableFromInline package static var recordName: String { String(describing: Self.self) }
}

/// A closed set of names, stored as text. Add cases; never rename or reuse one.
@usableFromInline package protocol Enumeration: FieldScalar, RawRepresentable<String>, CaseIterable, Hashable {}

extension Enumeration {
    @inlinable
    package static var wireType: WireType { .lengthDelimited }

    @inlinable
    package func encodeValue(_ encoder: inout WireEncoder) throws { encoder.string(self.rawValue) }

    @inlinable
    package init(wire decoder: inout WireDecoder) throws { self = try Self.named(decoder.string()) }

    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) { json.string(self.rawValue) }

    @inlinable
    package init(json: inout JSONReader) throws { self = try Self.named(json.string()) }

    @usableFromInline package static func named(_ name: String) throws -> Self {
        guard let value = Self(rawValue: name) else {
            let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw FieldError("\"\(name)\" is not one of: \(known)")
        }
        return value
    }

    @usableFromInline package static var kind: FieldKind { .enumeration(Self.allCases.map(\.rawValue)) }
}

/// A value that its field cannot hold. The reader adds the field's name.
@usableFromInline package struct FieldError: LedgerFailure, Equatable {
    @usableFromInline package var message: String
    /// The way to the field, outermost first.
    @usableFromInline package var path: [String] = []

    @usableFromInline package init(_ message: String) { self.message = message }

    @usableFromInline package var category: FailureCategory { .caller }
    @usableFromInline package var code: String { "invalid_field" }
    @usableFromInline package var remedy: String? { nil }
    @usableFromInline package var cause: (any Error)? { nil }
    @usableFromInline package var description: String {
        self.path.isEmpty ? self.message : "field \(self.path.joined(separator: ".")): \(self.message)"
    }
}
