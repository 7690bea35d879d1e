/// What an event touches: `kind:id`, such as `workflow_execution:0198…` or `organization_slug:acme`.
///
/// Consistency boundaries are queries over tags (Dynamic Consistency Boundary, dcb.events). Stored: the bytes of a
/// tag inside a record are also its key in the tag index.
public struct Tag: Hashable, Sendable {
    public enum Value: Hashable, Sendable {
        case id(UInt128)
        case text(String)
    }

    public var kind: String
    public var value: Value

    @inlinable
    public init(kind: String, id: UInt128) {
        self.kind = kind
        self.value = .id(id)
    }

    /// A tag by name. Each tag has one form only: a `text` that is a canonical UUID becomes an id, and one of more
    /// than 200 bytes, which would not fit into an index, becomes its name-based UUID.
    public init(kind: String, text: String) {
        self.kind = kind
        let count = text.utf8.count
        if count > 200 {
            self.value = .id(UUIDv5.named(text, in: 0))
        } else {
            self.value = count == 36 ? UUIDText.parse(text).map(Value.id) ?? .text(text) : .text(text)
        }
    }

    /// The longest key LMDB takes is 511 bytes; a tag's kind and text together stay below this many.
    public static let maximumBytes = 480

    public var id: UInt128? {
        if case .id(let id) = self.value { id } else { nil }
    }
}

extension Tag: LosslessStringConvertible {
    public init?(_ text: String) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), colon > text.startIndex else { return nil }
        let value = text[text.index(after: colon)...]
        guard !value.isEmpty else { return nil }
        self.init(kind: String(text[..<colon]), text: String(value))
    }

    public var description: String {
        switch self.value {
        case .id(let id): "\(self.kind):\(UUIDText.format(id))"
        case .text(let text): "\(self.kind):\(text)"
        }
    }
}

extension Tag: Record {
    public init() {
        self.kind = ""
        self.value = .id(0)
    }

    @inlinable
    public mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        var id = EventID.zero
        var text = ""
        switch self.value {
        case .id(let bits): id = ID(bits: bits)
        case .text(let string): text = string
        }
        try v.field(1, "kind", &self.kind)
        try v.field(2, "id", &id)
        try v.field(3, "text", &text)
        self.value = text.isEmpty ? .id(id.bits) : .text(text)
    }
}

extension Tag: NestedRecord {
    public func encodeJSON(_ json: inout JSONWriter) { json.string(self.description) }

    public init(json: inout JSONReader) throws {
        let text = try json.string()
        guard let tag = Tag(text) else { throw FieldError("a tag reads kind:id, not \"\(text)\"") }
        self = tag
    }
}
