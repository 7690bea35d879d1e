import Testing

@Suite("agentledger show and query")
struct ReadingTests {
    @Test("show prints column and value, as of now or then, by kind or table")
    func show() throws {
        let tool = try Tool.withLedger()
        let now = try tool("show", "workflow", Tool.workflow).out
        #expect(now.contains(/(?m)^id +0198c000-0000-7000-8000-000000000002$/))
        #expect(now.contains(/(?m)^status +active$/))
        #expect(now.contains(/(?m)^deleted_at +∅$/))
        #expect(try tool("show", "workflows", Tool.workflow).out == now)
        #expect(try tool("show", "workflow", Tool.workflow, "--at", "2").out.contains(/(?m)^status +draft$/))
        let json = try tool("show", "workflow", Tool.workflow, "--json", "--at", "end").json()
        #expect(json["name"] as? String == "Triage")
    }

    @Test("show fails for what is not there, or not yet")
    func nothingToShow() throws {
        let tool = try Tool.withLedger()
        expectFailure(try tool("show", "workflow", Tool.organization), "there is no workflow \(Tool.organization)")
        expectFailure(try tool("show", "workflow", Tool.workflow, "--at", "1"), "at position 1")
        expectFailure(try tool("show", "workflow", Tool.workflow, "--at", "99"), "position 99", "the log's end, 3")
        expectFailure(try tool("show", "dog", Tool.workflow), status: 64, "dog", "workflow_execution", "invoice")
        expectFailure(try tool("show", "workflow", "seven"), "seven", "agentledger list workflows")
        expectFailure(
            try tool("show", "workflow", Tool.workflow, "--at", "soon"), status: 64, "soon", "2025-08-01T16:20:44Z",
            "2 hours ago")
    }

    static let question =
        "SELECT name, 2 AS n, 1.5 AS x, NULL AS none, '' AS empty, 'a,\"b' AS quoted FROM workflows"

    @Test("a table is aligned, numbers to the right, NULL shown; the count of rows is beside the data")
    func table() throws {
        let answer = try Tool.withLedger()("query", Self.question)
        #expect(
            answer.out == """
                name    n    x  none  empty  quoted
                ------  -  ---  ----  -----  ------
                Triage  2  1.5  ∅            a,"b

                """)
        #expect(answer.error == "1 row\n")
    }

    @Test("CSV, JSON and JSON lines tell NULL from an empty text")
    func formats() throws {
        let tool = try Tool.withLedger()
        #expect(
            try tool("query", "--format", "csv", Self.question).out
                == "name,n,x,none,empty,quoted\nTriage,2,1.5,,\"\",\"a,\"\"b\"\n")
        let object = #"{"name":"Triage","n":2,"x":1.5,"none":null,"empty":"","quoted":"a,\"b"}"#
        #expect(try tool("query", "--json", Self.question).out == "[\n\(object)\n]\n")
        #expect(try tool("query", "--format", "jsonl", "-", input: Self.question).out == object + "\n")
        #expect(try tool("query", "--json", "SELECT 1 AS a, 2 AS a").out == "[\n{\"a\":1,\"a_2\":2}\n]\n")
        #expect(try tool("query", "--json", "SELECT 1 WHERE 0").out == "[]\n")
    }

    @Test("--at answers as of a position or a time")
    func past() throws {
        let tool = try Tool.withLedger()
        func status(_ moment: String) throws -> String {
            try tool("query", "--format", "csv", "--at", moment, "SELECT status FROM workflows").out
        }
        #expect(try status("1") == "status\n")
        #expect(try status("2") == "status\ndraft\n")
        #expect(try status("end") == "status\nactive\n")
        #expect(try status("2020-01-01") == "status\n")
        #expect(try status("2020-01-01 12:00") == "status\n")
        #expect(try status("2 hours ago") == "status\n")
        #expect(try status("now") == "status\nactive\n")
        expectFailure(try tool("query", "--at", "2999-01-01", "SELECT 1"), "2999-01-01", "lies in the future")
    }

    @Test("only one SELECT is answered, and SQLite's reason is told once")
    func notAQuestion() throws {
        let tool = try Tool.withLedger()
        expectFailure(try tool("query", "DELETE FROM agents"), "a query only reads")
        expectFailure(try tool("query", "SELECT 1; SELECT 2"), "more than one statement")
        expectFailure(try tool("query", ""), "empty")
        expectFailure(try tool("query", "SELECT * FROM cats"), "no such table: cats; there are organizations, ")
        expectFailure(try tool("query"), status: 64, "<sql>")
        expectFailure(try tool("query", "SELECT 1", "--format", "xml"), status: 64, "xml", "table")
        expectFailure(try tool("query", "SELECT 1", "--schema", "cats"), status: 64, "\"cats\"", "ledger")
    }

    @Test("what came from outside cannot move the cursor")
    func controlCharacters() throws {
        let answer = try Tool.withLedger()("query", "SELECT 'a' || char(27) || '[2J' || char(10) || 'b' AS text")
        #expect(answer.out == "text\n-------------\na\\u{1b}[2J\\nb\n")
    }
}
