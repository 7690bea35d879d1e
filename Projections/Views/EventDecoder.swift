import AgentDomain
import EventLog
import EventSourcing

/// Finds the event of the catalogue by the bytes of its name.
struct EventDecoder {
    private let cases = NameTable(DomainEvent.cases.map { ($0.type.name, $0) })

    static let shared = EventDecoder()

    /// The event and its envelope; throws with the position for one that this version does not know.
    func decode(
        _ stored: borrowing StoredEvent, _ envelopes: inout EnvelopeReader
    ) throws -> (event: DomainEvent, envelope: Envelope) {
        guard let known = self.cases.find(stored.typeBytes) else {
            throw ViewsError(
                .unknownEvent,
                "position \(stored.position) holds a \(stored.type()), which this version does not know; use the version "
                    + "that wrote it, or a newer one")
        }
        guard stored.schemaVersion <= known.pointee.schemaVersion else {
            throw ViewsError(
                .unknownEvent,
                "position \(stored.position) holds version \(stored.schemaVersion) of \(known.pointee.type); this version "
                    + "knows \(known.pointee.schemaVersion)")
        }
        do {
            return (
                try known.pointee.decode(stored.payload, stored.schemaVersion),
                try envelopes.envelope(of: stored, type: known.pointee.type)
            )
        } catch {
            throw ViewsError(
                .unreadableEvent, "position \(stored.position), \(known.pointee.type), cannot be read: \(error)",
                cause: error)
        }
    }
}

/// Decodes events one after the other.
public struct EventReader {
    private var envelopes = EnvelopeReader()

    public init() {}

    public mutating func read(_ stored: borrowing StoredEvent) throws -> (event: DomainEvent, envelope: Envelope) {
        try EventDecoder.shared.decode(stored, &self.envelopes)
    }
}

extension DomainEvent {
    /// The event that a record holds, with its envelope.
    public static func decode(_ stored: borrowing StoredEvent) throws -> (event: DomainEvent, envelope: Envelope) {
        var reader = EventReader()
        return try reader.read(stored)
    }
}
