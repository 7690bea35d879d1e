import AgentLedger
import Foundation
import LedgerDomain
import LedgerEvents
import Testing

/// Later spans correct what was derived before, through events of their own.
@Suite("Telemetry that arrives later")
struct CorrectionTests {
    private static let child = Lines.line(Lines.chat(0xC1, under: 0xB8))
    private static let agent = Lines.line(Lines.agent(0xB8, under: 0xB7))
    private static let root = Lines.line(Lines.workflow(0xB7))
    private static let late = Lines.line(Lines.chat(0xC2, under: 0xB8, from: 12, to: 15, input: 1000, output: 100))

    private static let summary = """
        SELECT w.name, r.status, r.started_at, r.model_calls, r.total_tokens_used,
        (SELECT count(*) FROM model_calls c WHERE c.agent_execution_id IS NOT NULL)
        FROM workflow_executions r JOIN workflows w ON w.id = r.workflow_id
        """

    @Test("waits for the root and all parents before a run is derived, and says so")
    func pending() async throws {
        let ledger = try TelemetryLedger()
        let first = try await ledger.take([Self.child])
        #expect(first.pendingTraces == 1)
        #expect(try ledger.rows("SELECT count(*) FROM workflow_executions") == [["0"]])
        #expect(
            try ledger.rows("SELECT waits_for, spans, waiting, missing_parents, missing_span_ids FROM pending_traces")
                == [["the root", "1", "1", "1", #"["00000000000000b8"]"#]])
        try await ledger.take([Self.agent])
        let third = try await ledger.take([Self.root])
        #expect(third.pendingTraces == 0)
        #expect(try ledger.rows("SELECT count(*) FROM pending_traces") == [["0"]])
        #expect(
            try ledger.rows(Self.summary)
                == [["Research", "completed", "2025-08-01T09:00:00.000000Z", "1", "110", "1"]])
    }

    @Test("corrects a run that was derived too early, and the past keeps showing what was known")
    func early() async throws {
        let ledger = try TelemetryLedger()
        try await ledger.take([Self.child], assembling: true)
        let early = try ledger.rows(Self.summary)
        #expect(early.count == 1)
        #expect(early[0][1] == "failed")
        #expect(try ledger.rows("SELECT error_code FROM workflow_executions") == [["interrupted"]])
        let position = try LedgerReader(at: ledger.path).position(of: .end)
        for line in [Self.agent, Self.root, Self.late] { try await ledger.take([line], assembling: true) }
        #expect(
            try ledger.rows(Self.summary)
                == [["Research", "completed", "2025-08-01T09:00:00.000000Z", "2", "1210", "2"]])
        #expect(try ledger.rows(Self.summary, at: .position(position)) == early)
        #expect(try ledger.rows("SELECT name FROM workflows") == [["Research"]])
        #expect(
            try ledger.rows("SELECT name, model_calls FROM agents a JOIN agent_executions e ON e.agent_id = a.id")
                == [["helper", "2"]])

        let whole = try TelemetryLedger()
        try await whole.take([Self.root, Self.agent, Self.child, Self.late])
        let (found, wanted) = (try ledger.tables(), try whole.tables())
        #expect(found == wanted, "\(difference(wanted, found))")
        try ledger.expectSound("after corrections")
        // Each correction is an event that names the span that made it due.
        let causes = try ledger.rows(
            "SELECT count(*) FROM audit_logs WHERE action IN ('workflow_execution.reattributed', 'model_call.revised')")
        #expect(causes != [["0"]])
    }

    @Test("keeps every version in the history of a call and of a run")
    func history() async throws {
        let ledger = try TelemetryLedger()
        try await ledger.take([Self.child], assembling: true)
        try await ledger.take([Self.agent, Self.root], assembling: true)
        let reader = try LedgerReader(at: ledger.path)
        let id = try #require(try ledger.rows("SELECT id FROM model_calls").first?.first.flatMap { ModelCallID($0) })
        var versions = 0
        try reader.history(of: "model_call", id: id.bits) { _ in versions += 1 }
        #expect(versions == 2)
        let found = try ledger.rows("SELECT id FROM workflow_executions").first?.first
        let run = try #require(found.flatMap { WorkflowExecutionID($0) })
        var statuses: [String] = []
        try reader.history(of: "workflow_execution", id: run.bits) { version in
            let place = version.table.columns.firstIndex { $0.name == "status" }
            if let place { statuses.append(version.cells[place].text ?? "") }
        }
        #expect(statuses.first == "queued")
        #expect(statuses.last == "completed")
        #expect(statuses.contains("failed"))
        let timeline = try #require(try reader.timeline(of: run))
        #expect(timeline.modelCalls == 1)
        #expect(timeline.status == .completed)
    }

    @Test("never changes an issued invoice: what was billed twice is taken back on the next one")
    func invoices() async throws {
        let ledger = try TelemetryLedger()
        let prices = ["input_tokens", "output_tokens"].map {
            #"{"command":"price.set","data":{"usage_type":"\#($0)","provider":"openai","model":"m","amount":"1","effective_from":"2025-01-01"}}"#
        }
        try await ledger.take(prices)
        // One request in two traces: the second trace is taken for a run of its own until the first one arrives.
        let other = "1af7651916cd43dd8448eb211c80319d"
        func call(_ id: Int, under parent: Int?, of trace: String, scope: String, from start: Double) -> String {
            Lines.line(
                Lines.span(
                    id, under: parent, of: trace, name: "chat m", from: start, to: 3,
                    [
                        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "m",
                        "gen_ai.response.id": "resp-1", "gen_ai.usage.input_tokens": 1_000_000,
                        "gen_ai.usage.output_tokens": 1_000_000,
                    ]), scope: scope)
        }
        try await ledger.take([call(0xD1, under: nil, of: other, scope: "com.anthropic.sdk.python", from: 2.1)])
        let organization = try #require(try ledger.rows("SELECT id FROM organizations").first?.first)
        func draft(_ id: String, at time: String) -> String {
            #"{"command":"invoice.draft","occurred_at":"\#(time)","data":{"invoice_id":"\#(id)","organization_id":"\#(organization)","period_start":"2025-08-01","period_end":"2025-08-31"}}"#
        }
        let first = "01981f3c-8a5e-7cc0-9d2b-3f1f6f3e2a11"
        let issue =
            #"{"command":"invoice.issue","occurred_at":"2025-09-01T00:00:01Z","data":{"invoice_id":"\#(first)"}}"#
        try await ledger.take([draft(first, at: "2025-09-01T00:00:00Z"), issue])
        let invoice = "SELECT subtotal, status FROM invoices WHERE id = '\(first)'"
        #expect(try ledger.rows(invoice) == [["2", "sent"]])
        // The framework's span of the same request, and another request.
        try await ledger.take(
            [
                Lines.line(Lines.workflow(0xB7)), call(0xC1, under: 0xB7, of: Lines.trace, scope: "framework", from: 2),
                Lines.line(Lines.chat(0xC2, under: 0xB7, from: 4, to: 5, input: 3_000_000, output: 2_000_000)),
            ])
        #expect(try ledger.rows(invoice) == [["2", "sent"]])
        #expect(try ledger.rows("SELECT count(*) FROM model_calls") == [["2"]])
        #expect(
            try ledger.rows("SELECT usage_type, quantity FROM usage_records WHERE reverses_id IS NOT NULL ORDER BY 1")
                == [["input_tokens", "-1000000"], ["output_tokens", "-1000000"]])
        let second = "01981f3c-8a5e-7cc0-9d2b-3f1f6f3e2a12"
        try await ledger.take([draft(second, at: "2025-09-02T00:00:00Z")])
        // 1 M + 3 M input and 1 M + 2 M output were used, and 1 M of each is on the first invoice.
        #expect(
            try ledger.rows(
                "SELECT usage_type, quantity FROM invoice_lines WHERE invoice_id = '\(second)' ORDER BY 1")
                == [["input_tokens", "3000000"], ["output_tokens", "2000000"]])
        let id = try #require(InvoiceID(first))
        let recomputed = try LedgerReader(at: ledger.path).recompute(id)
        #expect(recomputed?.isEqual == true)
    }

    @Test("assembles quiet traces by the ledger's clock, and leaves others")
    func quiet() async throws {
        let ledger = try TelemetryLedger()
        try await ledger.take([Self.child])
        let open = try Ledger.open(at: ledger.path)
        let now = open.now()
        let soon = try await open.runPolicies(until: now.advanced(bySeconds: 300))
        #expect(soon.entries.first?.seen == 0)
        let later = try await open.runPolicies(until: now.advanced(bySeconds: 700))
        #expect(later.entries.first?.policy == "trace_assembly")
        #expect(later.entries.first?.seen == 1)
        try await open.catchUp()
        // Only an inner span ever arrived: its process was killed.
        #expect(
            try ledger.rows("SELECT status, error_code, completed_at FROM workflow_executions")
                == [["failed", "interrupted", "2025-08-01T09:00:03.000000Z"]])
        let again = try await open.runPolicies(until: now.advanced(bySeconds: 1400))
        #expect(again.entries.first?.seen == 0)
    }

    @Test("keeps the traces of two organizations apart, though they have one id")
    func tenants() async throws {
        let ledger = try TelemetryLedger()
        try await ledger.take([Lines.line(Lines.workflow(0xB7, name: "mine"))])
        try await ledger.take([
            Lines.line(Lines.workflow(0xB7, name: "theirs"), Lines.chat(0xC1, under: 0xB7), service: "stranger")
        ])
        let runs = try ledger.rows(
            """
            SELECT o.slug, w.name, r.model_calls FROM workflow_executions r JOIN workflows w ON w.id = r.workflow_id
            JOIN organizations o ON o.id = r.organization_id ORDER BY 1
            """)
        #expect(runs == [["acme", "mine", "0"], ["stranger", "theirs", "1"]])
    }

    @Test("records another version of a span as a revision, and corrects the rows")
    func revisions() async throws {
        let ledger = try TelemetryLedger()
        try await ledger.take([Self.root, Self.agent, Self.child])
        let same = try await ledger.take([Self.child])
        #expect((same.accepted, same.unchanged, same.revisedSpans) == (0, 1, 0))
        let changed = try await ledger.take([Lines.line(Lines.chat(0xC1, under: 0xB8, to: 4, input: 500))])
        #expect((changed.accepted, changed.revisedSpans) == (1, 1))
        #expect(try ledger.rows("SELECT input_tokens, latency_ms FROM model_calls") == [["500", "2000"]])
        #expect(
            try ledger.rows(
                "SELECT sum(quantity) FROM usage_records WHERE voided_at IS NULL AND usage_type = 'input_tokens'")
                == [["500"]])
        #expect(try ledger.rows("SELECT count(*) FROM trace_spans") == [["3"]])
        #expect(
            try ledger.rows(
                "SELECT attributes ->> '$.\"gen_ai.usage.input_tokens\"' FROM trace_spans WHERE span_id = '00000000000000c1'"
            )
                == [["500"]])
        try ledger.expectSound("after a revision")
    }

    @Test("says what would change if the spans were read again: nothing, as long as this version reads them")
    func reinterpretation() async throws {
        let ledger = try TelemetryLedger()
        try await ledger.take(try Setups.lines("langgraph-anthropic-openinference"))
        let reader = try LedgerReader(at: ledger.path)
        let traces = try await reader.reinterpret { Issue.record("would change: \($0.thing) \($0.kind)") }
        #expect(traces > 0)
    }
}
