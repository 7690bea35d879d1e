import AgentDomain
import Documents
import EventSourcing
import Relations
import Testing
import Views

@testable import Ledger

@Suite("Columns that are fields")
struct RecordColumnsTests {
    @Test("hold what the whole record says, whatever stands in it", arguments: Sample.allCases)
    func columns(_ sample: Sample) throws {
        var compared = 0
        for projection in Projections.all {
            for relation in projection.relations.values {
                guard let columns = relation.columns, case .states(_, let find)? = relation.row else { continue }
                let table = relation.declaration
                let states = SampleStates(sample)
                let whole = try #require(try find(states, 7))
                for place in table.columns.indices {
                    guard let fields = columns.cells(of: ColumnSet([place])) else { continue }
                    var cells: [SQLValue] = []
                    try states.bytes.withUnsafeBytes { try fields.fill(&cells, from: $0) }
                    let name = "\(projection.schema.name).\(table.name).\(table.columns[place].name)"
                    #expect(cells[place] == whole[place], "\(name)")
                    compared += 1
                }
            }
        }
        #expect(compared > 400)
    }
}

/// What stands in the fields of a record.
enum Sample: CaseIterable {
    case nothing, long, negative
}

/// Says of everything the same, and keeps the bytes of what it was asked for first: the record that a row is about.
private final class SampleStates: StateLookup {
    private let sample: Sample
    private(set) var bytes: [UInt8] = []

    init(_ sample: Sample) { self.sample = sample }

    func find<E: Stored>(_ id: ID<E>) throws -> E? {
        var filler = Filler(sample: self.sample)
        var record = E()
        try record.fields(&filler)
        if self.bytes.isEmpty { self.bytes = try WireEncoder.encode(record) }
        return record
    }
}

private struct Filler: FieldVisitor {
    let sample: Sample

    mutating func field<Value: FieldValue>(_ number: Int, _ name: StaticString, _ value: inout Value) throws {
        guard self.sample != .nothing, let text = self.json(Value.shape.kind) else { return }
        let json = Value.shape.cardinality == .repeated ? "[\(text),\(text)]" : text
        // Not everything may be negative.
        if let found = try? JSONReader.reading(json, { try Value(json: &$0) }) { value = found }
    }

    private func json(_ kind: FieldKind) -> String? {
        let isNegative = self.sample == .negative
        return switch kind {
        case .boolean: "true"
        case .integer: isNegative ? "-7000000000" : "7000000001"
        case .unsigned, .position: "12"
        case .float, .double: isNegative ? "-1.25" : "1e300"
        case .text: isNegative ? "\" Ä\\n\"" : "\"\(String(repeating: "é x", count: 500))\""
        case .uuid: "\"0190f2c4-0000-7000-8000-0000000000ff\""
        case .instant: isNegative ? "\"1969-12-31T23:59:59.999999Z\"" : "\"2299-08-01T10:20:30.123456Z\""
        case .day: "\"2025-09-30\""
        case .decimal: isNegative ? "\"-0.000000000001\"" : "\"123456789012.000000000001\""
        case .json: "{\"n\":[1,null]}"
        case .enumeration(let names): names.last.map { "\"\($0)\"" }
        case .bytes, .money, .currency, .record: nil
        }
    }
}
