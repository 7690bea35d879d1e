import EventSourcing

/// That a line of a command file is answered for: its first event has the line's id, which says what the line says, when,
/// and how often the file said it before.
public struct ImportedLine: Stored {
    public static let kind = "imported_line"
    public static let isTagged = false
    public static let isToldByItsTag = false

    public init() {}

    public mutating func fields<V: FieldVisitor>(_ v: inout V) throws {}

    /// The line that an event is the first of, if it is.
    @usableFromInline
    static func id(of event: DomainEvent, _ envelope: Envelope) -> ID<ImportedLine>? {
        guard UUIDv8.isOne(envelope.id.bits), event.identity == nil else { return nil }
        return ID(bits: envelope.id.bits)
    }
}
