import LedgerDomain
import LedgerEvents
import LedgerSimulation
import Testing

@testable import AgentLedger

@Suite("A simulation in a ledger")
struct SimulatorTests {
    /// Two months and more, so that everything happens: invoices become overdue, customers leave.
    static let everything = CompanySimulation.Extent.executions(1400)

    @Test("no command is refused, and each leads to the events that were announced", arguments: [1, 2, 20_250_801])
    func accepted(seed: UInt64) async throws {
        let scratch = try Scratch()
        let ledger = try Ledger.create(at: scratch.file("ledger"))
        // Throws for a refusal and for a command that changes nothing; the message names the command.
        let report = try await Simulator(ledger).run(CompanySimulation(seed: seed, until: Self.everything))
        #expect(report.position.value == UInt64(report.tally.events), "seed \(seed)")
        #expect(report.position == (try ledger.log.head()))
        #expect(report.tally.executions == 1400)
        #expect(
            try rows(
                """
                SELECT COUNT(*) FROM workflow_executions
                WHERE status IN ('queued', 'pending', 'running', 'paused')
                """, of: ledger.path) == [["0"]], "seed \(seed)")
        try Self.expectOpenAndClosed(in: ledger, seed)
        // Checkpoints are moved by whoever runs the policies.
        _ = try await ledger.runPolicies(until: nil)
        try await TelemetryShow.run(ledger, in: scratch)
        try await AdoptionShow.run(ledger)
        try await CommandFileShow.run(ledger, in: scratch)
        try Self.expectEveryEvent(in: ledger, seed)
    }

    /// Of each table with things that begin and end, some are open at the end and some are not.
    private static func expectOpenAndClosed(in ledger: Ledger, _ seed: UInt64) throws {
        let open: KeyValuePairs = [
            "container_resources": "released_at IS NULL", "integrations": "removed_at IS NULL",
            "marketplace_integrations": "status = 'published'", "agent_types": "retired_at IS NULL",
            "workflow_triggers": "removed_at IS NULL", "conversations": "status = 'active'",
            "tasks": "status NOT IN ('completed', 'failed', 'cancelled', 'timeout')", "approvals": "status = 'pending'",
            "projects": "status <> 'completed'", "project_steps": "status IN ('pending', 'in_progress')",
            "document_collections": "removed_at IS NULL", "alerts": "status = 'open'",
            "evaluation_results": "agent_execution_id IS NULL", "api_keys": "revoked_at IS NULL",
        ]
        for (table, condition) in open {
            let counts = try rows(
                "SELECT COUNT(*) FILTER (WHERE \(condition)), COUNT(*) FROM \(table)", of: ledger.path)[0]
            #expect(counts[0] != "0" && counts[0] != counts[1], "\(table): \(counts), seed \(seed)")
        }
    }

    /// There is no event that neither a command nor telemetry leads to.
    private static func expectEveryEvent(in ledger: Ledger, _ seed: UInt64) throws {
        var missing: [String] = []
        for type in DomainEvent.cases.map(\.type) {
            var isThere = false
            try ledger.log.read(EventQuery(types: [type]), after: .start, limit: 1) { _ in isThere = true }
            if !isThere { missing.append(type.name) }
        }
        #expect(missing == [], "seed \(seed)")
    }

    @Test("written straight or as lines that are imported, the states are the same")
    func digests() async throws {
        let scratch = try Scratch()
        let simulation = CompanySimulation(seed: 4, until: .executions(500))
        let straight = try Ledger.create(at: scratch.file("straight"))
        let report = try await Simulator(straight).run(simulation)

        var writer = CommandWriter()
        for request in simulation { writer.write(request) }
        let file = try scratch.write(String(decoding: writer.bytes, as: UTF8.self), to: "company.jsonl")
        let imported = try Ledger.create(at: scratch.file("imported"))
        let lines = try await Importer(imported).run(
            [file], format: .commands, refused: { Issue.record("refused: \($0)") })
        #expect(lines.accepted == report.tally.commands)
        #expect(lines.after == report.position)

        let digests = try [straight, imported].map { try LedgerReader(at: $0.path).views().digests() }
        // Which lines were imported is known of the one alone.
        let lineless = digests.map { $0.filter { $0.view != "imported_line" } }
        #expect(lineless[0] == lineless[1])
        let rebuilt = try LedgerReader(at: straight.path).rebuild(to: report.position).digests()
        #expect(digests[0] == rebuilt)
    }

    @Test("a ledger that holds something is left alone")
    func notEmpty() async throws {
        let scratch = try Scratch()
        let ledger = try Ledger.create(at: scratch.file("ledger"))
        try await ledger.prepareRun()
        let head = try ledger.log.head()
        await #expect {
            try await Simulator(ledger).run(CompanySimulation(seed: 1, until: .executions(1)))
        } throws: { ($0 as? LedgerError)?.code == .notEmpty }
        #expect(try ledger.log.head() == head)
    }
}

@Suite("A pace")
struct PaceTests {
    @Test("what comes in portions is let through at the rate, however the portions fall")
    func rate() {
        var pace = Pace(eventsPerSecond: 1000)
        var now = Duration.zero
        var passed = 0
        for portion in [50, 400, 1, 3000, 20, 20, 9] {
            now += pace.wait(for: portion, at: now)
            passed += portion
        }
        #expect(abs(now / .seconds(1) - Double(passed) / 1000) < 0.001)
    }

    @Test("time that nobody used is not made up for beyond a tenth of a second")
    func burst() {
        var pace = Pace(eventsPerSecond: 1000)
        #expect(pace.wait(for: 100, at: .seconds(60)) == .zero)
        #expect(pace.wait(for: 1000, at: .seconds(60)) == .seconds(1))
    }
}
