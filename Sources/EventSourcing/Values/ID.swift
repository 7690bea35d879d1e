/// What an `ID` may point at: a kind of thing with a stored name.
///
/// The kind is the first half of every tag (`workflow_execution:0198…`) and is stored: never rename it.
@usableFromInline package protocol Identified {
    static var kind: String { get }
    /// Whether events that name one carry a tag for it.
    static var isTagged: Bool { get }
}

extension Identified {
    @usableFromInline package static var isTagged: Bool { true }
}

/// A 128-bit UUID that knows what it names. It has identity and order, and nothing else.
public struct ID<Entity>: Hashable, Comparable, Sendable {
    // Two halves: one UInt128 would align all that holds an id to 16 bytes, which is wider, and slower to allocate.
    @usableFromInline let high: UInt64
    @usableFromInline let low: UInt64

    @inlinable
    public init(bits: UInt128) {
        self.high = UInt64(truncatingIfNeeded: bits >> 64)
        self.low = UInt64(truncatingIfNeeded: bits)
    }

    /// The UUID, most significant byte first.
    @inlinable
    public var bits: UInt128 { UInt128(self.high) << 64 | UInt128(self.low) }

    /// The nil UUID: "no id", and the value of a field that was absent.
    @inlinable
    package static var zero: ID { ID(bits: 0) }

    @inlinable
    public static func < (a: ID, b: ID) -> Bool { a.bits < b.bits }
}

extension ID: LosslessStringConvertible {
    /// Reads the canonical 36-character form, or 32 hexadecimal digits; either case.
    public init?(_ text: String) {
        guard let bits = UUIDText.parse(text) else { return nil }
        self.init(bits: bits)
    }

    /// The canonical lower-case form, 36 characters.
    public var description: String { UUIDText.format(self.bits) }
}

extension ID where Entity: Identified {
    /// The tag an event carries when it touches this entity.
    @inlinable
    package var tag: EventTag { EventTag(kind: Entity.kind, id: self.bits) }
}
