import Foundation
import Testing

@Suite("agentledger timeline, fork, log and replay --prices")
struct TimeTravelTests {
    private func first(_ sql: String, _ tool: Tool) throws -> String {
        let lines = try tool("query", "--format", "csv", sql).out.split(separator: "\n")
        return String(try #require(lines.last))
    }

    @Test("timeline draws attempts, agents and calls with what they spent so far; --at stops in the middle")
    func timeline() throws {
        let tool = try Tool.withRuns()
        let run = try self.first("SELECT id FROM workflow_executions ORDER BY duration_ms DESC, id LIMIT 1", tool)
        let drawn = try tool("timeline", "workflow_execution", run)
        #expect(drawn.status == 0 && drawn.error.isEmpty, "\(drawn.error)")
        #expect(drawn.out.hasPrefix("workflow_execution \(run)  tau2-airline  completed\n"))
        #expect(drawn.out.contains(/(?m)^attempt 1 +0\.0 s +34\.34 s +\|#{40}\|$\n  completed$/))
        #expect(drawn.out.contains(/(?m)^  airline-assistant +0\.0 s +34\.02 s +\|#{40}\|$/))
        #expect(drawn.out.contains(/(?m)^    tool get_user_details +0\.0 s +\| +# +\|$/))
        #expect(drawn.out.hasSuffix("28 model calls, 9 tool calls, 102,837 tokens in, 1,483 out, 0.082946 USD\n"))
        let queued = try self.first(
            "SELECT min(position) FROM audit_logs WHERE entity_id = '\(run)'", tool)
        let middle = String(try #require(Int(queued)) + 40)
        let half = try tool("timeline", "workflow_executions", run, "--at", middle).out
        #expect(half.hasPrefix("workflow_execution \(run)  tau2-airline  running\n"))
        #expect(half.split(separator: "\n").count < drawn.out.split(separator: "\n").count)
        let json = try tool("timeline", "workflow_execution", run, "--context", "--json").json()
        #expect((json["spans"] as? [Any])?.count == 40)
        let context = try #require(json["context"] as? [String: Any])
        #expect((context["workflow"] as? [String: Any])?["name"] as? String == "tau2-airline")
        #expect((context["agents"] as? [[String: Any]])?.first?["name"] as? String == "airline-assistant")
        #expect(context["position"] as? Int == json["started_position"] as? Int)
    }

    @Test("timeline fails for what is no run, or not there yet")
    func noTimeline() throws {
        let tool = try Tool.withLedger()
        expectFailure(
            try tool("timeline", "workflow_execution", Tool.workflow), "there is no workflow_execution",
            "agentledger list workflow_executions")
        expectFailure(try tool("timeline", "workflow", Tool.workflow), status: 64, "of a workflow_execution")
        expectFailure(try tool("timeline", "cat", Tool.workflow), status: 64, "there is no kind")
    }

    @Test("a fork has the same root, is sound, says where it comes from, and goes its own way")
    func fork() throws {
        let tool = try Tool.withRuns()
        let before = try tool("stat", "--json").json()
        let whole = try tool("fork", "--into", "twin", "--json").json()
        #expect(whole["root"] as? String == before["root"] as? String)
        #expect(whole["parent_origin"] as? String == before["origin"] as? String)
        #expect(whole["origin"] as? String != before["origin"] as? String)
        #expect(try tool("fork", "--at", "700", "--into", "past").status == 0)
        for ledger in ["twin", "past"] {
            let verified = try tool("verify", "-l", ledger)
            #expect(verified.status == 0, "\(verified)")
        }
        #expect(try tool("log", "-l", "past", "--json").out == tool.shell("$agentledger log --json | head -n 700").out)
        #expect(try tool("stat", "-l", "past").out.contains(/(?m)^forked from +[-0-9a-f]{36} at position 700$/))
        #expect(try tool("import", "-l", "past", "-", input: Tool.commands).status == 0)
        #expect(try tool("stat", "--json").json()["root"] as? String == before["root"] as? String)
        expectFailure(try tool("fork", "--into", "past"), "past", "it holds", "choose a path that holds nothing")
        expectFailure(try tool("fork", "--at", "99999", "--into", "new"), "position 99999")
        expectFailure(try tool("fork"), status: 64, "--into")
        #expect(!tool.holds("new") && !tool.holds("new.partial"))
    }

    @Test("log chooses by actor, organization and time of recording")
    func log() throws {
        let tool = try Tool.withLedger()
        func positions(_ arguments: String) throws -> [Substring] {
            try tool.shell("$agentledger log \(arguments)").out.split(separator: "\n").map { $0.prefix { $0 != " " } }
        }
        #expect(try positions("--actor system:test") == ["1", "2", "3"])
        #expect(try positions("--actor system:other").isEmpty)
        #expect(try positions("--organization acme --limit 1") == ["1"])
        #expect(try positions("--organization \(Tool.organization) --type workflow.created") == ["2"])
        #expect(try positions("--since 2000-01-01 --until 2999-01-01") == ["1", "2", "3"])
        #expect(try positions("--until 2000-01-01").isEmpty)
        #expect(try positions("--since 2999-01-01").isEmpty)
        expectFailure(try tool("log", "--organization", "emca"), "emca", "agentledger list organizations")
        expectFailure(try tool("log", "--actor", "me"), status: 64, "user:ID")
        expectFailure(try tool("log", "--since", "someday"), status: 64, "2025-08-01")
        expectFailure(try tool("log", "--format", "csv"), status: 64, "table, json or jsonl")
        expectFailure(try tool("log", "--follow", "--until", "2025-01-01"), status: 64, "--follow")
        let json = try tool("log", "--format", "json").out
        #expect((try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [Any])?.count == 3)
        #expect(try tool("log", "--format", "jsonl").out == tool("log", "--json").out)
        #expect(try tool("log", "--format", "json", "--after", "9").out == "[]\n")
    }

    @Test("log --correlation prints each event under its cause")
    func correlation() throws {
        let tool = try Tool.withRuns()
        let run = try self.first("SELECT id FROM workflow_executions ORDER BY id LIMIT 1", tool)
        let lines = try tool("log", "--correlation", run).out.split(separator: "\n")
        // Every span is a cause; beneath it is what it became, with the usage that that brought.
        #expect(lines.contains { $0.contains("Z    workflow_execution.queued ") })
        #expect(lines.contains { $0.contains(/Z      usage_record.recorded +system:import/) })
        let agents = lines.filter { $0.contains("  agent_execution.queued ") }.count
        let counts = ["model_call", "tool_call"].map { kind in
            lines.filter { $0.contains("Z    \(kind).recorded ") }.count
        }
        let known = try self.first(
            """
            SELECT (SELECT count(*) FROM agent_executions WHERE workflow_execution_id = w.id), model_calls, tool_calls
            FROM workflow_executions w WHERE id = '\(run)'
            """, tool)
        #expect(known == "\(agents),\(counts[0]),\(counts[1])" && counts[0] > 0 && counts[1] > 0)
        let audited = try self.first("SELECT count(*) FROM audit_logs WHERE correlation_id = '\(run)'", tool)
        let spans = lines.filter { $0.contains("Z  trace_span.recorded ") }.count
        #expect(spans > counts[0] && audited == String(lines.count - spans))
        let events = try tool("log", "--correlation", run, "--json", "--type", "usage_record.recorded").out
        #expect(events.hasPrefix(#"{"depth":2,"position":"#))
        expectFailure(try tool("log", "--correlation", "x"), "there is no workflow_execution")
        expectFailure(
            try tool("log", "--correlation", Tool.workflow), "no event belongs to \(Tool.workflow)", "agentledger list")
    }

    @Test("colours are for terminals, and for those who did not ask for none")
    func colours() throws {
        let tool = try Tool.withLedger()
        #expect(!(try tool("diff", "--from", "0").out.contains("\u{1B}")))
        let terminal = "TERM=xterm script -qec \"$agentledger diff --from 0\" /dev/null"
        #expect(try tool.shell(terminal).out.contains("\u{1B}[32m+ workflow"))
        #expect(!(try tool.shell("NO_COLOR=1 \(terminal)").out.contains("\u{1B}[32m")))
    }

    static let invoice = "0198c001-0000-7000-8000-000000000001"
    /// Half as dear from the middle of the runs on; and the runs themselves have a price.
    static let prices = """
        {"command":"price.set","data":{"usage_type":"input_tokens","provider":"openai","model":"gpt-4.1",\
        "amount":"2","effective_from":"2025-01-01"}}
        {"command":"price.set","data":{"usage_type":"input_tokens","provider":"openai","model":"gpt-4.1",\
        "amount":"1","effective_from":"2025-08-01T16:21:30Z"}}
        {"command":"price.set","data":{"usage_type":"workflow_execution","amount":"0.05","effective_from":"2025-01-01"}}

        """

    @Test("replay --prices shows invoices as billed and as they would be, and writes nothing")
    func prices() throws {
        let tool = try Tool()
        #expect(try tool("init").status == 0)
        let demo = Tool.repository.appendingPathComponent("tools/demo/prices.commands.jsonl").path
        #expect(try tool("import", demo).status == 0)
        #expect(try tool("import", Tool.traces).status == 0)
        let organization = try self.first("SELECT id FROM organizations", tool)
        let draft = """
            {"command":"invoice.draft","occurred_at":"2025-09-01T08:00:00Z","data":{"invoice_id":"\(Self.invoice)",\
            "organization_id":"\(organization)","period_start":"2025-08-01","period_end":"2025-08-31"}}
            """
        #expect(try tool("execute", draft).status == 0)
        try tool.write(Self.prices, to: "prices.jsonl")
        let root = try tool("stat", "--json").json()["root"] as? String
        let answer = try tool("replay", "--prices", "prices.jsonl")
        #expect(
            answer.out == """
                invoice \(Self.invoice)  draft  2025-08-01 to 2025-08-31  USD
                line                                   quantity  unit price    billed  other price  would be  difference
                -------------------------  --------------------  ----------  --------  -----------  --------  ----------
                gpt-4.1 input tokens       1,113,944 -> 482,256    0.000002  2.227888     0.000002  0.964512   -1.263376
                gpt-4.1 input tokens                    631,688           ∅         ∅     0.000001  0.631688   +0.631688
                gpt-4.1 output tokens                    21,386    0.000008  0.171088     0.000008  0.171088           0
                workflow execution                           20           ∅         ∅         0.05         1          +1
                subtotal, rounded by line                                         2.4                   2.76       +0.36
                tax                                                                 0                      0           0
                total                                                             2.4                   2.76       +0.36
                20 records had no price, 0 would have none

                """, "\(answer.out)")
        #expect(answer.error == "1 invoice: 2.4 USD billed, 2.76 by prices.jsonl, +0.36\n")
        let json = try tool("replay", "--prices", "prices.jsonl", "--invoice", Self.invoice, "--json").json()
        #expect(json["difference"] as? String == "0.36" && (json["lines"] as? [Any])?.count == 4)
        #expect(try tool("replay", "--prices", demo).error.hasSuffix("2.4 by \(demo), 0\n"))
        #expect(try tool("stat", "--json").json()["root"] as? String == root)
        expectFailure(try tool("replay", "--prices", "gone"), "gone", "there is no such file")
        expectFailure(try tool("replay", "--prices", "-", input: draft), "line 1", "price.set")
        expectFailure(try tool("replay", "--prices", "-"), "sets no price")
        expectFailure(
            try tool("replay", "--prices", demo, "--invoice", organization), "there is no invoice \(organization)")
        expectFailure(try tool("replay", "--invoice", Self.invoice), status: 64, "--prices")
        expectFailure(try tool("replay", "--prices", demo, "--record"), status: 64, "--record")
    }
}
