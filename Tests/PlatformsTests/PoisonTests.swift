import AgentLedger
import Foundation
import LedgerDomain
import LedgerEvents
import LedgerExporters
import LedgerImporters
import LedgerPlatforms
import LedgerSimulation
import Servers
import Testing

@Suite("Poison")
struct PoisonTests {
    /// JSON with what a target may not hold: numbers beyond `numeric`, the deepest nesting that is read, U+0000, half a
    /// surrogate pair.
    private static let json =
        #"{"big":[1e200000,-1E-20000,1e131071],"depth":"#
        + String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
        + #","nul":"\u0000","half":"\ud800"}"#

    /// Values at the limits of what a field of this shape may be.
    private static func values(_ shape: FieldShape) -> [String] {
        let long = String(repeating: "x", count: 300)
        let words = (0..<1_000).map { "w\(UInt64($0) &* 0x9E37_79B9_7F4A_7C15)" }.joined(separator: " ")
        let values: [String] =
            switch shape.kind {
            case .json: [Self.json, "[1e200000]", "1e200000", "[]"]
            case .text: ["\"\(long)\"", "\"\(words)\"", #""nul\u0000""#, #""tab\tand\nline""#, "\"e\u{301}\u{FFFF}\""]
            case .integer, .unsigned, .position: ["9223372036854775807", "2147483648", "-2147483649", "32768"]
            case .double, .float: ["1e308", "-1e308", "5e-324"]
            case .decimal, .quantity: [#""9999999999999999999999""#, #""0.000000000000000001""#, #""99999999999""#]
            case .money: [#"{"amount":"99999999999999999999","currency":"USD"}"#]
            case .instant: [#""0001-01-01T00:00:00Z""#, #""9999-12-31T23:59:59.999999Z""#]
            case .day: [#""0001-01-01""#, #""9999-12-31""#]
            case .boolean, .bytes, .uuid, .hexadecimal, .currency, .enumeration, .record: []
            }
        return shape.cardinality == .repeated ? values.map { "[\($0)]" } : values
    }

    /// Gives every command of a company again, as another thing, once for each hostile value of each of its fields.
    /// Returns how many were accepted.
    private static func poison(_ ledger: Ledger) async throws -> Int {
        var lines: [String: [String]] = [:]
        for request in CompanySimulation(seed: 39, until: .executions(40)) {
            var writer = CommandWriter()
            writer.write(request)
            lines[request.name, default: []].append(String(decoding: writer.bytes, as: UTF8.self))
            _ = try await ledger.execute(request)
        }
        let reader = CommandReader(defaultActor: .system("test"))
        var accepted = 0
        for command in DomainCommand.cases {
            for line in lines[command.name]?.suffix(1) ?? [] {
                guard var object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
                    let data = object["data"] as? [String: Any], let first = command.fields().first
                else { continue }
                object["idempotency_key"] = nil
                object["actor"] = "system:test"
                var requests: [CommandRequest] = []
                for field in command.fields() {
                    for value in Self.values(field.shape) {
                        var changed = data
                        if command.creates { changed[first.name] = UUID().uuidString.lowercased() }
                        changed[field.name] = "POISON"
                        object["data"] = changed
                        let bytes = try JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
                        let text = String(decoding: bytes, as: UTF8.self).replacing("\"POISON\"", with: value)
                        // What cannot be read is refused before anything else.
                        let request = Array(text.utf8).withUnsafeBytes {
                            try? reader.read($0, now: ledger.now(), newID: ledger.makeID())
                        }
                        if let request { requests.append(request) }
                    }
                }
                for case .accepted in try await ledger.execute(requests) { accepted += 1 }
            }
        }
        return accepted
    }

    @Test("no value that is accepted, in any field of any command, stops an export")
    func everyField() async throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/ledger"
        do {
            let ledger = try Ledger.create(at: path)
            let accepted = try await Self.poison(ledger)
            #expect(accepted > 200)
        }
        let conninfo = try TemporaryPostgres.shared.get().newDatabase()
        let loaded = try TemporaryPostgres.shared.get().newDatabase()
        for projection in Projections.all {
            let snapshot = try LedgerReader(at: path).snapshot(at: .end).projected(as: projection)
            let name = projection.schema.name
            let report = try PostgresExporter(conninfo).export(snapshot)
            // Only what is too long for an index, or too large for a documented column, has no other form.
            let others = try TemporaryPostgres.ask(
                conninfo,
                """
                SELECT DISTINCT table_name, content ->> 'reason' FROM \(name).agentledger_orphans
                WHERE reference = 'refused' AND content ->> 'reason' !~ '^index row |out of range for type integer$'
                """)
            #expect(others == "", "\(name)")
            #expect(name != "ledger" || report.tables.contains { $0.numbersAsText > 0 })
            let lite = try SQLiteExporter(path: "\(folder.path)/\(name).db").export(snapshot)
            #expect(lite.tables.allSatisfy { $0.refused == 0 }, "\(name)")
            _ = try SQLTextExporter(path: "\(folder.path)/\(name).sql").export(snapshot)
            if report.tables.allSatisfy({ $0.refused == 0 }) {
                try TemporaryPostgres.load(loaded, script: "\(folder.path)/\(name).sql")
            }
            _ = try JSONLinesExporter(directory: "\(folder.path)/rows/\(name)").export(snapshot)
        }
    }

    @Test("a number that PostgreSQL cannot hold is exported as text, and counted")
    func poisonNumber() async throws {
        let platform = try SmallPlatform()
        try await platform.perform([
            "organization.create": #""name":"Acme","slug":"acme","settings":{"x":1e200000}"#
        ])
        let conninfo = try TemporaryPostgres.shared.get().newDatabase()
        let report = try platform.export("ledger", to: conninfo)
        #expect(report.tables.first { $0.name == "organizations" }?.numbersAsText == 1)
        #expect(
            try TemporaryPostgres.ask(conninfo, "SELECT settings ->> 'x' FROM ledger.organizations") == "1e200000")
    }
}
