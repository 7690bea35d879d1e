import AgentLedger
import LedgerDomain
import LedgerEvents
import Testing

@Suite("An organization's monthly quota of runs")
struct QuotaTests {
    let scratch: Scratch
    let ledger: Ledger
    /// Ada, who owns acme.
    static let ada = "0198c000-0000-7000-8000-0000000000e1"

    init() async throws {
        self.scratch = try Scratch()
        self.ledger = try Ledger.create(at: self.scratch.file("ledger"))
        try await Self.prepare(self.ledger)
    }

    private static func prepare(_ ledger: Ledger) async throws {
        for (command, data) in [
            ("organization.create", #"{"organization_id":"\#(acme)","name":"Acme","slug":"acme"}"#),
            ("user.register", #"{"user_id":"\#(Self.ada)","email":"ada@example.org"}"#),
            ("membership.add", #"{"organization_id":"\#(acme)","user_id":"\#(Self.ada)","role":"owner"}"#),
            ("workflow.create", #"{"workflow_id":"\#(flow)","organization_id":"\#(acme)","name":"Flow"}"#),
            ("organization.set_execution_quota", #"{"organization_id":"\#(acme)","monthly_execution_quota":2}"#),
        ] { try await ledger.perform(at: "2025-08-01", command, data) }
    }

    private static func queue(_ run: String, at time: String, by actor: String) -> String {
        #"{"command":"workflow_execution.queue","actor":"\#(actor)","occurred_at":"\#(time)","#
            + #""data":{"execution_id":"\#(run)","workflow_id":"\#(flow)"}}"#
    }

    /// A run that somebody asks for.
    private func ask(
        _ run: String? = nil, at time: String = "2025-08-02", by actor: String = "user:\(ada)"
    ) async throws -> Ledger.Outcome {
        let run = run ?? UUIDText.format(self.ledger.makeID())
        return try await self.ledger.perform(Self.queue(run, at: time, by: actor))
    }

    @Test("a run beyond it is refused, and that is put on record")
    func beyond() async throws {
        #expect(try await self.ask().isAccepted)
        #expect(try await self.ask().isAccepted)
        let refusal = try #require(try await self.ask().refusal)
        #expect(refusal.reason == .notAuthorized)
        #expect(refusal.message.contains("2 of the 2 runs"))
        #expect(
            try rows("SELECT actor, command FROM access_denials", of: self.ledger.path) == [
                ["user:\(Self.ada)", "workflow_execution.queue"]
            ])
    }

    @Test("a run that is known already is not asked for again, and counts once however it goes on")
    func knownRun() async throws {
        #expect(try await self.ask(run).isAccepted)
        #expect(try await self.ask().isAccepted)
        #expect(try await self.ask(run).isUnchanged)
        try await self.ledger.restartRun(run, at: "2025-08-02")
        #expect(try await self.ask().refusal != nil)
        #expect(
            try rows("SELECT monthly_executions_used FROM organizations", of: self.ledger.path) == [["1"]])
    }

    @Test("a run that is cancelled before it starts is given back, and one that ran is not")
    func cancelled() async throws {
        #expect(try await self.ask(run).isAccepted)
        #expect(try await self.ask().isAccepted)
        try await self.ledger.perform(at: "2025-08-03", "workflow_execution.cancel", #"{"execution_id":"\#(run)"}"#)
        let second = UUIDText.format(self.ledger.makeID())
        #expect(try await self.ask(second).isAccepted)
        try await self.ledger.restartRun(second, at: "2025-08-03")
        try await self.ledger.perform(at: "2025-08-03", "workflow_execution.cancel", #"{"execution_id":"\#(second)"}"#)
        #expect(try await self.ask().refusal != nil)
    }

    @Test("it is whole again when a month begins, and at once when it is raised")
    func renewed() async throws {
        for _ in 0..<2 {
            let run = UUIDText.format(self.ledger.makeID())
            #expect(try await self.ask(run).isAccepted)
            try await self.ledger.restartRun(run, at: "2025-08-02")
        }
        #expect(try await self.ask(at: "2025-08-31").refusal != nil)
        #expect(try await self.ask(at: "2025-09-01").isAccepted)
        // Two that ran in August, and one that waits.
        #expect(try await self.ask(at: "2025-08-31").refusal != nil)
        try await self.ledger.perform(
            at: "2025-09-01", "organization.set_execution_quota",
            #"{"organization_id":"\#(acme)","monthly_execution_quota":4}"#)
        #expect(try await self.ask(at: "2025-08-31").isAccepted)
    }

    @Test("it limits trusted code and policies as anyone; only what an import reports stands whatever the quota")
    func actors() async throws {
        for actor in ["system:cli", "system:policy/scheduled_triggers"] {
            #expect(try await self.ask(by: actor).isAccepted)
        }
        for actor in ["system:cli", "system:import", "system:policy/scheduled_triggers"] {
            #expect(try await self.ask(by: actor).refusal?.reason == .notAuthorized)
        }
        let file = try self.scratch.write(
            Self.queue(UUIDText.format(self.ledger.makeID()), at: "2025-08-02", by: "system:import"), to: "run.jsonl")
        let report = try await Importer(self.ledger).run([file], refused: { Issue.record("\($0)") })
        #expect(report.accepted == 1)
    }

    @Test("what is dated ahead, into another month or not, counts now", arguments: ["system:cli", "user:\(ada)"])
    func ahead(actor: String) async throws {
        let now = try #require(Instant("2025-08-28T12:00:00Z"))
        let ledger = try Ledger.create(at: self.scratch.file("ahead"), clock: { now })
        try await Self.prepare(ledger)
        let runs = (0..<3).map { _ in UUIDText.format(ledger.makeID()) }
        for run in runs[..<2] {
            #expect(try await ledger.perform(Self.queue(run, at: "2025-08-02", by: actor)).isAccepted)
        }
        for time in ["2025-08-30", "2025-09-02", "2026-01-01", "9999-12-31"] {
            #expect(
                try await ledger.perform(Self.queue(runs[2], at: time, by: actor)).refusal?.reason == .notAuthorized)
        }
        // The quota would begin anew with a start in a month to come.
        for (verb, time) in [("dispatch", "2025-08-28"), ("start", "2025-09-02")] {
            let outcome = try await ledger.perform(
                #"{"command":"workflow_execution.\#(verb)","actor":"\#(actor)","occurred_at":"\#(time)","#
                    + #""data":{"execution_id":"\#(runs[0])"}}"#)
            #expect(outcome.isAccepted == (verb == "dispatch"), "\(outcome)")
        }
        #expect(try await ledger.perform(Self.queue(runs[2], at: "2025-08-28", by: actor)).refusal != nil)
    }

    @Test("a run that a person starts counts in the present month, whatever date they give")
    func backdated() async throws {
        try await self.ledger.restartRun(self.asked("2025-08-02"), at: "2025-08-02")
        let second = try await self.asked("2025-08-03")
        for verb in ["dispatch", "start"] {
            let outcome = try await self.ledger.perform(
                #"{"command":"workflow_execution.\#(verb)","actor":"user:\#(Self.ada)","occurred_at":"2025-07-02","#
                    + #""data":{"execution_id":"\#(second)"}}"#)
            #expect(outcome.isAccepted, "\(outcome)")
        }
        #expect(try await self.ask().refusal?.reason == .notAuthorized)
    }

    private func asked(_ time: String) async throws -> String {
        let run = UUIDText.format(self.ledger.makeID())
        #expect(try await self.ask(run, at: time).isAccepted)
        return run
    }

    @Test("it limits what people and keys ask for in an imported file as anywhere else")
    func imported() async throws {
        let lines = (0..<3).map { _ in
            Self.queue(UUIDText.format(self.ledger.makeID()), at: "2025-08-02", by: "user:\(Self.ada)") + "\n"
        }
        let file = try self.scratch.write(lines.joined(), to: "runs.jsonl")
        let report = try await Importer(self.ledger).run([file], refused: { _ in })
        #expect(report.accepted == 2)
        #expect(report.refused == 1)
    }

    @Test("of two processes that race for the last run, one takes it")
    func race() async throws {
        #expect(try await self.ask().isAccepted)
        let ledgers = try (0..<2).map { _ in try Ledger.open(at: self.ledger.path) }
        let outcomes = try await withThrowingTaskGroup(of: Ledger.Outcome.self) { group in
            for number in 0..<12 {
                let ledger = ledgers[number % 2]
                let run = UUIDText.format(ledger.makeID())
                group.addTask {
                    try await ledger.perform(Self.queue(run, at: "2025-08-02", by: "user:\(Self.ada)"))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0.isAccepted } == 1)
        #expect(outcomes.count { $0.refusal?.reason == .notAuthorized } == 11)
        #expect(try rows("SELECT COUNT(*) FROM access_denials", of: self.ledger.path) == [["11"]])
    }
}
