import LedgerDomain
import LedgerEvents
import LedgerLog

/// Finds the event of the catalogue by the bytes of its name.
struct EventDecoder {
    private let names = NameTable(DomainEvent.cases.map(\.type.name))
    // SAFETY: written by `init` alone, and never freed: the one decoder lives as long as the process.
    nonisolated(unsafe) private let cases: UnsafeMutableBufferPointer<EventCase<DomainEvent>>

    static let shared = EventDecoder()

    private init() {
        self.cases = .allocate(capacity: DomainEvent.cases.count)
        _ = self.cases.initialize(fromContentsOf: DomainEvent.cases)
    }

    /// The event and its envelope; throws with the position for one that this version does not know.
    func decode(
        _ stored: borrowing StoredEvent, _ envelopes: inout EnvelopeReader
    ) throws -> (event: DomainEvent, envelope: Envelope) {
        guard let index = self.names.index(of: stored.typeBytes) else {
            throw ViewsError(
                .unknownEvent,
                "position \(stored.position) holds \(stored.type().description.withArticle), which this version does not know",
                remedy: "use the version that wrote it, or a newer one")
        }
        guard stored.schemaVersion <= self.cases[index].schemaVersion else {
            throw ViewsError(
                .unknownEvent,
                "position \(stored.position) holds version \(stored.schemaVersion) of \(self.cases[index].type); this version "
                    + "knows \(self.cases[index].schemaVersion)")
        }
        do {
            return (
                try self.cases[index].decode(stored.payload, stored.schemaVersion),
                try envelopes.envelope(of: stored, type: self.cases[index].type)
            )
        } catch {
            throw ViewsError(
                .unreadableEvent, "position \(stored.position), \(self.cases[index].type), cannot be read: \(error)",
                cause: error)
        }
    }
}

/// Decodes events one after the other.
package struct EventReader {
    private var envelopes = EnvelopeReader()

    package init() {}

    package mutating func read(_ stored: borrowing StoredEvent) throws -> (event: DomainEvent, envelope: Envelope) {
        try EventDecoder.shared.decode(stored, &self.envelopes)
    }
}

extension DomainEvent {
    /// The event that a record holds, with its envelope.
    package static func decode(_ stored: borrowing StoredEvent) throws -> (event: DomainEvent, envelope: Envelope) {
        var reader = EventReader()
        return try reader.read(stored)
    }
}
