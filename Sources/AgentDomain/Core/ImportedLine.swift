import LedgerEvents

/// That a line of a command file is answered for: its first event has the line's id, which says what the line says, when,
/// and how often the file said it before.
@usableFromInline package struct ImportedLine: Stored {
    @usableFromInline package static let kind = "imported_line"
    @usableFromInline package static let isTagged = false
    @usableFromInline package static let isToldByItsTag = false

    @usableFromInline package init() {}

    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {}

    /// The line that an event is the first of, if it is.
    @usableFromInline
    static func id(of event: DomainEvent, _ envelope: Envelope) -> ID<ImportedLine>? {
        guard UUIDv8.isOne(envelope.id.bits), event.identity == nil else { return nil }
        return ID(bits: envelope.id.bits)
    }
}
