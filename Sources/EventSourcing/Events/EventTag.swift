/// What an event touches: `kind:id`, such as `workflow_execution:0198…` or `organization_slug:acme`.
///
/// Consistency boundaries are queries over tags (Dynamic Consistency Boundary, dcb.events). Stored: the bytes of a
/// tag inside a record are also its key in the tag index.
public struct EventTag: Hashable, Sendable {
    public enum Value: Hashable, Sendable {
        case id(UInt128)
        case text(String)
    }

    public var kind: String
    // Not a `Value`, whose UInt128 would align every tag to 16 bytes: arrays of them come and go with every event.
    @usableFromInline var named: EventID
    @usableFromInline var text: String?

    public var value: Value { self.text.map(Value.text) ?? .id(self.named.bits) }

    @inlinable
    public init(kind: String, id: UInt128) {
        self.kind = kind
        self.named = ID(bits: id)
    }

    /// A tag by name. Each tag has one form only: a `text` that is a canonical UUID becomes an id, and one of more
    /// than 200 bytes, which would not fit into an index, becomes its name-based UUID.
    public init(kind: String, text: String) {
        var text = text
        let id = text.withUTF8 { Self.id(named: UnsafeRawBufferPointer($0)) }
        self.init(kind: kind, id: id ?? 0)
        if id == nil { self.text = text }
    }

    /// The id that stands for a text; nil where the text stands for itself.
    private static func id(named utf8: UnsafeRawBufferPointer) -> UInt128? {
        if utf8.count > 200 { return UUIDv5.named(utf8, in: 0) }
        return utf8.count == 36 ? UUIDText.parse(utf8) : nil
    }

    /// The longest key LMDB takes is 511 bytes; a tag's kind and text together stay below this many.
    package static let maximumBytes = 480

    @inlinable
    public var id: UInt128? { self.text == nil ? self.named.bits : nil }

    /// The id first: it differs mostly.
    @inlinable
    public static func == (a: EventTag, b: EventTag) -> Bool {
        a.named == b.named && a.kind == b.kind && a.text == b.text
    }

    /// The few kinds need not be told apart.
    @inlinable
    public func hash(into hasher: inout Hasher) {
        hasher.combine(self.named)
        if let text { hasher.combine(text) }
    }
}

extension EventTag: LosslessStringConvertible {
    public init?(_ text: String) {
        var text = text
        guard let tag = text.withUTF8({ EventTag(utf8: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = tag
    }

    /// Makes no string of an id: every command names an actor, and most are users and keys.
    init?(utf8: UnsafeRawBufferPointer) {
        guard let colon = utf8.firstIndex(of: UInt8(ascii: ":")), colon > 0, colon + 1 < utf8.count else { return nil }
        let name = UnsafeRawBufferPointer(rebasing: utf8[(colon + 1)...])
        let id = Self.id(named: name)
        self.init(kind: String(decoding: utf8[..<colon], as: UTF8.self), id: id ?? 0)
        if id == nil { self.text = String(decoding: name, as: UTF8.self) }
    }

    public var description: String {
        switch self.value {
        case .id(let id): "\(self.kind):\(UUIDText.format(id))"
        case .text(let text): "\(self.kind):\(text)"
        }
    }
}

extension EventTag: Record {
    @usableFromInline package init() { self.init(kind: "", id: 0) }

    @inlinable
    package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        var text = self.text ?? ""
        try v.field(1, "kind", &self.kind)
        try v.field(2, "id", &self.named)
        try v.field(3, "text", &text)
        self.text = text.isEmpty ? nil : text
        if !text.isEmpty { self.named = .zero }
    }
}

extension EventTag: NestedRecord {
    /// As `fields` has it, without a copy: there are several to each event.
    @inlinable
    package func encodeValue(_ encoder: inout WireEncoder) throws {
        try encoder.delimited { encoder in
            try self.kind.encode(1, &encoder)
            if let text {
                try text.encode(3, &encoder)
            } else {
                try self.named.encode(2, &encoder)
            }
        }
    }

    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) { json.string(self.description) }

    @usableFromInline package init(json: inout JSONReader) throws {
        let text = try json.borrowedString()
        guard let tag = text.withUTF8({ EventTag(utf8: $0) }) else {
            throw FieldError("a tag reads kind:id, not \"\(text.string)\"")
        }
        self = tag
    }
}
