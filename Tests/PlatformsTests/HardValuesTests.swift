import AgentLedger
import LedgerDomain
import LedgerEvents
import LedgerPlatforms
import LedgerRelations
import Seeded
import Servers
import Testing

@Suite("Values at the edge of what is accepted")
struct HardValuesTests {
    /// Exports every schema into one PostgreSQL database, whose connection string is returned, and a SQLite file each.
    private static func export(_ platform: SmallPlatform, _ folder: TemporaryFolder) throws -> String {
        let conninfo = try TemporaryPostgres.shared.get().newDatabase()
        for schema in Projections.all.map(\.schema.name) {
            try platform.export(schema, to: conninfo)
            try platform.export(schema, toSQLite: "\(folder.path)/\(schema).db")
        }
        return conninfo
    }

    private static func ask(_ sql: String, _ schema: String, in folder: TemporaryFolder) throws -> String {
        try Shell.run("/usr/bin/env", ["sqlite3", "\(folder.path)/\(schema).db", sql])
    }

    @Test("an invoice in coins of a thousandth keeps them", arguments: ["ledger", "ops_studio"])
    func thousandths(schema: String) async throws {
        let (platform, folder) = try (SmallPlatform(), TemporaryFolder())
        let (organization, invoice) = (SmallPlatform.id(10), SmallPlatform.id(11))
        try await platform.perform([
            "organization.create": #""organization_id":"\#(organization)","name":"Acme","slug":"acme""#,
            "price.set":
                #""price_id":"\#(SmallPlatform.id(12))","usage_type":"storage","amount":"1.005","currency":"KWD""#,
            "usage_record.record":
                #""usage_record_id":"\#(SmallPlatform.id(13))","organization_id":"\#(organization)","#
                + #""usage_type":"storage","quantity":1"#,
            "invoice.draft":
                #""invoice_id":"\#(invoice)","organization_id":"\#(organization)","currency":"KWD","#
                + #""period_start":"2020-01-01","period_end":"2199-12-31","tax_rate":"0.105""#,
            "invoice.issue": #""invoice_id":"\#(invoice)""#,
        ])
        let conninfo = try Self.export(platform, folder)
        let question = "SELECT currency, subtotal, tax, total FROM"
        #expect(try TemporaryPostgres.ask(conninfo, "\(question) \(schema).invoices") == "KWD|1.0050|0.1060|1.1110")
        #expect(try Self.ask("\(question) invoices", schema, in: folder) == "KWD|1.005|0.106|1.111\n")
    }

    @Test("a name counts as long as SQL says it is, and the longest one fits")
    func longNames() async throws {
        let (platform, folder) = try (SmallPlatform(), TemporaryFolder())
        // Two code points each that show as one letter.
        let letters = String(repeating: "e\u{301}", count: 127)
        try await platform.refuse(
            "user.register", #""email":"a@example.org","display_name":"\#(letters)xx""#, "is 256 characters long")
        try await platform.perform(["user.register": #""email":"a@example.org","display_name":"\#(letters)x""#])
        let conninfo = try Self.export(platform, folder)
        #expect(
            try TemporaryPostgres.ask(conninfo, "SELECT length(display_name) FROM core_platform.users") == "255")
    }
}

@Suite("The check on an invoice's total")
struct TotalCheckTests {
    private static let checks = ["ledger", "ops_studio"].flatMap { schema in
        (Projections.named(schema)?.schema.tables.first { $0.name == "invoices" }?.checks ?? [])
            .filter { $0.name == "total_is_subtotal_and_tax" }
    }

    /// How many rows SQLite says break the check.
    private static func broken(_ rows: [(String, String, String)], _ check: String) throws -> String {
        let values = rows.map { "(\($0),\($1),\($2))" }.joined(separator: ",")
        return try Shell.run(
            "/usr/bin/env",
            [
                "sqlite3", ":memory:",
                """
                CREATE TABLE invoices (subtotal NUMERIC, tax NUMERIC, total NUMERIC);
                INSERT INTO invoices VALUES \(values);
                SELECT count(*) FROM invoices WHERE NOT (\(check))
                """,
            ])
    }

    @Test(
        "holds in SQLite for sums of any size, in which doubles do not add up",
        arguments: [UInt64.random(in: 0 ... .max)])
    func sums(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        #expect(Self.checks.count == 2)
        for _ in 0..<20 {
            let rows = (0..<500).map { _ -> (String, String, String) in
                var invoice = Invoice()
                invoice.currencyDigits = [0, 2, 3, 4].randomElement(using: &random)
                let size = (0..<Int.random(in: 6...27, using: &random)).reduce(Int128(1)) { power, _ in power * 10 }
                var line = InvoiceLine()
                line.amount = ExactDecimal(picos: .random(in: -size...size, using: &random))
                    .rounded(toDigits: invoice.currencyDigits ?? 2)
                invoice.lines = [line]
                invoice.taxRate = ExactDecimal(picos: .random(in: 0..<1_000_000, using: &random) * 1_000_000)
                return (invoice.subtotal.description, invoice.tax.description, invoice.total.description)
            }
            for check in Self.checks {
                #expect(try Self.broken(rows, #require(check.sqlite)) == "0\n", "seed \(seed)")
            }
        }
    }

    @Test("finds a total that is a cent off, up to billions")
    func wrong() throws {
        let rows = [("1", "1", "99"), ("3.35", "0.67", "4.03"), ("4300000000", "860000000", "5160000000.01")]
        for check in Self.checks { #expect(try Self.broken(rows, #require(check.sqlite)) == "3\n") }
    }
}
