/// Who did it: `user:ID`, `api_key:ID` or `system:NAME`.
public struct Principal: Hashable, Sendable {
    @usableFromInline package var tag: EventTag

    package init(_ tag: EventTag) { self.tag = tag }

    public static func user(_ id: UInt128) -> Principal { Principal(EventTag(kind: "user", id: id)) }
    public static func apiKey(_ id: UInt128) -> Principal { Principal(EventTag(kind: "api_key", id: id)) }
    public static func system(_ name: String) -> Principal { Principal(EventTag(kind: "system", text: name)) }

    /// `system:` actors are trusted code.
    public var isSystem: Bool { self.tag.kind == "system" }

    /// The user's id, where the actor is a user.
    public var user: UInt128? { self.tag.kind == "user" ? self.tag.id : nil }
}

extension Principal: LosslessStringConvertible {
    public init?(_ text: String) {
        guard let tag = EventTag(text) else { return nil }
        self.init(named: tag)
    }

    /// Nil for a tag that names nobody who acts.
    private init?(named tag: EventTag) {
        switch (tag.kind, tag.value) {
        case ("user", .id), ("api_key", .id), ("system", .text): self.tag = tag
        default: return nil
        }
    }

    public var description: String { self.tag.description }
}

extension Principal: NestedRecord {
    @usableFromInline package static var recordName: String { "Actor" }

    @usableFromInline package init() { self.tag = EventTag() }

    @inlinable
    package mutating func fields<V: FieldVisitor>(_ v: inout V) throws { try self.tag.fields(&v) }

    @inlinable
    package func encodeValue(_ encoder: inout WireEncoder) throws { try self.tag.encodeValue(&encoder) }

    @usableFromInline package func encodeJSON(_ json: inout JSONWriter) { json.string(self.description) }

    @usableFromInline package init(json: inout JSONReader) throws {
        let text = try json.borrowedString()
        guard let actor = text.withUTF8({ EventTag(utf8: $0).flatMap { Principal(named: $0) } }) else {
            throw FieldError("an actor reads user:UUID, api_key:UUID or system:NAME, not \"\(text.string)\"")
        }
        self = actor
    }
}
