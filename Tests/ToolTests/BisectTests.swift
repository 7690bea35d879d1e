import Testing

@Suite("agentledger bisect")
struct BisectTests {
    @Test("the event is printed with what it touched, before and after")
    func text() throws {
        let answer = try Tool.withLedger()("bisect", "--where", "SELECT status = 'active' FROM workflows")
        #expect(answer.status == 0, "\(answer.error)")
        #expect(answer.out.contains(/(?m)^position +\d+$/))
        #expect(answer.out.contains(/(?m)^type +workflow\.activated$/))
        #expect(answer.out.contains(/(?m)^condition +true from here on$/))
        #expect(answer.out.contains(/(?m)^workflows 0198c000-0000-7000-8000-000000000002$/))
        #expect(answer.out.contains(/(?m)^status +draft +active$/))
    }

    @Test("as JSON, it is one object with the envelope and whole rows")
    func json() throws {
        let tool = try Tool.withLedger()
        let change = try tool("bisect", "--json", "--where", "SELECT status = 'active' FROM workflows").json()
        #expect(change["type"] as? String == "workflow.activated")
        #expect(change["is_true"] as? Bool == true)
        let rows = try #require(change["rows"] as? [[String: Any]])
        let row = try #require(rows.first { $0["table"] as? String == "workflows" })
        #expect((row["before"] as? [String: Any])?["status"] as? String == "draft")
        #expect((row["after"] as? [String: Any])?["status"] as? String == "active")
    }

    @Test("the condition may be about any schema's tables")
    func schema() throws {
        let tool = try Tool.withLedger()
        let condition = "SELECT is_active FROM workflows"
        let change = try tool("bisect", "--json", "--schema", "orchestrator_platform", "--where", condition).json()
        #expect(change["type"] as? String == "workflow.activated")
        let all = try tool("bisect", "--every", "--json", "--schema", "orchestrator_platform", "--where", condition)
        #expect(all.out.contains(#""type":"workflow.activated""#) && all.error == "1 change\n", "\(all)")
    }

    @Test("every change is printed on a line, from one moment to another")
    func every() throws {
        let tool = try Tool.withLedger()
        let condition = "(SELECT count(*) FROM audit_logs) % 2"
        let all = try tool("bisect", "--every", "--json", "--where", condition, "--to", "3")
        #expect(all.out.split(separator: "\n").count == 3)
        #expect(all.error == "3 changes\n")
        let some = try tool("bisect", "--every", "--json", "--where", condition, "--from", "1", "--to", "3")
        #expect(all.out.contains(some.out))
        #expect(some.error == "2 changes\n")
        #expect(try tool("bisect", "--every", "--where", "0").error == "0 changes\n")
    }

    @Test("what does not change, is no condition or is not said fails, and tells why")
    func failures() throws {
        let tool = try Tool.withLedger()
        expectFailure(try tool("bisect", "--where", "1"), "true at position 0 already")
        expectFailure(try tool("bisect", "--where", "0"), "false at position")
        expectFailure(try tool("bisect", "--where", "1", "--from", "999999"), "beyond the log's end")
        expectFailure(
            try tool("bisect", "--where", "SELECT 1 FROM cats"), "no such table: cats; there are organizations")
        expectFailure(try tool("bisect"), status: 64, "--where")
        expectFailure(
            try tool("bisect", "--where", "1", "--schema", "cats"), status: 64,
            "there are: ledger, orchestrator_platform"
        )
        expectFailure(try tool("bisect", "--where", "1", "--from", "someday"), status: 64, "neither a position")
    }
}
