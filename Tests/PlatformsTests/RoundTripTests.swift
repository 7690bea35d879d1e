import AgentLedger
import LedgerEvents
import LedgerExporters
import LedgerImporters
import LedgerPlatforms
import LedgerRelations
import Servers
import Testing

@Suite("A platform's database that is adopted")
struct RoundTripTests {
    static let platforms = Projections.all.map(\.schema.name).filter { PlatformDatabase.losses(of: $0) != nil }

    @Test(
        "comes out again as it went in, but for what is declared; and adopting it again changes nothing",
        arguments: platforms)
    func roundTrip(name: String) async throws {
        let projection = try #require(Projections.named(name))
        let before = try await ExportedSchemas.shared.database(with: name)
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/ledger"
        let ledger = try Ledger.create(at: path)
        let refusals = Refusals()
        let first = try await Importer(ledger).run(["\(before)&schema=\(name)"]) { refusals.add($0) }
        #expect(first.refused == 0, "\(refusals.list.prefix(10))")
        #expect(first.rows > 0 && first.events > 0)

        let again = try await Importer(ledger).run(["\(before)&schema=\(name)"]) { refusals.add($0) }
        #expect(again.events == 0 && again.accepted == 0 && again.refused == 0, "\(again) \(refusals.list.prefix(10))")
        var last = Position.start
        try ledger.log.read(.all, after: .start, through: .end, limit: .max) { stored in
            last = stored.position
            let envelope = try stored.envelope()
            if envelope.source?.channel != "adoption" { Issue.record("\(envelope.type) comes from elsewhere") }
        }
        #expect(last == first.after)

        try await ledger.catchUp()
        let after = try TemporaryPostgres.shared.get().newDatabase()
        _ = try PostgresExporter(after).export(try LedgerReader(at: path).snapshot(at: .end).projected(as: projection))
        let losses = try #require(PlatformDatabase.losses(of: name))
        for table in projection.schema.tables {
            let losses = losses.filter { $0.table == table.name }
            if losses.contains(where: { $0.column == nil && $0.condition == nil }) { continue }
            let there = try Self.rows(of: table, without: losses, in: projection.schema, before)
            let here = try Self.rows(of: table, without: losses, in: projection.schema, after)
            #expect(there.count == here.count, "\(name).\(table.name): rows")
            let (missing, extra) = (Set(there).subtracting(here).sorted(), Set(here).subtracting(there).sorted())
            if let row = missing.first {
                let place = "\(name).\(table.name) \(table.columns.map(\.name))"
                Issue.record("\(place): \(missing.count) rows differ; \(row) came back as \(extra.first ?? "nothing")")
            }
        }
    }

    private static func rows(
        of table: TableDeclaration, without losses: [Loss], in schema: Schema, _ conninfo: String
    ) throws -> [Substring] {
        // The two ledgers have other positions.
        let columns = table.columns.filter { $0.name != "changed_position" }.compactMap { column in
            Self.kept(column.name, losses.filter { $0.column == column.name })
        }
        let gone = losses.filter { $0.column == nil }.compactMap(\.condition)
        let filter = gone.isEmpty ? "" : " WHERE NOT (\(gone.joined(separator: " OR ")))"
        return try TemporaryPostgres.ask(
            conninfo,
            "SET search_path = \(schema.name); "
                + "COPY (SELECT \(columns.joined(separator: ", ")) FROM \"\(table.name)\"\(filter)) TO STDOUT"
        ).split(separator: "\n")
    }

    /// The column without what is declared lost of it; nil: all of it is.
    private static func kept(_ column: String, _ losses: [Loss]) -> String? {
        var sql = "\"\(column)\""
        for loss in losses {
            guard let condition = loss.condition else { return nil }
            sql = "CASE WHEN \(condition) THEN NULL ELSE \(sql) END"
        }
        return sql
    }
}
