import AgentLedger
import Foundation
import LedgerDomain
import Synchronization
import Testing

/// What senders do that no recorded set-up does.
@Suite("Telemetry from careless senders")
struct CarelessSenderTests {
    private static let totals = """
        SELECT (SELECT COUNT(*) FROM workflow_executions), (SELECT COUNT(*) FROM model_calls),
               (SELECT SUM(quantity) FROM usage_records WHERE usage_type LIKE '%tokens' AND voided_at IS NULL)
        """

    @Test(
        "no name is refused: it is made to fit, and names that differ stay apart",
        arguments: [
            "two\\nlines", "\\u0000", "tab\\tbed", "del\\u007f", "nel\\u0085", "   ", " padded ", "",
            String(repeating: "ü", count: 300), String(repeating: "😀", count: 300), String(repeating: "x", count: 5000),
        ])
    func names(_ name: String) async throws {
        for service in ["acme", name] {
            let ledger = try TelemetryLedger()
            let agent = Lines.span(
                2, under: 1, name: name,
                ["gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name])
            let report = try await ledger.take([
                Lines.line(Lines.workflow(1, name: name), agent, Lines.chat(3, under: 2), service: service)
            ])
            #expect(report.refused == 0)
            #expect(try ledger.rows(Self.totals) == [["1", "1", "110"]])
            #expect(try ledger.rows("SELECT COUNT(*) FROM agents WHERE LENGTH(name) BETWEEN 1 AND 255") == [["1"]])
        }
        let other = try TelemetryLedger()
        let long = String(repeating: "ü", count: 300)
        for (trace, last) in [(1, "a"), (2, "b")] {
            let id = Lines.id(trace) + Lines.id(trace)
            try await other.take([Lines.line(Lines.workflow(1, name: long + last, of: id))])
        }
        #expect(try other.rows("SELECT COUNT(DISTINCT name) FROM workflows") == [["2"]])
    }

    @Test("a call that ends before it starts is kept, and how long it took is not known")
    func endsBeforeStart() async throws {
        let ledger = try TelemetryLedger()
        let tool = Lines.span(
            4, under: 2, from: 4, to: 3, ["gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search"])
        let report = try await ledger.take([
            Lines.line(
                Lines.workflow(1), Lines.agent(2, under: 1), Lines.chat(3, under: 2, from: 3, to: 2, input: -5), tool)
        ])
        #expect(report.refused == 0)
        #expect(
            try ledger.rows("SELECT latency_ms, input_tokens, output_tokens, unknown_tokens FROM model_calls") == [
                ["", "", "10", #"["input_tokens"]"#]
            ])
        #expect(try ledger.rows("SELECT duration_ms FROM tool_calls") == [[""]])
    }

    @Test("parts of one trace in two organizations are two runs, whichever comes first, together or apart")
    func twoOrganizations() async throws {
        let lines = ["front", "back"].map {
            Lines.line(Lines.workflow(1), Lines.agent(2, under: 1), Lines.chat(3, under: 2), service: $0)
        }
        var all: [[String]] = []
        for parts in [[lines], [[lines[0]], [lines[1]]], [[lines[1]], [lines[0]]], [lines.reversed()]] {
            let ledger = try TelemetryLedger()
            for part in parts { try await ledger.take(part, assembling: true) }
            #expect(try ledger.rows(Self.totals) == [["2", "2", "220"]])
            all.append(try ledger.tables())
            let changes = Mutex(0)
            try await LedgerReader(at: ledger.path).reinterpret { _ in changes.withLock { $0 += 1 } }
            #expect(changes.withLock { $0 } == 0)
        }
        #expect(Set(all).count == 1)
    }

    @Test("usage follows a call whose end moves into another month")
    func movedEnd() async throws {
        // 2025-08-01T09:00:00Z and 23 days more.
        let early = Lines.line(Lines.workflow(1, to: 5e6), Lines.chat(2, under: 1, from: 1, to: 2))
        let late = Lines.line(Lines.chat(2, under: 1, from: 1, to: 4e6))
        let together = try TelemetryLedger()
        try await together.take([early, late])
        let apart = try TelemetryLedger()
        try await apart.take([early])
        try await apart.take([late])
        let (wanted, found) = (try together.tables(), try apart.tables())
        #expect(found == wanted, "\(difference(wanted, found))")
        let periods =
            "SELECT DISTINCT period_start FROM usage_records WHERE voided_at IS NULL AND usage_type LIKE '%tokens'"
        #expect(try apart.rows(periods) == [["2025-09-01"]])
    }

    @Test("of two versions of a span the one that ends later holds, in any order, and a repeated one adds nothing")
    func versions() async throws {
        let open = Lines.line(Self.open(1), Self.open(2, under: 1))
        let done = Lines.line(Lines.workflow(1), Lines.chat(2, under: 1))
        var all: [[String]] = []
        for order in [[open, done], [done, open], [open, done, open], [done, open, done, open]] {
            let ledger = try TelemetryLedger()
            for line in order { try await ledger.take([line], assembling: true) }
            #expect(try ledger.rows(Self.totals) == [["1", "1", "110"]])
            all.append(try ledger.tables())
            let again = try await ledger.take(order, assembling: true)
            #expect(again.accepted == 0)
            try ledger.expectSound("\(order.count) versions")
        }
        #expect(Set(all).count == 1)
    }

    @Test("a run whose end never arrives waits, and is then interrupted at the last that is known of it")
    func openRoot() async throws {
        let ledger = try TelemetryLedger()
        try await ledger.take([Lines.line(Self.open(1), Lines.chat(2, under: 1))])
        #expect(try ledger.rows("SELECT waits_for FROM pending_traces") == [["the root's end"]])
        try await ledger.take([], assembling: true)
        let runs = "SELECT status, error_code, duration_ms FROM workflow_executions"
        #expect(try ledger.rows(runs) == [["failed", "interrupted", "3000"]])
        try await ledger.take([Lines.line(Lines.workflow(1))])
        #expect(try ledger.rows(runs).first?.first == "completed")
    }

    /// As an exporter sends it that tells of what has begun.
    private static func open(_ id: Int, under parent: Int? = nil) -> String {
        Lines.span(id, under: parent, name: "begun", from: 0, to: -1_754_038_800)
    }

    @Test("spans under the names of OTLP before 0.15 are read")
    func earlierNames() async throws {
        let ledger = try TelemetryLedger()
        let line = Lines.line(Lines.workflow(1), Lines.chat(2, under: 1))
        try await ledger.take([
            line.replacing("scopeSpans", with: "instrumentationLibrarySpans")
                .replacing("\"scope\"", with: "\"instrumentationLibrary\"")
        ])
        #expect(try ledger.rows(Self.totals) == [["1", "1", "110"]])
    }
}
