/// Who did it: `user:ID`, `api_key:ID` or `system:NAME`.
public struct Actor: Hashable, Sendable {
    public var tag: Tag

    public init(_ tag: Tag) { self.tag = tag }

    public static func user(_ id: UInt128) -> Actor { Actor(Tag(kind: "user", id: id)) }
    public static func apiKey(_ id: UInt128) -> Actor { Actor(Tag(kind: "api_key", id: id)) }
    public static func system(_ name: String) -> Actor { Actor(Tag(kind: "system", text: name)) }

    /// `system:` actors are trusted code.
    public var isSystem: Bool { self.tag.kind == "system" }

    /// The user's id, where the actor is a user.
    public var user: UInt128? { self.tag.kind == "user" ? self.tag.id : nil }
}

extension Actor: LosslessStringConvertible {
    public init?(_ text: String) {
        var text = text
        guard let actor = text.withUTF8({ Actor(utf8: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = actor
    }

    /// Without a string for each of its parts: every command and every row names one.
    init?(utf8: UnsafeRawBufferPointer) {
        guard let colon = utf8.firstIndex(of: UInt8(ascii: ":")), colon + 1 < utf8.count else { return nil }
        let kind = UnsafeRawBufferPointer(rebasing: utf8[..<colon])
        let name = UnsafeRawBufferPointer(rebasing: utf8[(colon + 1)...])
        // As a tag has it, 36 characters that are a UUID are an id.
        let id = name.count == 36 ? UUIDText.parse(name) : nil
        if let id, kind.elementsEqual("user".utf8) {
            self = .user(id)
        } else if let id, kind.elementsEqual("api_key".utf8) {
            self = .apiKey(id)
        } else if id == nil, name.count <= Tag.maximumTextBytes, kind.elementsEqual("system".utf8) {
            self = .system(String(decoding: name, as: UTF8.self))
        } else {
            return nil
        }
    }

    public var description: String { self.tag.description }
}

extension Actor: NestedRecord {
    public init() { self.tag = Tag() }

    @inlinable
    public mutating func fields<V: FieldVisitor>(_ v: inout V) throws { try self.tag.fields(&v) }

    public func encodeJSON(_ json: inout JSONWriter) { json.string(self.description) }

    public init(json: inout JSONReader) throws {
        let text = try json.borrowedString()
        guard let actor = text.withUTF8({ Actor(utf8: $0) }) else {
            throw FieldError("an actor reads user:UUID, api_key:UUID or system:NAME, not \"\(text.string)\"")
        }
        self = actor
    }
}
