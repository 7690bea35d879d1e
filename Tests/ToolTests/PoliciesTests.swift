import Foundation
import Testing

@Suite("agentledger policies")
struct PoliciesTests {
    private static let run = "0198c000-0000-7000-8000-000000000003"

    /// A ledger with a run that hangs since 09:00:03.
    private func hanging() throws -> Tool {
        let tool = try Tool.withLedger()
        let lines = ["queue", "dispatch", "start"].map { verb in
            let workflow = verb == "queue" ? #","workflow_id":"\#(Tool.workflow)""# : ""
            return #"{"command":"workflow_execution.\#(verb)","occurred_at":"2025-08-01T09:00:03Z","#
                + #""data":{"execution_id":"\#(Self.run)"\#(workflow)}}"# + "\n"
        }
        #expect(try tool("import", "-", input: lines.joined()).status == 0)
        return tool
    }

    @Test("a run says of each policy what it did, and a second one that there was nothing to do")
    func table() throws {
        let tool = try self.hanging()
        let answer = try tool("policies", "run", "--until", "2025-08-01T11:00:00Z")
        #expect(answer.status == 0)
        let lines = answer.out.split(separator: "\n")
        #expect(lines.first == "POLICY               EVENTS  ACCEPTED  UNCHANGED  REFUSED")
        #expect(lines.contains("execution_timeout         1         1          0        0"))
        #expect(answer.error.contains("events appended"))
        let again = try tool("policies", "run", "--until", "2025-08-01T11:00:00Z")
        #expect(again.out.contains("execution_timeout         0         0          0        0"))
        #expect(again.error.contains("0 events appended"))
    }

    @Test("JSON has the positions before and after, and each policy's counts and refusals")
    func json() throws {
        let tool = try self.hanging()
        let answer = try tool("policies", "run", "--until", "2025-08-01T11:00:00Z", "--json").json()
        #expect(answer["position_before"] as? Int == 6)
        let policies = try #require(answer["policies"] as? [[String: Any]])
        let timeout = try #require(policies.first { $0["policy"] as? String == "execution_timeout" })
        #expect(timeout["accepted"] as? Int == 1)
        #expect((timeout["refusals"] as? [Any])?.isEmpty == true)
    }

    @Test("without --until it is as late as the machine says")
    func now() throws {
        let tool = try self.hanging()
        #expect(try tool("policies", "run").status == 0)
        let status = try tool("query", "SELECT status FROM workflow_executions", "--json")
        #expect(status.out.contains("timeout"))
    }

    @Test("the log leads from an effect back to its cause")
    func causes() throws {
        let tool = try self.hanging()
        try tool("policies", "run", "--until", "2025-08-01T11:00:00Z")
        let effect = try tool("log", "--type", "workflow_execution.timed_out", "--json").json()
        let cause = try tool("log", "--type", "clock.ticked", "--json").json()
        #expect(effect["actor"] as? String == "system:policy/execution_timeout")
        #expect(effect["causation_id"] as? String == cause["event_id"] as? String)
    }

    @Test("a time ahead of the machine's clock needs --ahead")
    func ahead() throws {
        let tool = try self.hanging()
        expectFailure(
            try tool("policies", "run", "--until", "2999-01-01"), status: 64, "ahead of this machine's clock", "--ahead"
        )
        let answer = try tool("policies", "run", "--until", "2999-01-01", "--ahead")
        #expect(answer.status == 0 && answer.error.contains("the ledger's time is 2999-01-01T00:00:00.000000Z"))
    }

    @Test("a tick ahead of the machine's clock needs --ahead by execute and import too, and stat says of it")
    func tick() throws {
        let tool = try Tool.withLedger()
        let tick = #"{"command":"clock.tick","data":{"time":"2999-01-01T00:00:00Z"}}"#
        let late = #"{"command":"clock.tick","occurred_at":"2999-01-01T00:00:00Z","data":{}}"#
        for command in [tick, late] {
            expectFailure(try tool("execute", command), "ahead of this machine's clock", "--ahead")
            let answer = try tool("import", "-", input: command + "\n")
            #expect(answer.status == 1 && answer.error.contains("ahead of this machine's clock"), "\(answer)")
        }
        #expect(!(try tool("stat").error.contains("ahead of")))
        #expect(try tool("execute", "--ahead", tick).status == 0)
        let later = tick.replacingOccurrences(of: "2999", with: "3999")
        #expect(try tool("import", "--ahead", "-", input: later + "\n").status == 0)
        #expect(try tool("stat").error.contains("the ledger's clock says 3999-01-01T00:00:00.000000Z, ahead of"))
        #expect(try tool("stat", "--json").json()["ledger_time"] as? String == "3999-01-01T00:00:00.000000Z")
        #expect(try tool("policies", "run").error.contains("ahead of this machine's"))
    }

    @Test("--dry-run tells what would come of it, and leaves the ledger as it is")
    func dryRun() throws {
        let tool = try self.hanging()
        let before = try tool("stat", "--json").json()
        let answer = try tool("policies", "run", "--until", "2025-08-01T11:00:00Z", "--dry-run")
        #expect(answer.out.contains("execution_timeout         1         1          0        0"))
        #expect(answer.error.contains("would be appended") && answer.error.contains("2025-08-01T11:00:00"))
        let after = try tool("stat", "--json").json()
        #expect(after["root"] as? String == before["root"] as? String)
        #expect(try tool("policies", "run", "--dry-run", "--json").json()["dry_run"] as? Bool == true)
    }

    @Test("a time that is none is refused, and so is a verb that is none")
    func usage() throws {
        let tool = try Tool.withLedger()
        expectFailure(try tool("policies", "run", "--until", "noon"), status: 64, "until", "2025-08-01T16:20:44Z")
        expectFailure(try tool("policies", "frobnicate"), status: 64, "frobnicate")
    }
}
