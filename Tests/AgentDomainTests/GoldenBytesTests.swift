import Foundation
import LedgerDomain
import LedgerEvents
import Seeded
import Testing

/// Logs outlive releases: the bytes of every event type are kept for ever in `Tests/Fixtures/events/<type>.hex`.
///
/// A field that is added later adds a paragraph to the file: the same bytes and the field's behind them.
/// `make regenerate` writes what is missing; nothing is ever overwritten.
@Suite("The stored bytes of events")
struct GoldenBytesTests {
    static let types = DomainEvent.cases.map(\.type.name)

    @Test("are those of the fixture, both ways", arguments: Self.types)
    func bytes(type: String) throws {
        let known = try #require(DomainEvent.cases.first { $0.type.name == type })
        let example = try Example(of: known)
        try GoldenFile.writeIfMissing(example.bytes, for: type)
        let generations = try GoldenFile.generations(of: type)
        let golden = try #require(
            generations.last,
            """
            \(type) has no fixture: make regenerate adds Tests/Fixtures/events/\(type).hex; look at what it holds before \
            you commit it
            """)
        #expect(
            GoldenFile.hex(example.bytes) == GoldenFile.hex(golden),
            """
            \(type) is written otherwise than it was: logs that exist could not be read. Add fields at the end, and run \
            make regenerate
            """)
        let read = try golden.withUnsafeBytes { try known.decode($0, known.schemaVersion) }
        #expect(read == example.event, "the fixture of \(type) reads as something else than it did")
        for (older, newer) in zip(generations, generations.dropFirst()) {
            #expect(newer.starts(with: older), "\(type) got a field elsewhere than at its end")
            _ = try older.withUnsafeBytes { try known.decode($0, known.schemaVersion) }
        }
    }

    @Test("have no fixture without an event type: a type is never removed")
    func orphans() throws {
        for type in try GoldenFile.types() {
            #expect(Self.types.contains(type), "Tests/Fixtures/events/\(type).hex has no event type")
        }
    }

    @Test("are made from an example in which no field is left at its default", arguments: Self.types)
    func completeness(type: String) throws {
        let known = try #require(DomainEvent.cases.first { $0.type.name == type })
        let example = try Example(of: known)
        var numbers: [Int] = []
        try example.bytes.withUnsafeBytes { bytes in
            var fields = FieldScanner(bytes)
            while let (number, type) = try fields.next() {
                if numbers.last != number { numbers.append(number) }
                try fields.skip(type)
            }
        }
        #expect(numbers == known.fields().map(\.number), "\(type)")
    }
}

/// A payload in which every field holds another value, the same each time.
private struct Example {
    var bytes: [UInt8]
    var event: DomainEvent

    init(of known: EventCase<DomainEvent>) throws {
        let empty = try [UInt8]().withUnsafeBytes { try known.decode($0, known.schemaVersion) }
        var writer = FilledPayload()
        try empty.accept(&writer)
        self.bytes = writer.bytes
        self.event = try writer.bytes.withUnsafeBytes { try known.decode($0, known.schemaVersion) }
    }
}

private struct FilledPayload: EntityEventVisitor, PayloadVisitor {
    var bytes: [UInt8] = []

    mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) throws { try event.accept(&self) }

    mutating func visit<Payload: EntityPayload>(_ payload: Payload) throws {
        var filled = payload
        var filler = FieldFiller()
        try filled.fields(&filler)
        self.bytes = try WireEncoder.encode(filled)
        #expect(try WireDecoder.decode(Payload.self, self.bytes) == filled, "\(Payload.type)")
    }
}

/// Gives each field a value of its kind that no other field of the record has, read from JSON.
private struct FieldFiller: FieldVisitor {
    var count = 0

    mutating func field<Value: FieldValue>(_ number: Int, _ name: StaticString, _ value: inout Value) throws {
        for _ in 0..<10 {
            let text = self.json(Value.shape)
            value = try JSONReader.reading(text) { try Value(json: &$0) }
            let encoder = WireEncoder(WireBuffer())
            var probe = encoder
            try value.encode(number, &probe)
            // What is not written is a default: the next value is not.
            if encoder.buffer.count > 0 { return }
        }
        Issue.record("no value of \(name) is other than its default")
    }

    private mutating func json(_ shape: FieldShape) -> String {
        switch shape.cardinality {
        case .required, .optional: self.json(shape.kind)
        case .repeated: "[\(self.json(shape.kind)),\(self.json(shape.kind))]"
        }
    }

    private mutating func json(_ kind: FieldKind) -> String {
        self.count += 1
        let n = self.count
        switch kind {
        case .boolean: return "true"
        case .quantity, .integer, .unsigned, .position: return "\(n * 100 + n)"
        case .float, .double: return "\(n).25"
        case .text: return "\"text \(n) é\""
        case .bytes: return "\"\""
        case .hexadecimal: return "\"\(String(repeating: "0", count: 14))\(n % 90 + 10)\""
        case .uuid: return "\"\(UUIDText.format(UInt128(n) << 120 | 0x7000_8000_0000_0000_0000 | UInt128(n)))\""
        case .instant: return "\"2025-08-\(n % 19 + 10)T10:20:30.\(100_000 + n)Z\""
        case .day: return "\"2025-09-\(n % 19 + 10)\""
        case .decimal: return "\"\(n).000000000001\""
        case .money: return "{\"amount\":\"-\(n).5\",\"currency\":\"EUR\"}"
        case .currency: return "\"CHF\""
        case .json: return "{\"n\":[\(n),null]}"
        case .enumeration(let names): return "\"\(names[n % names.count])\""
        case .record(_, let fields):
            let members = fields.map { field in "\"\(field.name)\":\(self.json(field.shape))" }
            return "{\(members.joined(separator: ","))}"
        }
    }
}

private enum GoldenFile {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../Fixtures/events").standardized

    static func url(_ type: String) -> URL { self.folder.appendingPathComponent("\(type).hex") }

    static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// The bytes of the example as they were first, and after each addition of fields.
    static func generations(of type: String) throws -> [[UInt8]] {
        guard FileManager.default.fileExists(atPath: self.url(type).path) else { return [] }
        return try String(contentsOf: self.url(type), encoding: .utf8).split(separator: "\n\n").map { paragraph in
            let text = paragraph.filter { !$0.isWhitespace }
            let digits = text.utf8.compactMap(UUIDText.hexDigit)
            try #require(digits.count == text.utf8.count && digits.count % 2 == 0, "\(type).hex is not hexadecimal")
            return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        }
    }

    static func types() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: self.folder.path).filter { $0.hasSuffix(".hex") }
            .map { String($0.dropLast(4)) }
    }

    /// Lines of 40 bytes, so that a difference is seen where it is.
    static func writeIfMissing(_ bytes: [UInt8], for type: String) throws {
        guard KeptFile.isRegenerating else { return }
        let last = try self.generations(of: type).last
        guard last != bytes, last.map({ bytes.starts(with: $0) }) ?? true else { return }
        let lines = stride(from: 0, to: bytes.count, by: 40).map {
            self.hex(Array(bytes[$0..<min($0 + 40, bytes.count)]))
        }
        let before = last == nil ? "" : try String(contentsOf: self.url(type), encoding: .utf8) + "\n"
        try (before + lines.joined(separator: "\n") + "\n").write(
            to: self.url(type), atomically: true, encoding: .utf8)
    }
}
