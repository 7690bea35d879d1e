import AgentLedger
import Foundation
import Testing

/// Small inputs, each of which stands for a kind of fault that telemetry pipelines have.
@Suite("Small traces")
struct SmallCaseTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Fixtures/traces").standardized.path

    private static func lines(_ file: String) throws -> [String] {
        try String(contentsOfFile: "\(Self.folder)/\(file)", encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private static func ledger(_ file: String) async throws -> TelemetryLedger {
        let ledger = try TelemetryLedger()
        try await ledger.take(try Self.lines(file), assembling: true)
        return ledger
    }

    @Test("lose no value: model, tokens, cost and error of an agent's, a tool's and a retrieval's span are in the log")
    func values() async throws {
        for file in ["in", "in-b", "in-c"] {
            let ledger = try await Self.ledger("values/\(file).otlp.jsonl")
            let rows = try ledger.rows("SELECT attributes FROM trace_spans").joined().joined(separator: "\n")
            let text = try Self.lines("values/\(file).otlp.jsonl").joined()
            let values = text.matches(of: #/"(?:stringValue|intValue|doubleValue)": "?([^"}]+)/#).map { $0.output.1 }
            #expect(values.count > 2)
            for value in values where value != "acme" { #expect(rows.contains(value), "\(file): \(value)") }
        }
        let whole = try await Self.ledger("values/in-c.otlp.jsonl")
        #expect(try whole.rows("SELECT error_type FROM agent_executions") == [["E1"]])
        #expect(try whole.rows("SELECT trace_data ->> '$.\"my.custom\"' FROM agent_executions") == [["keepme"]])
    }

    @Test("come in pieces, children first: the same tables as in one piece, and for the whole again")
    func pieces() async throws {
        let parts = ["1-child", "2-agent", "3-root", "4-late", "5-tool"].map { "pieces/\($0).otlp.jsonl" }
        let whole = try await Self.ledger("pieces/all.otlp.jsonl")
        let summary =
            "SELECT w.name, r.started_at, r.model_calls, r.total_tokens_used "
            + "FROM workflow_executions r JOIN workflows w ON w.id = r.workflow_id"
        #expect(try whole.rows(summary) == [["Research", "2025-08-01T09:00:00.000000Z", "2", "1210"]])
        let helper = "SELECT a.name, e.model_calls FROM agent_executions e JOIN agents a ON a.id = e.agent_id"
        #expect(try whole.rows(helper) == [["helper", "2"]])
        let tables = try whole.tables()
        for isAssembling in [false, true] {
            let apart = try TelemetryLedger()
            for part in parts { try await apart.take(try Self.lines(part), assembling: isAssembling) }
            try await apart.take(try Self.lines("pieces/all.otlp.jsonl"))
            let found = try apart.tables()
            #expect(found == tables, "\(difference(tables, found))")
        }
    }

    @Test("with one bad span: that span is refused and kept, the others are recorded", arguments: [1, 2, 3, 5])
    func oneBadSpan(_ number: Int) async throws {
        let ledger = try await Self.ledger("refused/in\(number).otlp.jsonl")
        #expect(try ledger.rows("SELECT count(*), sum(input_tokens) FROM model_calls") == [["1", "5"]])
        #expect(try ledger.rows("SELECT name FROM workflows") == [["w"]])
        #expect(try ledger.rows("SELECT count(*) FROM trace_spans") == [["2"]])
        let refused = try ledger.rows("SELECT reason, content FROM refused_spans")
        #expect(refused.count == 1)
        #expect(refused.allSatisfy { !$0[0].isEmpty && !$0[1].isEmpty })
    }

    @Test("with a count that is none: it is unknown, and the other calls are as they were", arguments: [4, 6])
    func oneBadCount(_ number: Int) async throws {
        let ledger = try await Self.ledger("refused/in\(number).otlp.jsonl")
        #expect(
            try ledger.rows("SELECT coalesce(input_tokens, -1) FROM model_calls ORDER BY 1") == [["-1"], ["5"]])
        #expect(try ledger.rows("SELECT count(*) FROM trace_spans") == [["3"]])
        #expect(
            try ledger.rows("SELECT quantity FROM usage_records WHERE usage_type = 'input_tokens'") == [["5"]])
    }

    @Test("with a span twice, differently: the later one counts, and both are in the log")
    func twice() async throws {
        let ledger = try await Self.ledger("refused/in7.otlp.jsonl")
        #expect(try ledger.rows("SELECT input_tokens FROM model_calls") == [["9"]])
        #expect(
            try ledger.rows("SELECT sum(quantity) FROM usage_records WHERE usage_type = 'input_tokens'") == [["9"]])
    }

    @Test("with attributes that have no value")
    func noValue() async throws {
        let ledger = try await Self.ledger("refused/in-novalue.otlp.jsonl")
        #expect(try ledger.rows("SELECT count(*) FROM trace_spans") == [["1"]])
        #expect(try ledger.rows("SELECT count(*) FROM workflow_executions") == [["1"]])
    }

    @Test(
        "in any order of spans: the same tables",
        arguments: [
            ["two-scopes-normal", "two-scopes-swapped"],
            ["R1-R2ok", "R2ok-R1"],
            ["R1-R2c", "R2c-R1"],
            ["C-R2ok-R1", "R1-C-R2ok", "R1-R2ok-C", "R2ok-R1-C"],
            [
                "agents-A-R-B-C", "agents-C-B-A-R", "agents-C-R-B-A", "agents-R-A-B-C", "agents-R-B-A-C",
                "agents-R-C-A-B", "agents-R-C-B-A",
            ],
            ["agents-B2-X-A-R", "agents-R-X-B2-A"],
            ["direct-A-C-R", "direct-A-R-C", "direct-C-A-R"],
        ])
    func order(_ files: [String]) async throws {
        let tables = try await Self.ledger("order/\(files[0]).otlp.jsonl").tables()
        for file in files.dropFirst() {
            let found = try await Self.ledger("order/\(file).otlp.jsonl").tables()
            #expect(found == tables, "\(file) is not as \(files[0]):\n\(difference(tables, found))")
        }
    }

    @Test(
        "below an agent: their calls are the agent's, whatever comes first",
        arguments: [
            ("two-scopes-normal", "110"), ("two-scopes-swapped", "110"), ("real-sdk", "110"),
            ("real-sdk-memory", "110"), ("direct-A-R-C", "100"), ("direct-C-A-R", "100"), ("direct-two-lines", "100"),
        ])
    func agents(_ file: String, _ tokens: String) async throws {
        let ledger = try await Self.ledger("order/\(file).otlp.jsonl")
        #expect(
            try ledger.rows(
                "SELECT a.name, e.model_calls, e.total_tokens FROM agent_executions e JOIN agents a ON a.id = e.agent_id"
            )
                == [["helper", "1", tokens]])
        #expect(try ledger.rows("SELECT count(*), count(agent_execution_id) FROM model_calls") == [["1", "1"]])
    }

    @Test("a workflow inside a workflow is a run of its own, and the call below it counts for it")
    func inner() async throws {
        let ledger = try await Self.ledger("order/R1-R2ok-C.otlp.jsonl")
        #expect(
            try ledger.rows(
                """
                SELECT w.name, r.model_calls, coalesce(p.name, 'none') FROM workflow_executions r JOIN workflows w ON w.id = r.workflow_id
                LEFT JOIN workflow_executions o ON o.id = r.parent_execution_id
                LEFT JOIN workflows p ON p.id = o.workflow_id ORDER BY 1
                """) == [["inner", "1", "outer"], ["outer", "0", "none"]])
    }

    @Test("a request above a threshold costs what its price says")
    func threshold() async throws {
        let ledger = try TelemetryLedger()
        try await ledger.take(try Self.lines("threshold/prices.jsonl"))
        try await ledger.take(try Self.lines("threshold/in.otlp.jsonl"), assembling: true)
        #expect(try ledger.rows("SELECT computed_cost FROM model_calls") == [["7.3207375"]])
        #expect(try ledger.rows("SELECT sum(cache_write_tokens) FROM model_calls") == [["585659"]])
    }
}
