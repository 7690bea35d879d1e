import AgentLedger
import LedgerDomain
import LedgerEvents
import Testing

@Suite("A run of policies")
struct PolicyRunTests {
    let scratch: Scratch
    let ledger: Ledger
    static let time = Instant("2025-09-01T00:00:00Z")

    init() throws {
        self.scratch = try Scratch()
        self.ledger = try Ledger.create(at: self.scratch.file("ledger"))
    }

    private init(scratch: Scratch, ledger: Ledger) {
        self.scratch = scratch
        self.ledger = ledger
    }

    /// Something to do for each policy: runs that hang, runs that failed, an invoice that is due, a month that began.
    private func prepare(runs: Int = 3) async throws {
        let time = "2025-08-01T10:00:00Z"
        try await self.ledger.perform(
            at: time, "organization.create", #"{"organization_id":"\#(acme)","name":"Acme","slug":"acme"}"#)
        try await self.ledger.perform(
            at: time, "workflow.create", #"{"workflow_id":"\#(flow)","organization_id":"\#(acme)","name":"Flow"}"#)
        try await self.ledger.perform(at: time, "workflow.activate", #"{"workflow_id":"\#(flow)"}"#)
        try await self.ledger.perform(
            at: time, "workflow_trigger.add",
            #"{"workflow_id":"\#(flow)","trigger_type":"schedule","schedule_cron":"0 8 * * *"}"#)
        try await self.ledger.perform(
            at: time, "alert_rule.define",
            #"{"organization_id":"\#(acme)","name":"any failure","conditions":{"consecutive_failures":1}}"#)
        for number in 0..<runs {
            let run = UUIDText.format(self.ledger.makeID())
            try await self.ledger.startRun(run, at: time)
            if number.isMultiple(of: 2) {
                try await self.ledger.perform(
                    at: time, "workflow_execution.fail", #"{"execution_id":"\#(run)","error_message":"no"}"#)
            }
        }
        _ = try await self.ledger.sendInvoices(due: "2025-08-20", count: 1)
        try await self.ledger.perform(
            at: time, "usage_record.record", #"{"organization_id":"\#(acme)","usage_type":"image","quantity":1}"#)
    }

    /// How often each thing that there is to do was done.
    private static func expectAllDoneOnce(_ types: [String], hanging: Int, failed: Int) {
        let counts = Dictionary(grouping: types) { $0 }.mapValues(\.count)
        #expect(counts["workflow_execution.timed_out"] == hanging)
        #expect(counts["workflow_execution.retry_scheduled"] == failed)
        #expect(counts["invoice.overdue"] == 1)
        #expect(counts["organization.quota_period_started"] == 1)
        #expect(counts["invoice.drafted"] == 1)
        #expect(counts["alert.triggered"] == 1)
        #expect(counts["workflow_trigger.fired"] == 1)
        #expect(counts["clock.ticked"] == 1)
    }

    /// A whole trace that nothing is derived from yet: an import would do that itself.
    private func recordTrace() async throws {
        var resource = TraceResource()
        resource.id = TraceResourceID(bits: self.ledger.makeID())
        resource.organization = OrganizationID(acme) ?? .zero
        var span = TraceSpan()
        span.organization = resource.organization
        span.trace = TraceID(bits: 7)
        span.span = SpanID(7)
        span.id = TraceSpan.id(of: span.span, in: span.trace, of: span.organization)
        span.resource = resource.id
        span.scope = resource.id
        span.name = "review"
        span.startNanoseconds = 1_754_042_400_000_000_000
        span.endNanoseconds = 1_754_042_401_000_000_000
        let commands: [DomainCommand] = [.traceResource(.record(resource)), .traceSpan(.record(span))]
        let requests = commands.map { CommandRequest($0, actor: .system("test"), occurredAt: span.start) }
        for outcome in try await self.ledger.execute(requests) { #expect(outcome.isAccepted, "\(outcome)") }
    }

    @Test("run again, policies change nothing")
    func twice() async throws {
        try await self.prepare()
        try await self.recordTrace()
        let first = try await self.ledger.runPolicies(until: Self.time)
        for entry in first.entries {
            #expect(entry.accepted > 0, "\(entry.policy)")
            #expect(entry.refused == 0, "\(entry.policy): \(entry.refusals)")
        }
        for time in [Self.time, nil, Instant("2025-08-31")] {
            let again = try await self.ledger.runPolicies(until: time)
            #expect(again.before == first.after)
            #expect(again.after == first.after)
            let seen = again.entries.map(\.seen)
            #expect(seen.allSatisfy { $0 == 0 })
        }
    }

    @Test("policies go by the ledger's clock, also where it is ahead of the machine's, and so do commands after them")
    func ahead() async throws {
        let clock = try #require(Instant("2025-08-03T00:00:00Z"))
        let early = PolicyRunTests(
            scratch: self.scratch, ledger: try Ledger.create(at: self.scratch.file("early"), clock: { clock }))
        try await early.prepare()
        try await early.recordTrace()
        let ada = QuotaTests.ada
        for (command, data) in [
            ("user.register", #"{"user_id":"\#(ada)","email":"ada@example.org"}"#),
            ("membership.add", #"{"organization_id":"\#(acme)","user_id":"\#(ada)","role":"owner"}"#),
        ] { try await early.ledger.perform(at: "2025-08-01", command, data) }
        let report = try await early.ledger.runPolicies(until: Self.time)
        for entry in report.entries {
            #expect(entry.accepted > 0 && entry.refused == 0, "\(entry.policy): \(entry.refusals)")
        }
        try await early.ledger.startRun(UUIDText.format(early.ledger.makeID()), at: "2025-09-01T00:00:00Z")
        let later = UUIDText.format(early.ledger.makeID())
        try await early.ledger.perform(
            at: "2025-09-01T00:00:00Z", "workflow_execution.queue",
            #"{"execution_id":"\#(later)","workflow_id":"\#(flow)"}"#)
        try await early.ledger.perform(
            at: "2025-09-01T00:00:00Z", "workflow_execution.dispatch", #"{"execution_id":"\#(later)"}"#)
        let start = { (time: String) in
            #"{"command":"workflow_execution.start","actor":"user:\#(ada)","occurred_at":"\#(time)","#
                + #""data":{"execution_id":"\#(later)"}}"#
        }
        // The ledger's clock limits what people may date ahead.
        #expect(try await early.ledger.perform(start("2025-10-02T00:00:00Z")).refusal != nil)
        #expect(try await early.ledger.perform(start("2025-09-01T00:00:00Z")).isAccepted)
    }

    @Test("an organization whose quota period did not begin with the month gets a new one on the next day")
    func lateReset() async throws {
        _ = try await self.ledger.runPolicies(until: Self.time)
        try await self.ledger.perform(
            at: "2025-08-10", "organization.create", #"{"organization_id":"\#(acme)","name":"Acme","slug":"acme"}"#)
        let report = try await self.ledger.runPolicies(until: Instant("2025-09-02T08:00:00Z"))
        #expect(report["monthly_quota_reset"]?.accepted == 1)
        let again = try await self.ledger.runPolicies(until: Instant("2025-09-03T08:00:00Z"))
        #expect(again["monthly_quota_reset"]?.accepted == 0 && again["monthly_quota_reset"]?.refused == 0)
    }

    struct Killed: Error {}

    @Test(
        "cut short before its checkpoint, it repeats nothing when another process runs it again",
        arguments: PolicyCatalog.policies.map { $0.name })
    func killed(policy: String) async throws {
        try await self.prepare(runs: 7)
        let before = try self.ledger.log.head()
        await #expect(throws: Killed.self) {
            _ = try await self.ledger.runPolicies(until: Self.time) { name, _ in
                if name == policy { throw Killed() }
            }
        }
        let done = try self.ledger.types(after: before)
        #expect(done.count > 1 && !done.contains("policy.advanced"))
        let other = try Ledger.open(at: self.ledger.path)
        _ = try await other.runPolicies(until: Self.time)
        Self.expectAllDoneOnce(try other.types(after: before), hanging: 3, failed: 4)
    }

    @Test("what somebody undid since is not done again for the same cause")
    func undone() async throws {
        try await self.prepare()
        let activate = #"{"workflow_id":"\#(flow)"}"#
        await #expect(throws: Killed.self) {
            _ = try await self.ledger.runPolicies([Pausing.self], until: nil) { _, _ in throw Killed() }
        }
        let pausedAt = try self.ledger.log.head()
        try await self.ledger.perform(at: "2025-08-02", "workflow.activate", activate)
        let report = try await self.ledger.runPolicies([Pausing.self], until: nil)
        // The first cause was answered already; the second is another one.
        #expect(report["pausing"]?.unchanged == 1)
        #expect(report["pausing"]?.accepted == 1)
        #expect(try self.ledger.types(after: pausedAt) == ["workflow.activated", "workflow.paused", "policy.advanced"])
    }

    @Test("whoever asks where an effect came from is led back to its cause")
    func causation() async throws {
        try await self.prepare()
        _ = try await self.ledger.runPolicies(until: Self.time)
        let envelopes = try self.ledger.envelopes()
        let byID = Dictionary(uniqueKeysWithValues: envelopes.map { ($0.id, $0) })
        let first = Dictionary(envelopes.map { ($0.type, $0) }, uniquingKeysWith: { first, _ in first })
        func cause(_ effect: EventType) -> Envelope? { first[effect]?.causation.flatMap { byID[$0] } }
        #expect(cause("workflow_execution.timed_out")?.type == "clock.ticked")
        #expect(cause("invoice.overdue")?.type == "clock.ticked")
        #expect(cause("organization.quota_period_started")?.type == "clock.ticked")
        let retry = try #require(first["workflow_execution.retry_scheduled"])
        let failure = try #require(cause("workflow_execution.retry_scheduled"))
        #expect(failure.type == "workflow_execution.failed")
        #expect(retry.actor == .system("policy/retry_scheduling"))
        #expect(retry.correlation == failure.correlation)
        #expect(retry.occurredAt == failure.occurredAt)
        // What a tick leads to belongs to the run that it is about.
        let timeout = try #require(first["workflow_execution.timed_out"])
        #expect(timeout.correlation != nil)
        #expect(timeout.occurredAt == Self.time)
    }

    @Test("the checkpoints are rows, and a rebuild gives them again")
    func checkpoints() async throws {
        try await self.prepare()
        _ = try await self.ledger.runPolicies(until: Self.time)
        let checkpoints = try rows("SELECT name, through_position FROM policies ORDER BY name", of: self.ledger.path)
        #expect(checkpoints.map { $0[0] } == PolicyCatalog.policies.map { $0.name }.sorted())
        #expect(try LedgerReader(at: self.ledger.path).replay().differences == [])
    }

    @Test("many ledgers at once run the policies, and each command is given once")
    func race() async throws {
        try await self.prepare(runs: 9)
        let before = try self.ledger.log.head()
        let path = self.ledger.path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { _ = try await Ledger.open(at: path).runPolicies(until: Self.time) }
            }
            try await group.waitForAll()
        }
        Self.expectAllDoneOnce(try self.ledger.types(after: before), hanging: 4, failed: 5)
    }

    @Test("policies that answer each other for ever are named, and stopped")
    func endless() async throws {
        try await self.prepare()
        await #expect {
            _ = try await self.ledger.runPolicies([Pausing.self, Activating.self, Silent.self], until: nil)
        } throws: { error in
            guard let error = error as? LedgerError, error.code == .unsettled else { return false }
            return error.message.contains("activating, pausing;")
        }
    }
}

/// Pauses every workflow that is activated.
private enum Pausing: DomainPolicy {
    static let name = "pausing"
    static let summary = "pauses what is activated"
    static let hears: [EventType] = ["workflow.activated"]
    static let gives: [String] = ["workflow.pause"]

    static func answer(_ event: DomainEvent, _ envelope: Envelope, in world: any DecisionContext) -> [PolicyCommand] {
        guard case .workflow(.activated(let activated)) = event else { return [] }
        var paused = WorkflowPaused()
        paused.id = activated.id
        return [PolicyCommand(.workflow(.pause(paused)), at: envelope.occurredAt)]
    }
}

/// Activates every workflow that is paused.
private enum Activating: DomainPolicy {
    static let name = "activating"
    static let summary = "activates what is paused"
    static let hears: [EventType] = ["workflow.paused"]
    static let gives: [String] = ["workflow.activate"]

    static func answer(_ event: DomainEvent, _ envelope: Envelope, in world: any DecisionContext) -> [PolicyCommand] {
        guard case .workflow(.paused(let paused)) = event else { return [] }
        var activated = WorkflowActivated()
        activated.id = paused.id
        return [PolicyCommand(.workflow(.activate(activated)), at: envelope.occurredAt)]
    }
}

/// Hears both and says nothing.
private enum Silent: DomainPolicy {
    static let name = "silent"
    static let summary = "says nothing"
    static let hears: [EventType] = ["workflow.activated", "workflow.paused"]
    static let gives: [String] = []

    static func answer(_ event: DomainEvent, _ envelope: Envelope, in world: any DecisionContext) -> [PolicyCommand] {
        []
    }
}
