import Servers
import Testing

@Suite("agentledger import of a platform's database")
struct PlatformImportTests {
    @Test("takes over the tables, and a second time finds nothing new")
    func adopts() throws {
        let tool = try Tool()
        let database = try TemporaryPostgres.shared.get().newDatabase()
        #expect(try tool("simulate", "-l", "company", "--seed", "7", "--executions", "40").status == 0)
        #expect(try tool("export", "-l", "company", "--schema", "core_platform", "--to", database).status == 0)
        #expect(try tool("init", "-l", "adopted").status == 0)

        let address = "\(database)&schema=core_platform"
        let first = try tool("import", "-l", "adopted", address, "--json")
        #expect(first.status == 0, "\(first.error)")
        let report = try first.json()
        #expect((report["refused"] as? [Any])?.isEmpty == true)
        #expect((report["rows"] as? Int ?? 0) > 0 && report["lines"] as? Int == 0)

        let second = try tool("import", "-l", "adopted", address)
        #expect(second.status == 0 && second.out.contains("rows read, 0 rows accepted"), "\(second.out)")
        #expect(second.out.hasSuffix("0 refused: nothing new\n"), "\(second.out)")
        let users = try ["company", "adopted"].map { ledger in
            try tool("query", "-l", ledger, "SELECT id, email, created_at FROM users ORDER BY id").out
        }
        #expect(users[0] == users[1] && !users[0].isEmpty)
    }

    @Test("names the remedy when an address names no schema, and leaves out the password")
    func addresses() throws {
        let tool = try Tool()
        #expect(try tool("init", "-l", "ledger").status == 0)
        let answer = try tool("import", "-l", "ledger", "postgres://me:secret@localhost/shop")
        #expect(answer.status == 1 && answer.error.contains("add ?schema=NAME") && !answer.error.contains("secret"))
    }
}
