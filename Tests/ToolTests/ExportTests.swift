import Testing

@Suite("agentledger export")
struct ExportTests {
    @Test("a SQLite file is made, and brought up to date by the next run")
    func sqlite() throws {
        let tool = try Tool.withLedger()
        let first = try tool("export", "--to", "sqlite:ledger.db")
        #expect(first.status == 0)
        #expect(first.out.contains(/(?m)^workflows +1$/))
        #expect(first.error.contains(/^5 rows to ledger\.db in [0-9.]+ s, as of position 3\n$/), "\(first.error)")
        try tool("execute", #"{"command":"workflow.pause","data":{"workflow_id":"\#(Tool.workflow)"}}"#)
        let report = try tool("export", "--to", "sqlite:ledger.db", "--json").json()
        #expect(report["from_position"] as? Int == 3)
        #expect(report["to_position"] as? Int == 4)
        #expect(report["rows"] as? Int == 2)
    }

    @Test("a script on standard output is whole, and the same each time")
    func script() throws {
        let tool = try Tool.withLedger()
        let answer = try tool("export", "--to", "sql:-", "--at", "2")
        #expect(answer.out.hasSuffix("COMMIT;\n"))
        #expect(answer.out.contains("\tTriage\t"))
        #expect(answer.error.contains("as of position 2"))
        #expect(try tool("export", "--to", "sql:-", "--at", "2").out == answer.out)
    }

    @Test("a directory gets CSV or JSON lines")
    func directory() throws {
        let tool = try Tool.withLedger()
        try tool("export", "--to", "./csv")
        #expect(try tool.read("csv/workflows.csv").contains(",Triage,"))
        try tool("export", "--to", "lines", "--format", "jsonl")
        #expect(try tool.read("lines/workflows.jsonl").contains(#""name":"Triage""#))
    }

    @Test("a target that cannot be is named with those that can")
    func targets() throws {
        let tool = try Tool.withLedger()
        let all = "there are sqlite:FILE, sql:FILE, postgres://… and a directory"
        expectFailure(try tool("export", "--to", "mysql://here"), status: 64, "mysql:", all)
        expectFailure(try tool("export", "--to", "sqlite:"), status: 64, "names no file")
        expectFailure(try tool("export"), status: 64, "--to")
        expectFailure(try tool("export", "--to", "sqlite:a", "--format", "csv"), status: 64, "--format")
        expectFailure(try tool("export", "--to", "x", "--schema", "cats"), status: 64, "cats", "there are: ledger")
        expectFailure(try tool("export", "--to", "sqlite:not/there.db"), "not/there.db")
        expectFailure(try tool("export", "--to", "ledger"), "ledger", "did not write")
        expectFailure(try tool("export", "--to", "postgres://127.0.0.1:1/x"), "127.0.0.1", "Connection refused")
    }
}
