import AgentLedger
import LedgerPlatforms
import LedgerRelations
import Servers
import Testing

@Suite("A schema in PostgreSQL")
struct ConformanceTests {
    @Test(
        "has every table, column, key, check, index and word that is written down of it", arguments: SchemaFacts.names)
    func matchesFacts(name: String) async throws {
        let facts = try SchemaFacts.read(name)
        let conninfo = try await ExportedSchemas.shared.database(with: facts.schema)
        let catalog = try SchemaCatalog(of: facts.schema, in: conninfo)
        var differences = Differences(schema: facts.schema)
        differences.compare(facts, catalog)
        for difference in differences.found { Issue.record("\(difference)") }
    }

    @Test("holds the rows that the ledger tells: as many, with the same sums", arguments: SchemaFacts.names)
    func matchesRows(name: String) async throws {
        let facts = try SchemaFacts.read(name)
        let projection = try #require(Projections.named(facts.schema))
        let conninfo = try await ExportedSchemas.shared.database(with: facts.schema)
        let snapshot = try await SimulatedLedger.shared.value.snapshot(projection)
        for table in projection.schema.tables {
            var told = ColumnSums(table)
            try snapshot.rows(of: table, changedAfter: nil) { told.add($0) }
            let answer = try TemporaryPostgres.ask(conninfo, told.question(in: projection.schema))
            #expect(answer == told.answer, "\(projection.schema.name).\(table.name): \(told.names)")
            let reason = facts.tables.first { $0.name == table.name }?.empty
            #expect(
                (told.rows == 0) == (reason != nil),
                "\(projection.schema.name).\(table.name) has \(told.rows) rows; written down: \(reason ?? "some")")
        }
    }
}

/// A table's number of rows and the sum of each of its columns of exact numbers.
private struct ColumnSums {
    private let table: TableDeclaration
    private let columns: [(place: Int, name: String)]
    private(set) var rows = 0
    private var sums: [Int128]

    private static let scale: UInt8 = 15

    init(_ table: TableDeclaration) {
        self.table = table
        self.columns = table.columns.enumerated().compactMap { place, column in
            switch column.type {
            case .integer, .bigint, .numeric: (place, column.name)
            case .uuid, .text, .varchar, .char, .boolean, .double, .timestamptz, .date, .jsonb, .bytea, .textArray,
                .enumeration:
                nil
            }
        }
        self.sums = self.columns.map { _ in 0 }
    }

    var names: String { (["rows"] + self.columns.map(\.name)).joined(separator: ", ") }

    mutating func add(_ cells: [SQLValue]) {
        self.rows += 1
        for (index, column) in self.columns.enumerated() {
            switch cells[column.place] {
            case .integer(let value): self.sums[index] += Int128(value) * Self.power(Self.scale)
            case .numeric(let value, let scale): self.sums[index] += value * Self.power(Self.scale - scale)
            case .null, .bool, .double, .text, .uuid, .timestamp, .date, .json, .bytes, .textArray: break
            }
        }
    }

    private static func power(_ exponent: UInt8) -> Int128 { (0..<exponent).reduce(1) { power, _ in power * 10 } }

    func question(in schema: Schema) -> String {
        let sums = self.columns.map { column in
            "trunc(coalesce(sum(\"\(column.name)\"), 0)::numeric * 1\(String(repeating: "0", count: Int(Self.scale))))"
        }
        return "SELECT \((["count(*)"] + sums).joined(separator: ", ")) FROM \"\(schema.name)\".\"\(self.table.name)\""
    }

    var answer: String { (["\(self.rows)"] + self.sums.map { "\($0)" }).joined(separator: "|") }
}
