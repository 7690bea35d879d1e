import LedgerDomain
import LedgerEvents
import LedgerSimulation
import Seeded
import Testing

@testable import AgentLedger

@Suite("Policies in a simulated company")
struct PolicySimulationTests {
    /// What policies do themselves here, so that the company's own people and machines leave it to them; and what ends
    /// the billing of an organization for good, whatever was billed by then.
    private static func isLeftToPolicies(_ command: DomainCommand) -> Bool {
        switch command {
        case .organization(.startQuotaPeriod), .organization(.delete), .invoice, .usageRecord(.void): true
        case .organization, .user, .membership, .agent, .workflow, .workflowExecution, .agentExecution, .modelCall,
            .toolCall, .logLine, .metric, .evaluation, .price, .usageRecord, .clock, .policy, .projectionRebuild,
            .export, .replay, .accessDenial, .retentionPolicy, .alertRule, .alert, .workflowTrigger, .workflowNode,
            .integration, .agentType, .containerAllocation, .marketplaceListing, .conversation, .conversationMessage,
            .task, .taskComment, .project, .projectStep, .deliverable, .deliverableVersion, .documentCollection,
            .document, .documentChunk, .traceResource, .traceSpan, .logRecord, .refusedSpan, .unchangedLine,
            .traceAssembly,
            .modelAlias, .adoptedRow:
            false
        }
    }

    /// What must not depend on how often somebody runs the policies.
    private static let questions = [
        """
        SELECT organization_id, period_start, period_end, currency, subtotal, tax_rate, status FROM invoices
        ORDER BY organization_id, period_start, currency
        """,
        "SELECT id, monthly_reset_date, monthly_executions_used FROM organizations ORDER BY id",
        "SELECT resource_id, usage_type, quantity, invoice_id FROM usage_records ORDER BY id",
        "SELECT name FROM policies ORDER BY name",
    ]

    @Test(
        "bills and quota periods are the same however often policies run, and a rebuild equals live",
        arguments: [UInt64.random(in: 0 ... .max)])
    func intervals(seed: UInt64) async throws {
        let often = try await Self.live(seed: seed, perMille: 20)
        let seldom = try await Self.live(seed: seed, perMille: 1)
        let once = try await Self.live(seed: seed, perMille: 0)
        #expect(often.runs > seldom.runs && seldom.runs > once.runs, "seed \(seed)")
        for question in Self.questions {
            let answers = try [often, seldom, once].map { try rows(question, of: $0.ledger.path) }
            #expect(!answers[0].isEmpty, "seed \(seed)")
            #expect(answers[0] == answers[1], "seed \(seed): \(question)")
            #expect(answers[0] == answers[2], "seed \(seed): \(question)")
        }
        for life in [often, seldom, once] {
            #expect(try LedgerReader(at: life.ledger.path).replay().differences == [], "seed \(seed)")
        }
    }

    private struct Life {
        let scratch: Scratch
        let ledger: Ledger
        var runs = 0
    }

    /// Three months of a company, with policies run at random moments between its commands, and at the end.
    private static func live(seed: UInt64, perMille: Int) async throws -> Life {
        let scratch = try Scratch()
        var life = Life(scratch: scratch, ledger: try Ledger.create(at: scratch.file("ledger")))
        var random = SplitMix64(seed: seed &+ UInt64(perMille))
        var waiting: [CommandRequest] = []
        for request in CompanySimulation(seed: seed, until: .executions(1000))
        where !self.isLeftToPolicies(request.command) {
            waiting.append(request)
            let isDue = Int.random(in: 0..<1000, using: &random) < perMille
            guard isDue || waiting.count >= 4096 else { continue }
            try await self.execute(&waiting, in: life.ledger)
            if isDue { try await self.runPolicies(&life, until: nil) }
        }
        try await self.execute(&waiting, in: life.ledger)
        try await self.runPolicies(&life, until: Instant("2025-12-01T00:00:00Z"))
        return life
    }

    private static func execute(_ requests: inout [CommandRequest], in ledger: Ledger) async throws {
        _ = try await ledger.execute(requests)
        requests.removeAll()
    }

    private static func runPolicies(_ life: inout Life, until time: Instant?) async throws {
        life.runs += 1
        _ = try await life.ledger.runPolicies([MonthlyQuotaReset.self, InvoiceDrafting.self], until: time)
    }
}
