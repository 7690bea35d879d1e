import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerPlatforms
import LedgerRelations
import LedgerViews
import Testing

@testable import LedgerTables

/// A column that has a field's name is taken for that field, so that it need not be made from the whole record.
@Suite("Columns that are fields")
struct RecordColumnsTests {
    /// Each enumeration is through all of its names by the last sample.
    static let samples = 0..<24

    @Test("hold what the whole record says, whatever stands in it", arguments: samples)
    func columns(_ sample: Int) async throws {
        var compared = 0
        for projection in Projections.all {
            for relation in projection.relations.values {
                guard let columns = relation.columns else { continue }
                let record: any SampleRecord
                switch relation.row {
                case .states(_, let find): record = SampleState(sample) { try find($0, $1)?.cells }
                case .log(let versions):
                    record = try await SampleFact(sample, relation) { log, position, id in
                        var last: [SQLValue]?
                        try versions(log, position, id) { cells, _ in last = cells }
                        return last
                    }
                case .snapshot, .event, nil: continue
                }
                let whole = try #require(try record.cells(only: .all), "\(relation.declaration.name)")
                for place in relation.declaration.columns.indices {
                    let column = ColumnSet([place])
                    let name =
                        "\(projection.schema.name).\(relation.declaration.name)"
                        + ".\(relation.declaration.columns[place].name)"
                    let some = try record.cells(only: columns.fields(of: column))
                    #expect(some?[place] == whole[place], "\(name) reads more than it says")
                    guard let fields = columns.cells(of: column) else { continue }
                    var cells: [SQLValue] = []
                    try record.bytes.withUnsafeBytes { try fields.fill(&cells, from: $0) }
                    #expect(cells[place] == whole[place], "\(name) is not the field, and does not say what it reads")
                    compared += 1
                }
            }
        }
        #expect(compared > 400)
    }
}

/// The record that a row is about.
private protocol SampleRecord {
    var bytes: [UInt8] { get }
    /// The row of the record with some of its fields.
    func cells(only wanted: FieldSet) throws -> [SQLValue]?
}

/// Says of everything what the sample holds; what it is asked for first is what the row is about.
private final class SampleState: SampleRecord, StateLookup {
    private let sample: Int
    private let row: (any StateLookup, UInt128) throws -> [SQLValue]?
    private(set) var bytes: [UInt8] = []
    private var wanted = FieldSet.all
    private var isFirst = true

    init(_ sample: Int, _ row: @escaping (any StateLookup, UInt128) throws -> [SQLValue]?) {
        self.sample = sample
        self.row = row
    }

    func cells(only wanted: FieldSet) throws -> [SQLValue]? {
        self.wanted = wanted
        self.isFirst = true
        return try self.row(self, 7)
    }

    func look<E: Stored>(_ id: ID<E>) throws -> LoadedState<E>? {
        // The other records are filled differently, so that a field may be missing in one of them alone.
        let sample = self.isFirst || self.sample == 0 ? self.sample : self.sample + 1
        let bytes = try WireEncoder.encode(Filler.record(E.self, sample))
        defer { self.isFirst = false }
        if self.isFirst { self.bytes = bytes }
        let state = try bytes.withUnsafeBytes {
            try WireDecoder.decode(E.self, $0, only: self.isFirst ? self.wanted : .all)
        }
        return LoadedState(state: state, changedAt: .start)
    }
}

/// A fact of the relation's type, alone in a log for each set of fields.
private struct SampleFact: SampleRecord, PayloadVisitor, EntityEventVisitor {
    private let sample: Int
    private(set) var bytes: [UInt8] = []
    private var batch = EventBatch()
    private let kind: String
    private let row: (any EventLog, Position, UInt128) throws -> [SQLValue]?
    private var logs: [FieldSet: InMemoryEventLog] = [:]

    init(
        _ sample: Int, _ relation: Relation,
        _ row: @escaping (any EventLog, Position, UInt128) throws -> [SQLValue]?
    ) async throws {
        self.sample = sample
        self.row = row
        self.kind = relation.kind ?? ""
        guard case .events(let types) = relation.changedBy else { preconditionFailure("a fact is an event") }
        // Of a fact that may be corrected, the event that records it first.
        let known = try #require(
            DomainEvent.cases.first {
                types.contains($0.type) && !["revised", "withdrawn"].contains($0.type.name.split(separator: ".").last)
            })
        let empty = try [UInt8]().withUnsafeBytes { try known.decode($0, known.schemaVersion) }
        let columns = relation.declaration.columns.indices.map { ColumnSet([$0]) }
        for wanted in Set([FieldSet.all] + columns.compactMap { relation.columns?.fields(of: $0) }) {
            self.wanted = wanted
            self.batch = EventBatch()
            try empty.accept(&self)
            let log = InMemoryEventLog(now: { Instant(microseconds: 1) })
            // SAFETY: nobody else has it.
            nonisolated(unsafe) let batch = self.batch
            _ = try await log.append(batch, condition: nil, idempotency: nil)
            self.logs[wanted] = log
        }
    }

    private var wanted = FieldSet.all

    mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) throws { try event.accept(&self) }

    mutating func visit<Payload: EntityPayload>(_: consuming Payload) throws {
        let bytes = try WireEncoder.encode(Filler.record(Payload.self, self.sample))
        if self.wanted == .all { self.bytes = bytes }
        var payload = try bytes.withUnsafeBytes { try WireDecoder.decode(Payload.self, $0, only: self.wanted) }
        var envelope = Envelope()
        envelope.type = Payload.type
        envelope.schemaVersion = Payload.schemaVersion
        try self.batch.append(&envelope, tags: [EventTag(kind: self.kind, id: 7)]) { try payload.fields(&$0) }
    }

    func cells(only wanted: FieldSet) throws -> [SQLValue]? {
        try self.logs[wanted].flatMap { try self.row($0, .end, 7) }
    }
}

/// Fills some of a record's fields, others with every sample; with the first, none.
private struct Filler: FieldVisitor {
    let sample: Int

    static func record<R: Record>(_: R.Type, _ sample: Int) throws -> R {
        var filler = Filler(sample: sample)
        var record = R()
        try record.fields(&filler)
        return record
    }

    mutating func field<Value: FieldValue>(_ number: Int, _ name: StaticString, _ value: inout Value) throws {
        guard self.sample > 0, (self.sample &* 31 &+ number &* 17) % 5 > 0, let text = self.json(Value.shape.kind)
        else { return }
        let json = Value.shape.cardinality == .repeated ? "[\(text),\(text)]" : text
        // Not everything may be negative.
        if let found = try? JSONReader.reading(json, { try Value(json: &$0) }) { value = found }
    }

    private func json(_ kind: FieldKind) -> String? {
        let isNegative = self.sample.isMultiple(of: 2)
        return switch kind {
        case .boolean: "true"
        case .integer: isNegative ? "-7000000000" : "7000000001"
        case .unsigned, .position: "12"
        case .float, .double: isNegative ? "-1.25" : "1e300"
        case .text: isNegative ? "\" Ä\\n\"" : "\"\(String(repeating: "é x", count: 500))\""
        case .hexadecimal: "\"00f067aa0ba902b7\""
        case .uuid: "\"0190f2c4-0000-7000-8000-0000000000ff\""
        case .instant: isNegative ? "\"1969-12-31T23:59:59.999999Z\"" : "\"2299-08-01T10:20:30.123456Z\""
        case .day: "\"2025-09-30\""
        case .decimal, .quantity: isNegative ? "\"-0.000000000001\"" : "\"123456789012.000000000001\""
        case .json: "{\"n\":[1,null]}"
        case .enumeration(let names): "\"\(names[self.sample % names.count])\""
        case .bytes, .money, .currency, .record: nil
        }
    }
}
