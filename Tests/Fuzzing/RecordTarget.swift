import Foundation
import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerViews

extension FuzzTarget {
    /// Records as they lie in the log, one of each type: their checksums are taken to match.
    static func records() throws -> FuzzTarget {
        FuzzTarget(
            name: "records", samples: try self.recordSamples(),
            telling: [0x00, 0x01, 0x08, 0x0A, 0x12, 0x72, 0x7A, 0x7F, 0x80, 0xFF]
        ) { bytes in
            do {
                let stored = try StoredEvent(bytes)
                var tags = 0
                try stored.forEachTagKey { _ in tags += 1 }
                guard try stored.tags().count == tags else { throw Unsound(what: "tags are counted twice") }
                let (event, told) = try DomainEvent.decode(stored)
                var envelope = told
                // What was read can be written, and reads the same again.
                var writer = PayloadWriter()
                try event.accept(&writer)
                let batch = EventBatch()
                try batch.append(&envelope, tags: []) { encoder in
                    writer.bytes.withUnsafeBytes { encoder.raw($0) }
                }
                let again = try DomainEvent.decode(try StoredEvent(batch.record(batch.entries[0]))).event
                guard again == event else {
                    throw Unsound(what: "\(envelope.type) reads as something else when rewritten")
                }
                return true
            } catch let unsound as Unsound {
                throw unsound
            } catch {
                return false
            }
        }
    }

    private static func recordSamples() throws -> [[UInt8]] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../Fixtures/events").standardized
        return try DomainEvent.cases.enumerated().map { index, known in
            let file = folder.appendingPathComponent("\(known.type.name).hex")
            let payload = try self.bytes(hex: try String(contentsOf: file, encoding: .utf8))
            let batch = EventBatch()
            var envelope = Envelope()
            envelope.id = EventID(bits: UInt128(index + 1) << 64)
            envelope.type = known.type
            envelope.schemaVersion = known.schemaVersion
            envelope.occurredAt = Instant(microseconds: 1_754_065_244_332_523)
            envelope.actor = .system("fuzz")
            envelope.source = EventSource(channel: "test")
            envelope.correlation = CorrelationID(bits: 7)
            try batch.append(&envelope, tags: [EventTag(kind: "agent", id: 5), EventTag(kind: "name", text: "acme")]) {
                encoder in
                payload.withUnsafeBytes { encoder.raw($0) }
            }
            let position = Position(UInt64(index + 1))
            batch.stamp(AppendReceipt(first: position, last: position, recordedAt: envelope.occurredAt))
            return Array(batch.record(batch.entries[0]))
        }
    }

    /// The last paragraph: the event with all its fields.
    private static func bytes(hex: String) throws -> [UInt8] {
        let digits = (hex.split(separator: "\n\n").last ?? "").utf8.compactMap { UUIDText.hexDigit($0) }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

private struct PayloadWriter: EntityEventVisitor, PayloadVisitor {
    var bytes: [UInt8] = []

    mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) throws { try event.accept(&self) }
    mutating func visit<Payload: EntityPayload>(_ payload: consuming Payload) throws {
        self.bytes = try WireEncoder.encode(payload)
    }
}
