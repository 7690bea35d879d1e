import AgentLedger
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
        let before = try await ExportedSchemas.shared.database(with: projection)
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
        for table in projection.schema.tables
        where !losses.contains(where: { $0.table == table.name && $0.column == nil }) {
            let columns = table.columns.compactMap { column in
                Self.kept(column.name, losses.filter { $0.table == table.name && $0.column == column.name })
            }
            let rows = [before, after].map { Self.rows(of: table, columns, in: projection.schema, $0) }
            let (there, here) = (try rows[0].get(), try rows[1].get())
            #expect(there.count == here.count, "\(name).\(table.name): rows")
            let (missing, extra) = (Set(there).subtracting(here).sorted(), Set(here).subtracting(there).sorted())
            if let row = missing.first {
                Issue.record(
                    "\(name).\(table.name): \(missing.count) rows differ; \(columns): \(row) came back as \(extra.first ?? "")"
                )
            }
        }
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

    private static func rows(
        of table: TableDeclaration, _ columns: [String], in schema: Schema, _ conninfo: String
    ) -> Result<[Substring], any Error> {
        Result {
            try TemporaryPostgres.ask(
                conninfo,
                "COPY (SELECT \(columns.joined(separator: ", ")) FROM \(schema.name).\"\(table.name)\") TO STDOUT"
            ).split(separator: "\n")
        }
    }
}
