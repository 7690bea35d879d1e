import LedgerEvents

/// One event as its record holds it: the fixed parts read, the rest left where it lies.
///
/// It points into memory that the log lends for the length of a closure: take out of it what you keep.
package struct StoredEvent {
    /// The record's bytes, without its checksum: the protobuf message, and the Merkle leaf's input.
    package let bytes: UnsafeRawBufferPointer
    package private(set) var position = Position.start
    package private(set) var recordedAt = Instant.zero
    package private(set) var id = EventID.zero
    package private(set) var schemaVersion: UInt32 = 1
    package private(set) var occurredAt = Instant.zero
    package private(set) var organization: TenantID?
    package private(set) var correlation: CorrelationID?
    package private(set) var causation: EventID?
    /// The UTF-8 of the type's name.
    package private(set) var typeBytes = UnsafeRawBufferPointer(start: nil, count: 0)
    /// The payload's message.
    package private(set) var payload = UnsafeRawBufferPointer(start: nil, count: 0)
    fileprivate var actorBytes: UnsafeRawBufferPointer?
    fileprivate var onBehalfOfBytes: UnsafeRawBufferPointer?
    fileprivate var sourceBytes: UnsafeRawBufferPointer?
    fileprivate var keyBytes: UnsafeRawBufferPointer?
    private var tagBytes: UnsafeRawBufferPointer?

    /// Reads the parts of a record. Throws `WireError` for bytes that are not one.
    package init(_ bytes: UnsafeRawBufferPointer) throws {
        self.bytes = bytes
        var fields = FieldScanner(bytes)
        while let (number, type) = try fields.next() {
            switch (number, type) {
            case (1, .fixed64): self.position = Position(try fields.fixed64())
            case (2, .fixed64): self.recordedAt = Instant(microseconds: Int64(bitPattern: try fields.fixed64()))
            case (3, .lengthDelimited): self.id = EventID(bits: try fields.uuid())
            case (4, .lengthDelimited): self.typeBytes = try fields.delimited()
            case (5, .varint): self.schemaVersion = UInt32(truncatingIfNeeded: try fields.varint())
            case (6, .fixed64): self.occurredAt = Instant(microseconds: Int64(bitPattern: try fields.fixed64()))
            case (7, .lengthDelimited): self.actorBytes = try fields.delimited()
            case (8, .lengthDelimited): self.onBehalfOfBytes = try fields.delimited()
            case (9, .lengthDelimited): self.organization = TenantID(bits: try fields.uuid())
            case (10, .lengthDelimited): self.correlation = CorrelationID(bits: try fields.uuid())
            case (11, .lengthDelimited): self.causation = EventID(bits: try fields.uuid())
            case (12, .lengthDelimited): self.sourceBytes = try fields.delimited()
            case (13, .lengthDelimited): self.keyBytes = try fields.delimited()
            case (14, .lengthDelimited): self.extendTags(try fields.delimited())
            case (15, .lengthDelimited): self.payload = try fields.delimited()
            default: try fields.skip(type)
            }
        }
    }

    /// Tags stand side by side: keeps the run from the first tag's message to the end of the last.
    private mutating func extendTags(_ tag: UnsafeRawBufferPointer) {
        guard let end = tag.baseAddress.map({ $0 + tag.count }) else { return }
        let start = self.tagBytes?.baseAddress ?? tag.baseAddress
        if let start { self.tagBytes = UnsafeRawBufferPointer(start: start, count: end - start) }
        if self.firstTagCount == 0 { self.firstTagCount = tag.count }
    }

    private var firstTagCount = 0

    /// Hands over the bytes of each tag's message, which are its key in the tag index.
    package func forEachTagKey(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard let run = self.tagBytes else { return }
        try body(UnsafeRawBufferPointer(rebasing: run[..<self.firstTagCount]))
        var fields = FieldScanner(UnsafeRawBufferPointer(rebasing: run[self.firstTagCount...]))
        while try fields.next() != nil { try body(try fields.delimited()) }
    }

    package func tags() throws -> [EventTag] {
        var tags: [EventTag] = []
        try self.forEachTagKey { tags.append(try WireDecoder.decode(EventTag.self, $0)) }
        return tags
    }

    /// The payload as this version of the software means it; fields that are not in `wanted` may keep their default.
    /// Throws `WireError` for bytes that are not one.
    package func payload<Payload: EventPayload>(
        as _: Payload.Type, only wanted: FieldSet = .all
    ) throws -> Payload {
        try Payload.decode(self.payload, version: self.schemaVersion, only: wanted)
    }

    package func type() -> EventType { EventType(String(decoding: self.typeBytes, as: UTF8.self)) }

    package func actor() throws -> Principal {
        try self.actorBytes.map { try WireDecoder.decode(Principal.self, $0) } ?? Principal()
    }

    /// The whole envelope.
    package func envelope() throws -> Envelope {
        var reader = EnvelopeReader()
        return try reader.envelope(of: self, type: self.type())
    }
}

/// Reads the envelopes of events one after the other. Neighbours have the same actor and source more often than not, so
/// the last ones are kept.
package struct EnvelopeReader {
    private var actor = Memo<Principal>()
    private var onBehalfOf = Memo<Principal>()
    private var source = Memo<EventSource>()

    package init() {}

    /// - Parameter type: the event's, as the caller knows it already, which spares making a string.
    package mutating func envelope(of stored: borrowing StoredEvent, type: EventType) throws -> Envelope {
        var envelope = Envelope()
        envelope.position = stored.position
        envelope.recordedAt = stored.recordedAt
        envelope.id = stored.id
        envelope.type = type
        envelope.schemaVersion = stored.schemaVersion
        envelope.occurredAt = stored.occurredAt
        if let bytes = stored.actorBytes { envelope.actor = try self.actor.decode(bytes) }
        if let bytes = stored.onBehalfOfBytes { envelope.onBehalfOf = try self.onBehalfOf.decode(bytes) }
        envelope.organization = stored.organization
        envelope.correlation = stored.correlation
        envelope.causation = stored.causation
        if let bytes = stored.sourceBytes { envelope.source = try self.source.decode(bytes) }
        envelope.idempotencyKey = stored.keyBytes.map { String(decoding: $0, as: UTF8.self) }
        return envelope
    }

    private struct Memo<Value: Record> {
        private var bytes: [UInt8] = []
        private var value: Value?

        mutating func decode(_ bytes: UnsafeRawBufferPointer) throws -> Value {
            if let value = self.value, self.bytes.count == bytes.count, self.bytes.elementsEqual(bytes) { return value }
            let value = try WireDecoder.decode(Value.self, bytes)
            self.bytes = Array(bytes)
            self.value = value
            return value
        }
    }
}
