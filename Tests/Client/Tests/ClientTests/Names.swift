/// No name of AgentLedger needs its module in front of it beside these.
import AgentLedger
import Foundation
import Hummingbird
import NIOCore
import Testing

/// Names of which other modules have some too.
enum Names {
    static func run(_ ledger: Ledger) async throws {
        let price = try #require(ExactDecimal("2.5"))
        #expect(Money(price, .usd).description == "2.5 USD")
        #expect(Decimal(string: "2.5") != nil && ByteBufferAllocator().buffer(capacity: 8).readableBytes == 0)
        let router = Router()
        router.get("/position") { (_: Request, _: BasicRequestContext) in "\(Position(7))" }
        let command = LedgerCommand.price(
            .set(
                usageType: "input_tokens", provider: "openai", model: "gpt-4.1", amount: price, currency: .usd,
                per: 1_000_000, effectiveFrom: Day(year: 2025, month: 8, day: 1)?.start))
        try await FirstSteps.accept(ledger, command, as: .system("example"))
        let run: WorkflowExecution? = try await ledger.state(ledger.makeID(WorkflowExecution.self))
        let agent: Agent? = try await ledger.state(ledger.makeID(Agent.self))
        let document: Document? = try await ledger.state(ledger.makeID(Document.self))
        let metric: Metric? = try await ledger.state(ledger.makeID(Metric.self))
        #expect(run == nil && agent == nil && document == nil && metric == nil)
        let query = EventQuery(types: ["price.set"], tags: [])
        let moment = Moment.time(ledger.now())
        #expect(query.items.count == 1 && "\(moment)".isEmpty == false)
    }
}
