import AgentDomain
import EventLog
import EventSourcing

/// Finds the event of the catalogue by the bytes of its name, without making a string.
struct EventDecoder {
    /// Open addressing over a power of two; `Int.max` is a free place.
    private var places: [Int]
    private let names: [[UInt8]]
    private let types: [EventType]
    private let versions: [UInt32]
    private let decoders: [@Sendable (UnsafeRawBufferPointer, UInt32) throws -> DomainEvent]

    static let shared = EventDecoder(DomainEvent.cases)

    init(_ cases: [EventCase<DomainEvent>]) {
        self.names = cases.map { Array($0.type.name.utf8) }
        self.types = cases.map(\.type)
        self.versions = cases.map(\.schemaVersion)
        self.decoders = cases.map(\.decode)
        self.places = Array(repeating: .max, count: 1024)
        for (index, name) in self.names.enumerated() {
            var place = name.withUnsafeBytes { Self.hash($0) }
            while self.places[place] != .max { place = (place + 1) & 1023 }
            self.places[place] = index
        }
    }

    private static func hash(_ name: UnsafeRawBufferPointer) -> Int {
        var hash = UInt64(name.count)
        for byte in name.suffix(12) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 20) & 1023
    }

    func index(of name: UnsafeRawBufferPointer) -> Int? {
        var place = Self.hash(name)
        while self.places[place] != .max {
            let index = self.places[place]
            if self.names[index].elementsEqual(name) { return index }
            place = (place + 1) & 1023
        }
        return nil
    }

    /// The event and its envelope; throws with the position for one that this version does not know.
    func decode(
        _ stored: borrowing StoredEvent, _ envelopes: inout EnvelopeReader
    ) throws -> (event: DomainEvent, envelope: Envelope) {
        guard let index = self.index(of: stored.typeBytes) else {
            throw ViewsError(
                .unknownEvent,
                "position \(stored.position) holds a \(stored.type()), which this version does not know; use the version "
                    + "that wrote it, or a newer one")
        }
        guard stored.schemaVersion <= self.versions[index] else {
            throw ViewsError(
                .unknownEvent,
                "position \(stored.position) holds version \(stored.schemaVersion) of \(self.types[index]); this version "
                    + "knows \(self.versions[index])")
        }
        do {
            return (
                try self.decoders[index](stored.payload, stored.schemaVersion),
                try envelopes.envelope(of: stored, type: self.types[index])
            )
        } catch {
            throw ViewsError(
                .unreadableEvent, "position \(stored.position), \(self.types[index]), cannot be read: \(error)",
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
