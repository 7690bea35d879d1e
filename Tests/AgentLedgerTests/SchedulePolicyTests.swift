import AgentLedger
import LedgerDomain
import LedgerEvents
import Testing

@Suite("Firing schedule triggers")
struct SchedulePolicyTests {
    let scratch: Scratch
    let ledger: Ledger
    static let trigger = "0198c000-0000-7000-8000-0000000000f1"

    init() async throws {
        self.scratch = try Scratch()
        self.ledger = try Ledger.create(at: self.scratch.file("ledger"))
        for (command, data) in [
            ("organization.create", #"{"organization_id":"\#(acme)","name":"Acme","slug":"acme"}"#),
            ("workflow.create", #"{"workflow_id":"\#(flow)","organization_id":"\#(acme)","name":"Flow"}"#),
            ("workflow.activate", #"{"workflow_id":"\#(flow)"}"#),
            (
                "workflow_trigger.add",
                #"{"workflow_trigger_id":"\#(Self.trigger)","workflow_id":"\#(flow)","trigger_type":"schedule","#
                    + #""schedule_cron":"0 8 * * *","max_concurrent_executions":2}"#
            ),
        ] { try await self.ledger.perform(at: "2025-08-01T08:00:00Z", command, data) }
    }

    private func tick(_ time: String) async throws -> PolicyReport.Entry? {
        try await self.ledger.runPolicies(until: Instant(time))["scheduled_triggers"]
    }

    private func runs() throws -> [[String]] {
        try rows(
            "SELECT triggered_by, created_at FROM workflow_executions ORDER BY created_at", of: self.ledger.path)
    }

    @Test("a trigger fires when it is due, for that moment and not for that of the tick")
    func due() async throws {
        #expect(try await self.tick("2025-08-02T07:59:59Z")?.accepted == 0)
        #expect(try await self.tick("2025-08-02T08:00:30Z")?.accepted == 1)
        #expect(try await self.tick("2025-08-02T09:00:00Z")?.accepted == 0)
        #expect(try self.runs() == [["schedule", "2025-08-02T08:00:00.000000Z"]])
    }

    @Test("one that was due often since the last tick fires once, for the latest moment")
    func missed() async throws {
        #expect(try await self.tick("2025-08-20T12:00:00Z")?.accepted == 1)
        #expect(try self.runs() == [["schedule", "2025-08-20T08:00:00.000000Z"]])
    }

    @Test("one that keeps as many runs going as it may is refused, with the reason, and fires the next time")
    func full() async throws {
        for day in ["2025-08-02", "2025-08-03"] { #expect(try await self.tick("\(day)T12:00:00Z")?.accepted == 1) }
        let entry = try #require(try await self.tick("2025-08-04T12:00:00Z"))
        #expect(entry.refused == 1)
        #expect(entry.refusals.first?.rejection.message.contains("max_concurrent_executions is 2") == true)
        let first = try rows("SELECT id FROM workflow_executions ORDER BY created_at", of: self.ledger.path)[0][0]
        try await self.ledger.perform(at: "2025-08-04", "workflow_execution.cancel", #"{"execution_id":"\#(first)"}"#)
        #expect(try await self.tick("2025-08-05T12:00:00Z")?.accepted == 1)
    }

    @Test("a disabled one stays silent, and what it missed meanwhile does not come after it is enabled")
    func disabled() async throws {
        let data = #"{"workflow_trigger_id":"\#(Self.trigger)"}"#
        try await self.ledger.perform(at: "2025-08-01T10:00:00Z", "workflow_trigger.disable", data)
        #expect(try await self.tick("2025-08-02T12:00:00Z")?.accepted == 0)
        try await self.ledger.perform(at: "2025-08-03T10:00:00Z", "workflow_trigger.enable", data)
        #expect(try await self.tick("2025-08-03T12:00:00Z")?.accepted == 0)
        #expect(try await self.tick("2025-08-04T12:00:00Z")?.accepted == 1)
    }

    @Test("a run's chain of causes leads over the firing to the tick")
    func causes() async throws {
        _ = try await self.tick("2025-08-02T08:00:30Z")
        let envelopes = try self.ledger.envelopes()
        let byType = Dictionary(envelopes.map { ($0.type, $0) }, uniquingKeysWith: { $1 })
        let queued = try #require(byType["workflow_execution.queued"])
        let fired = try #require(byType["workflow_trigger.fired"])
        #expect(queued.causation == fired.id)
        #expect(fired.causation == byType["clock.ticked"]?.id)
        #expect(queued.actor == .system("policy/scheduled_triggers"))
    }
}
