import AgentDomain
import EventLog
import EventSourcing

/// Finds the event of the catalogue by the bytes of its name, without making a string.
struct EventDecoder {
    private struct Entry {
        let name: [UInt8]
        let type: EventType
        let version: UInt32
        let decode: @Sendable (UnsafeRawBufferPointer, UInt32) throws -> DomainEvent
    }

    // SAFETY: written by `init` alone, and never freed: the one decoder lives as long as the process.
    nonisolated(unsafe) private let entries: UnsafeMutableBufferPointer<Entry>
    /// Open addressing over a power of two: places in `entries`; `Int.max` is free.
    // SAFETY: likewise.
    nonisolated(unsafe) private let places: UnsafeMutableBufferPointer<Int>

    static let shared = EventDecoder(DomainEvent.cases)

    private init(_ cases: [EventCase<DomainEvent>]) {
        let entries = cases.map {
            Entry(name: Array($0.type.name.utf8), type: $0.type, version: $0.schemaVersion, decode: $0.decode)
        }
        var places = Array(repeating: Int.max, count: 1024)
        for (index, entry) in entries.enumerated() {
            var place = entry.name.withUnsafeBytes { Self.hash($0) }
            while places[place] != .max { place = (place + 1) & 1023 }
            places[place] = index
        }
        self.entries = .allocate(capacity: entries.count)
        _ = self.entries.initialize(fromContentsOf: entries)
        self.places = .allocate(capacity: places.count)
        _ = self.places.initialize(fromContentsOf: places)
    }

    private static func hash(_ name: UnsafeRawBufferPointer) -> Int {
        var hash = UInt64(name.count)
        for byte in name.suffix(12) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash ^ hash >> 20) & 1023
    }

    private func index(of name: UnsafeRawBufferPointer) -> Int? {
        var place = Self.hash(name)
        while self.places[place] != .max {
            let index = self.places[place]
            if self.entries[index].name.withUnsafeBytes({ $0.equals(name) }) { return index }
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
        guard stored.schemaVersion <= self.entries[index].version else {
            throw ViewsError(
                .unknownEvent,
                "position \(stored.position) holds version \(stored.schemaVersion) of \(self.entries[index].type); this version "
                    + "knows \(self.entries[index].version)")
        }
        do {
            return (
                try self.entries[index].decode(stored.payload, stored.schemaVersion),
                try envelopes.envelope(of: stored, type: self.entries[index].type)
            )
        } catch {
            throw ViewsError(
                .unreadableEvent, "position \(stored.position), \(self.entries[index].type), cannot be read: \(error)",
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
