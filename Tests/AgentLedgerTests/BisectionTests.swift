import AgentLedger
import LedgerDomain
import LedgerEvents
import LedgerExporters
import LedgerSimulation
import LedgerTables
import LedgerViews
import Seeded
import Testing

@Suite("Conditions that change")
struct BisectionTests {
    /// Over states, sums, facts, usage and the audit log; most change back and forth.
    static let conditions = [
        "(SELECT count(*) FROM workflow_executions WHERE status = 'running') % 2 = 1",
        "EXISTS (SELECT 1 FROM workflow_executions WHERE status = 'running');",
        "(SELECT count(*) FROM model_calls) % 3 -- in threes",
        "SELECT sum(input_tokens) % 2 FROM agent_executions",
        "SELECT sum(total_executions) % 2 FROM workflows",
        "SELECT sum(executions) % 2 FROM organization_monthly_usage",
        "(SELECT count(*) FROM audit_logs WHERE action LIKE 'agent%') % 2",
        "(SELECT count(*) FROM usage_records WHERE invoice_id IS NULL) % 2 = 0",
        "(SELECT count(*) FROM conversation_participants) % 2",
        """
        SELECT count(*) % 2 FROM workflow_executions w JOIN model_calls m ON m.workflow_execution_id = w.id
        WHERE w.status = 'completed'
        """,
        "SELECT count(*) % 2 FROM agent_executions a JOIN workflow_executions w ON w.updated_at = a.updated_at",
        "(SELECT name FROM organizations)", "NULL", "1",
    ]

    let scratch: Scratch

    init() throws { self.scratch = try Scratch() }

    private func simulated(_ seed: UInt64, executions: Int) async throws -> LedgerReader {
        let ledger = try Ledger.create(at: self.scratch.file("ledger"))
        _ = try await Simulator(ledger).run(CompanySimulation(seed: seed, until: .executions(executions)))
        return try LedgerReader(at: ledger.path)
    }

    @Test("every change is found, and none else: those that show when each position is asked by itself")
    func every() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix64(seed: seed)
        let reader = try await self.simulated(seed, executions: 40)
        let head = try reader.log.head().value
        let from = UInt64.random(in: 0..<head - 60, using: &random)
        var answers = Self.conditions.map { _ in [Bool]() }
        let views = try KeptViews(
            path: self.scratch.file("views"), log: reader.log, origin: reader.origin, isDisposable: true)
        for position in from...from + 60 {
            try views.catchUp(to: Position(position))
            let snapshot = LedgerSnapshot(views: views, log: reader.log, origin: reader.origin)
            for (index, condition) in Self.conditions.enumerated() {
                answers[index].append(try SQLiteCondition(condition, over: snapshot).isTrue(in: snapshot))
            }
        }
        for (condition, answers) in zip(Self.conditions, answers) {
            var expected: [String] = []
            for index in answers.indices.dropFirst() where answers[index] != answers[index - 1] {
                expected.append("\(from + UInt64(index)) \(answers[index])")
            }
            var found: [String] = []
            try reader.changes(
                of: condition, from: .position(Position(from)), to: .position(Position(from + 60))
            ) { change in
                found.append("\(change.envelope.position) \(change.isTrue)")
                try Self.expectRows(change, reader) { LedgerSnapshot.isToldByTag($0.kind) }
            }
            #expect(found == expected, "seed \(seed), from \(from): \(condition)")
        }
    }

    /// The rows are those that are there when one asks for each by itself, which takes a while for some kinds.
    private static func expectRows(
        _ change: ConditionChange, _ reader: LedgerReader, where isChecked: (RowChange) -> Bool = { _ in true }
    ) throws {
        let position = change.envelope.position.value
        for row in change.rows where isChecked(row) {
            let before = try reader.row(
                of: row.kind, id: row.id, at: .position(Position(position - 1)))
            let after = try reader.row(of: row.kind, id: row.id, at: .position(Position(position)))
            #expect(row.before == before?.cells && row.after == after?.cells)
            #expect(!row.columns.isEmpty)
        }
    }

    @Test("what becomes true once is found by halving: the event, and what it did")
    func once() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        let reader = try await self.simulated(seed, executions: 40)
        var queued: [Position] = []
        try reader.log.read(EventQuery(types: [WorkflowExecutionQueued.type])) { queued.append($0.position) }
        for count in [1, 17, queued.count] {
            let change = try reader.bisect("(SELECT count(*) FROM workflow_executions) >= \(count)")
            #expect(change.envelope.position == queued[count - 1], "seed \(seed)")
            #expect(change.envelope.type == WorkflowExecutionQueued.type)
            #expect(change.isTrue)
            let row = try #require(change.rows.first { $0.table.name == "workflow_executions" })
            #expect(row.before == nil && row.after != nil)
            try Self.expectRows(change, reader)
            // From just before it, too.
            let from = Moment.position(Position(queued[count - 1].value - 1))
            let again = try reader.bisect(
                "SELECT count(*) >= \(count) FROM workflow_executions", from: from, to: .position(queued[count - 1]))
            #expect(again.envelope == change.envelope)
        }
    }

    @Test("where nothing changes between the ends, that is told, and nothing else is made up")
    func unchanged() async throws {
        let reader = try await self.simulated(3, executions: 2)
        func code(_ condition: String, from: Moment = .position(.start), to: Moment = .end) -> LedgerError.Code? {
            let error = #expect(throws: LedgerError.self) { try reader.bisect(condition, from: from, to: to) }
            return error?.code
        }
        #expect(code("1") == .unchanged)
        #expect(code("0") == .unchanged)
        #expect(code("(SELECT count(*) FROM organizations) = 0") == .unchanged)
        #expect(code("1", from: .position(Position(5)), to: .position(Position(5))) == .unchanged)
        #expect(code("1", from: .position(Position(5)), to: .position(Position(4))) == .unchanged)
        for condition in ["SELECT FROM", "(SELECT 1 FROM cats)", "1); SELECT (1", "", "DELETE FROM agents"] {
            #expect(throws: QueryError.self, "\(condition)") { try reader.bisect(condition) }
        }
    }
}
