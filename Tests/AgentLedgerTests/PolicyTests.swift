import AgentLedger
import LedgerDomain
import LedgerEvents
import Testing

@Suite("Policies")
struct PolicyTests {
    let scratch: Scratch
    let ledger: Ledger

    init() throws {
        self.scratch = try Scratch()
        self.ledger = try Ledger.create(at: self.scratch.file("ledger"))
    }

    /// An organization with a workflow whose runs may take a minute, and a run that runs since 10:00:00.
    private func prepare() async throws {
        try await self.ledger.perform(
            at: "2025-08-01T10:00:00Z", "organization.create",
            #"{"organization_id":"\#(acme)","name":"Acme","slug":"acme"}"#)
        try await self.ledger.perform(
            at: "2025-08-01T10:00:00Z", "workflow.create",
            #"{"workflow_id":"\#(flow)","organization_id":"\#(acme)","name":"Flow"}"#)
        try await self.handle("{}")
        try await self.ledger.startRun(run, at: "2025-08-01T10:00:00Z")
    }

    private func handle(_ errors: String) async throws {
        try await self.ledger.perform(
            at: "2025-08-01T10:00:00Z", "workflow.change_execution_policy",
            #"{"workflow_id":"\#(flow)","timeout_seconds":60,"error_handling":\#(errors)}"#)
    }

    private func fail(_ run: String, at time: String) async throws {
        try await self.ledger.perform(
            at: time, "workflow_execution.fail", #"{"execution_id":"\#(run)","error_message":"no"}"#)
    }

    private func retryAt() async throws -> Instant? {
        try await self.ledger.find(try #require(WorkflowExecutionID(run)))?.retryAt
    }

    private func status(of run: String) throws -> String {
        try rows("SELECT status FROM workflow_executions WHERE id = '\(run)'", of: self.ledger.path)[0][0]
    }

    // MARK: Timeouts

    @Test("a run that takes longer than its workflow allows is timed out, and its resources are released")
    func timeout() async throws {
        try await self.prepare()
        let early = try await self.ledger.runPolicies(until: Instant("2025-08-01T10:01:00Z"))
        #expect(early["execution_timeout"]?.accepted == 0)
        #expect(try self.status(of: run) == "running")

        let late = try await self.ledger.runPolicies(until: Instant("2025-08-01T10:01:01Z"))
        #expect(late["execution_timeout"]?.accepted == 1)
        #expect(try self.status(of: run) == "timeout")
        #expect(
            try self.ledger.types(after: early.after) == [
                "clock.ticked", "workflow_execution.timed_out", "usage_record.recorded",
                "workflow_execution.resources_released",
            ] + Self.tickCheckpoints)
    }

    /// One for each policy that hears of ticks.
    private static let tickCheckpoints = PolicyCatalog.policies.filter { $0.hears.contains("clock.ticked") }
        .map { _ in "policy.advanced" }

    @Test("while a run is paused no time passes for it, and when it is resumed its time begins anew")
    func pause() async throws {
        try await self.prepare()
        try await self.ledger.perform(
            at: "2025-08-01T10:00:30Z", "workflow_execution.pause", #"{"execution_id":"\#(run)"}"#)
        _ = try await self.ledger.runPolicies(until: Instant("2025-08-01T11:00:00Z"))
        #expect(try self.status(of: run) == "paused")
        try await self.ledger.perform(
            at: "2025-08-01T11:00:30Z", "workflow_execution.resume", #"{"execution_id":"\#(run)"}"#)
        _ = try await self.ledger.runPolicies(until: Instant("2025-08-01T11:01:30Z"))
        #expect(try self.status(of: run) == "running")
        _ = try await self.ledger.runPolicies(until: Instant("2025-08-01T11:01:31Z"))
        #expect(try self.status(of: run) == "timeout")
    }

    // MARK: Retries

    @Test("a failed run goes back to the queue while it has retries left")
    func retries() async throws {
        try await self.prepare()
        for attempt in 0..<4 {
            if attempt > 0 { try await self.ledger.restartRun(run, at: "2025-08-01T10:00:00Z") }
            try await self.fail(run, at: "2025-08-01T10:00:0\(attempt)Z")
            let report = try await self.ledger.runPolicies(until: nil)
            #expect(report["retry_scheduling"]?.accepted == (attempt < 3 ? 1 : 0), "attempt \(attempt)")
            #expect(report["retry_scheduling"]?.refused == 0)
        }
        #expect(try self.status(of: run) == "failed")
    }

    @Test("a workflow that handles errors otherwise has no retries")
    func noRetries() async throws {
        try await self.prepare()
        try await self.handle(#"{"strategy":"stop"}"#)
        try await self.fail(run, at: "2025-08-01T10:00:01Z")
        _ = try await self.ledger.runPolicies(until: nil)
        #expect(try self.status(of: run) == "failed")
    }

    @Test("a run that a trace told of is not repeated")
    func observedRun() async throws {
        try await self.prepare()
        try await self.ledger.perform(
            #"{"command":"workflow_execution.fail","occurred_at":"2025-08-01T10:00:01Z","source":{"channel":"otlp"},"#
                + #""data":{"execution_id":"\#(run)","error_message":"no"}}"#)
        _ = try await self.ledger.runPolicies(until: nil)
        #expect(try self.status(of: run) == "failed")
    }

    @Test("a back-off holds the retry back, twice as long each time, counted from the failure")
    func backoff() async throws {
        try await self.prepare()
        try await self.handle(#"{"strategy":"retry","backoff_seconds":30,"more":[1]}"#)
        try await self.fail(run, at: "2025-08-01T10:00:01Z")
        _ = try await self.ledger.runPolicies(until: nil)
        #expect(try await self.retryAt() == Instant("2025-08-01T10:00:31Z"))
        try await self.ledger.restartRun(run, at: "2025-08-01T10:00:31Z")
        try await self.fail(run, at: "2025-08-01T10:00:32Z")
        _ = try await self.ledger.runPolicies(until: nil)
        #expect(try await self.retryAt() == Instant("2025-08-01T10:01:32Z"))
        #expect(try self.status(of: run) == "queued")
    }

    @Test("a failure that somebody answered already is left alone")
    func answeredFailure() async throws {
        try await self.prepare()
        try await self.fail(run, at: "2025-08-01T10:00:01Z")
        try await self.ledger.perform(
            at: "2025-08-01T10:00:02Z", "workflow_execution.schedule_retry", #"{"execution_id":"\#(run)"}"#)
        try await self.ledger.restartRun(run, at: "2025-08-01T10:00:03Z")
        try await self.fail(run, at: "2025-08-01T10:00:04Z")
        let report = try await self.ledger.runPolicies(until: nil)
        #expect(report["retry_scheduling"]?.seen == 2)
        #expect(report["retry_scheduling"]?.accepted == 1)
        #expect(try rows("SELECT retry_count FROM workflow_executions", of: self.ledger.path) == [["2"]])
    }

    // MARK: Invoices and quotas

    @Test("a sent invoice is overdue on the day after its due date, and a paid one never")
    func overdue() async throws {
        try await self.prepare()
        let invoices = try await self.ledger.sendInvoices(due: "2025-08-20", count: 2)
        try await self.ledger.perform(
            at: "2025-08-15T00:00:00Z", "invoice.pay", #"{"invoice_id":"\#(invoices[0])"}"#)
        let sql = "SELECT status FROM invoices ORDER BY status"
        _ = try await self.ledger.runPolicies(until: Instant("2025-08-20T23:59:59Z"))
        #expect(try rows(sql, of: self.ledger.path) == [["paid"], ["sent"]])
        _ = try await self.ledger.runPolicies(until: Instant("2025-08-21T00:00:00Z"))
        #expect(try rows(sql, of: self.ledger.path) == [["overdue"], ["paid"]])
    }

    @Test("each organization's quota period begins with the month, however late the first tick of it comes")
    func quotaPeriods() async throws {
        try await self.prepare()
        try await self.ledger.perform(
            at: "2025-08-10T10:00:00Z", "organization.create", #"{"name":"Beta","slug":"beta"}"#)
        let sql = "SELECT DISTINCT monthly_reset_date FROM organizations"
        let none = try await self.ledger.runPolicies(until: Instant("2025-08-31T23:59:59Z"))
        #expect(none["monthly_quota_reset"]?.accepted == 0)
        #expect(try rows(sql, of: self.ledger.path) == [["2025-09-01"]])
        let all = try await self.ledger.runPolicies(until: Instant("2025-10-03T00:00:00Z"))
        #expect(all["monthly_quota_reset"]?.accepted == 2)
        #expect(try rows(sql, of: self.ledger.path) == [["2025-11-01"]])
        let again = try await self.ledger.runPolicies(until: Instant("2025-10-04T00:00:00Z"))
        #expect(again["monthly_quota_reset"]?.accepted == 0)
    }
}
