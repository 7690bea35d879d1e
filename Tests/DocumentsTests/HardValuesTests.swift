import AgentLedger
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
        #expect(try TemporaryPostgres.ask(conninfo, "\(question) \(schema).invoices") == "KWD|1.005|0.106|1.111")
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
