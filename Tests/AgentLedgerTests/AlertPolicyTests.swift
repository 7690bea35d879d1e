import AgentLedger
import LedgerDomain
import LedgerEvents
import Testing

@Suite("Evaluating alert rules")
struct AlertPolicyTests {
    let scratch: Scratch
    let ledger: Ledger
    static let agent = "0198c000-0000-7000-8000-0000000000d1"
    static let rule = "0198c000-0000-7000-8000-0000000000d2"

    init() async throws {
        self.scratch = try Scratch()
        self.ledger = try Ledger.create(at: self.scratch.file("ledger"))
        for (command, data) in [
            ("organization.create", #"{"organization_id":"\#(acme)","name":"Acme","slug":"acme"}"#),
            ("workflow.create", #"{"workflow_id":"\#(flow)","organization_id":"\#(acme)","name":"Flow"}"#),
            (
                "workflow.change_execution_policy",
                #"{"workflow_id":"\#(flow)","max_retries":0,"timeout_seconds":1000000}"#
            ),
            (
                "agent.create",
                #"{"agent_id":"\#(Self.agent)","organization_id":"\#(acme)","name":"writer","llm_config":{}}"#
            ),
            ("agent.activate", #"{"agent_id":"\#(Self.agent)"}"#),
        ] { try await self.ledger.perform(at: "2025-08-01", command, data) }
    }

    private func define(_ conditions: String, of agent: String? = nil) async throws {
        let agent = agent.map { #","agent_id":"\#($0)""# } ?? ""
        try await self.ledger.perform(
            at: "2025-08-01", "alert_rule.define",
            #"{"alert_rule_id":"\#(Self.rule)","organization_id":"\#(acme)","name":"rule","conditions":\#(conditions)"#
                + "\(agent)}")
    }

    /// A run that ends at a minute of the first of August, after some seconds.
    private func end(_ ending: String, minute: Int, seconds: Int = 0, agent: String? = nil) async throws {
        let run = UUIDText.format(self.ledger.makeID())
        let start = (Instant("2025-08-01T10:00:00Z") ?? .zero).advanced(bySeconds: Int64(minute * 60))
        let agent = agent.map { #","agent_id":"\#($0)""# } ?? ""
        try await self.ledger.perform(
            at: start.description, "workflow_execution.queue",
            #"{"execution_id":"\#(run)","workflow_id":"\#(flow)"\#(agent)}"#)
        try await self.ledger.restartRun(run, at: start.description)
        try await self.ledger.perform(
            at: start.advanced(bySeconds: Int64(seconds)).description, "workflow_execution.\(ending)",
            #"{"execution_id":"\#(run)"}"#)
    }

    private func alerts() throws -> [[String]] {
        try rows("SELECT status, agent_id, details FROM alerts ORDER BY triggered_at", of: self.ledger.path)
    }

    private func run(until time: String? = nil) async throws {
        let report = try await self.ledger.runPolicies(until: time.flatMap { Instant($0) })
        #expect(report["alert_evaluation"]?.refusals == [])
    }

    @Test("so many failures in a row open one alert, and a success resolves it", arguments: [true, false])
    func consecutiveFailures(isDrivenOften: Bool) async throws {
        try await self.define(#"{"status":"error","consecutive_failures":3}"#)
        for (minute, ending) in ["fail", "time_out", "complete", "fail", "fail", "time_out", "fail"].enumerated() {
            try await self.end(ending, minute: minute)
            if isDrivenOften { try await self.run() }
        }
        try await self.run()
        // As many as there were when it was looked at.
        let failures = isDrivenOften ? 3 : 4
        #expect(try self.alerts() == [["open", "", #"{"consecutive_failures":\#(failures)}"#]])
        try await self.end("complete", minute: 20)
        try await self.run()
        #expect(try self.alerts().map { $0[0] } == ["resolved"])
        #expect(try rows("SELECT resolution FROM alerts", of: self.ledger.path) == [["the condition is met no more"]])
    }

    @Test("each agent has a row of failures of its own, and a rule for one agent looks at no other")
    func agents() async throws {
        try await self.define(#"{"consecutive_failures":2}"#, of: Self.agent)
        for minute in 0..<2 { try await self.end("fail", minute: minute) }
        try await self.end("fail", minute: 3, agent: Self.agent)
        try await self.run()
        #expect(try self.alerts() == [])
        try await self.end("fail", minute: 4)
        try await self.end("fail", minute: 5, agent: Self.agent)
        try await self.run()
        #expect(try self.alerts().map { Array($0[..<2]) } == [["open", Self.agent]])
    }

    @Test("runs that take too long, one after the other, open an alert")
    func latency() async throws {
        try await self.define(#"{"latency_ms":5000,"consecutive_executions":2}"#)
        for (minute, seconds) in [6, 5, 6].enumerated() {
            try await self.end("complete", minute: minute, seconds: seconds)
        }
        try await self.run()
        #expect(try self.alerts() == [])
        try await self.end("complete", minute: 4, seconds: 6)
        try await self.run()
        #expect(try self.alerts().map { $0[0] } == ["open"])
        try await self.end("complete", minute: 5, seconds: 5)
        try await self.run()
        #expect(try self.alerts().map { $0[0] } == ["resolved"])
    }

    @Test("a share of failures within the window opens an alert, and time alone resolves it")
    func errorRate() async throws {
        try await self.define(#"{"error_rate_percent":50,"window_minutes":10,"minimum_executions":4}"#)
        for (minute, ending) in ["fail", "fail", "complete"].enumerated() { try await self.end(ending, minute: minute) }
        try await self.run()
        #expect(try self.alerts() == [])
        try await self.end("complete", minute: 3)
        try await self.run(until: "2025-08-01T10:09:59Z")
        #expect(try self.alerts() == [["open", "", #"{"executions":4,"failures":2}"#]])
        // The failures of 10:00 and 10:01 have left the window.
        try await self.run(until: "2025-08-01T10:12:00Z")
        #expect(try self.alerts().map { $0[0] } == ["resolved"])
        // Met again later, it opens another.
        for minute in 30..<34 { try await self.end("fail", minute: minute) }
        try await self.run()
        #expect(try self.alerts().map { $0[0] } == ["resolved", "open"])
    }

    @Test("an agent that is silent for too long opens an alert, and its next heartbeat resolves it")
    func heartbeat() async throws {
        try await self.define(#"{"missed_heartbeat_seconds":90}"#)
        func beat(_ time: String) async throws {
            try await self.ledger.perform(at: time, "agent.receive_heartbeat", #"{"agent_id":"\#(Self.agent)"}"#)
        }
        // Nobody has heard of it yet, and the rule names no agent.
        try await self.run(until: "2025-08-01T09:00:00Z")
        #expect(try self.alerts() == [])
        try await beat("2025-08-01T10:00:00Z")
        try await self.run(until: "2025-08-01T10:01:30Z")
        #expect(try self.alerts() == [])
        try await self.run(until: "2025-08-01T10:01:31Z")
        #expect(
            try self.alerts() == [["open", Self.agent, #"{"silent_since":"2025-08-01T10:00:00.000000Z"}"#]])
        try await self.run(until: "2025-08-01T10:05:00Z")
        #expect(try self.alerts().count == 1)
        try await beat("2025-08-01T10:06:00Z")
        try await self.run(until: "2025-08-01T10:06:30Z")
        #expect(try self.alerts().map { $0[0] } == ["resolved"])
    }

    @Test("a rule that is disabled opens nothing, and leaves open what is")
    func disabled() async throws {
        try await self.define(#"{"consecutive_failures":1}"#)
        try await self.end("fail", minute: 0)
        try await self.run()
        try await self.ledger.perform(at: "2025-08-02", "alert_rule.disable", #"{"alert_rule_id":"\#(Self.rule)"}"#)
        try await self.end("complete", minute: 1)
        try await self.end("fail", minute: 2)
        try await self.run(until: "2025-08-03")
        #expect(try self.alerts().map { $0[0] } == ["open"])
    }
}
