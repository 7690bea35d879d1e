import AgentLedger
import LedgerDomain
import LedgerEvents
import Testing

@Suite("Of writers who race for one place")
struct RaceTests {
    let racers: Racers

    init() throws { self.racers = try Racers() }

    private func race(_ count: Int, _ command: (Int) -> String) async throws -> [Ledger.Outcome] {
        try await self.racers.race((0..<count).map(command))
    }

    @Test("exactly one opens the alert of a rule and an agent")
    func alerts() async throws {
        let rule = "0198c000-0000-7000-8000-0000000000d1"
        try await self.racers.ledgers[0].prepareRun()
        let defined = try await self.racers.ledgers[0].perform(
            #"{"command":"alert_rule.define","data":{"alert_rule_id":"\#(rule)","organization_id":"\#(acme)","name":"r","#
                + #""conditions":{"status":"error","consecutive_failures":3}}}"#)
        #expect(defined.isAccepted)
        let outcomes = try await self.race(20) { _ in
            #"{"command":"alert.trigger","data":{"alert_rule_id":"\#(rule)"}}"#
        }
        #expect(outcomes.count { $0.isAccepted } == 1)
        #expect(outcomes.count { $0.refusal?.reason == .notUnique } == 19)
        #expect(try rows("SELECT COUNT(*) FROM alerts", of: self.racers.path) == [["1"]])
    }

    @Test("as many runs are queued as the trigger allows, however many fire it at once")
    func firings() async throws {
        let trigger = "0198c000-0000-7000-8000-0000000000e1"
        try await self.racers.ledgers[0].prepareRun()
        let added = try await self.racers.ledgers[0].perform(
            #"{"command":"workflow_trigger.add","data":{"workflow_trigger_id":"\#(trigger)","workflow_id":"\#(flow)","#
                + #""trigger_type":"manual","max_concurrent_executions":3}}"#)
        #expect(added.isAccepted)
        let outcomes = try await self.race(20) { number in
            let run = "0198c000-0000-7000-8000-0000000001\(10 + number)"
            return #"{"command":"workflow_trigger.fire","data":{"workflow_trigger_id":"\#(trigger)","#
                + #""workflow_execution_id":"\#(run)"}}"#
        }
        #expect(outcomes.count { $0.isAccepted } == 3)
        #expect(outcomes.count { $0.refusal?.reason == .ruleBroken } == 17)
        let counted = """
            SELECT times_fired, (SELECT COUNT(*) FROM workflow_executions WHERE workflow_trigger_id = t.id)
            FROM workflow_triggers t
            """
        #expect(try rows(counted, of: self.racers.path) == [["3", "3"]])
    }
}
