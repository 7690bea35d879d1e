import LedgerDomain
import LedgerEvents
import LedgerLog
import Testing

@testable import LedgerViews

@Suite("Views")
struct FoldTests {
    let company = Company()
    let folder: Folder
    let views: KeptViews

    init() throws {
        self.folder = try Folder()
        self.views = try KeptViews(path: self.folder.path, log: self.company.log, origin: 1, isDisposable: true)
    }

    private func holder(_ kind: String, _ text: String) throws -> UInt128? {
        try self.views.catchUp()
        return self.views.holder(of: LedgerEvents.EventTag(kind: kind, text: text))
    }

    @Test("know every slug's holder, former ones too, after changes and after deletion")
    func slugs() async throws {
        let acme = try await self.company.organization("acme")
        #expect(try self.holder("organization_slug", "acme") == acme.bits)
        #expect(try self.holder("organization_slug", "apex") == nil)
        try await self.company.execute(
            .organization(
                .changeSlug(
                    .with {
                        $0.id = acme
                        $0.slug = "apex"
                    })))
        #expect(try self.holder("organization_slug", "acme") == acme.bits)
        #expect(try self.holder("organization_slug", "apex") == acme.bits)
        try await self.company.execute(.organization(.suspend(.with { $0.id = acme })))
        try await self.company.execute(.organization(.cancel(.with { $0.id = acme })))
        try await self.company.execute(.organization(.delete(.with { $0.id = acme })))
        #expect(try self.holder("organization_slug", "acme") == acme.bits)
        #expect(try self.holder("organization_slug", "apex") == acme.bits)
    }

    @Test("free an address when its user is deleted or moves, and give it to the next")
    func addresses() async throws {
        let alias = "user_email"
        func register(_ email: String) async throws -> UserID {
            let id = self.company.newID(User.self)
            try await self.company.execute(
                .user(
                    .register(
                        .with {
                            $0.id = id
                            $0.email = email
                        })))
            return id
        }
        let ada = try await register("ada@example.org")
        #expect(try self.holder(alias, "ada@example.org") == ada.bits)
        try await self.company.execute(
            .user(
                .changeEmail(
                    .with {
                        $0.id = ada
                        $0.email = "countess@example.org"
                    })))
        #expect(try self.holder(alias, "ada@example.org") == nil)
        let second = try await register("ada@example.org")
        #expect(try self.holder(alias, "ada@example.org") == second.bits)
        #expect(try self.holder(alias, "countess@example.org") == ada.bits)
        try await self.company.execute(.user(.delete(.with { $0.id = ada })))
        #expect(try self.holder(alias, "countess@example.org") == nil)
    }

    @Test("say in a cache over them what changed a thing last, also before the thing was asked for")
    func lastChange() async throws {
        let acme = try await self.company.organization()
        try self.views.catchUp()
        let cache = StateCache(over: self.views, at: self.views.position)
        #expect(cache.changedAt(acme) == Position.start.next)
        #expect(cache.changedAt(self.company.newID(Organization.self)) == nil)
    }

    @Test("sum what no invoice bills: until it is billed, and again when the invoice is cancelled")
    func unbilledUsage() async throws {
        let acme = try await self.company.organization()
        try await self.company.price("image", "1")
        let wrong = try await self.company.use(3, by: acme)
        _ = try await self.company.use(4, by: acme)
        let invoice = self.company.newID(Invoice.self)
        func sums() throws -> (unbilled: ExactDecimal?, billed: ExactDecimal?, days: [Day]?) {
            try self.views.catchUp()
            let unbilled = try self.views.find(UnbilledUsage.id(acme, self.company.now.day))
            let billed = try self.views.find(ID<BilledUsage>(bits: invoice.bits))
            let calendar = try self.views.find(ID<UsageCalendar>(bits: acme.bits))
            return (unbilled?.sums.first?.quantity, billed?.days.first?.sums.first?.quantity, calendar?.days)
        }
        let today = [self.company.now.day]
        #expect(try sums() == (ExactDecimal(7), nil, today))
        // The record itself is looked up in the log.
        try await self.company.execute(.usageRecord(.void(.with { $0.id = wrong })))
        #expect(try sums() == (ExactDecimal(4), nil, today))
        try await self.company.execute(
            .invoice(
                .draft(
                    .with {
                        $0.id = invoice
                        $0.organization = acme
                        $0.periodEnd = self.company.now.day
                    })))
        #expect(try sums() == (nil, ExactDecimal(4), nil))
        try await self.company.execute(.invoice(.cancel(.with { $0.id = invoice })))
        #expect(try sums() == (ExactDecimal(4), nil, today))
    }

    @Test("sum what a run and each agent in it used, and count for nothing twice")
    func executionTotals() async throws {
        let workflow = try await self.company.workflow(of: self.company.organization())
        try await self.company.price("input_tokens", "2")
        let run = try await self.company.started(workflow)
        let agent = self.company.newID(AgentExecution.self)
        try await self.company.execute(
            .agentExecution(
                .queue(
                    .with {
                        $0.id = agent
                        $0.workflowExecution = run
                    })))
        try await self.company.call(run) {
            $0.inputTokens = 1_000_000
            $0.cachedInputTokens = 0
            $0.reportedCost = Money(ExactDecimal(3), .usd)
        }
        try await self.company.call(run) {
            $0.agentExecution = agent
            $0.inputTokens = 500_000
            $0.outputTokens = 7
            $0.reasoningTokens = 1
            $0.reportedCost = Money(ExactDecimal(1), .usd)
        }
        try await self.company.tool(run) {
            $0.agentExecution = agent
            $0.outcome = .error
        }
        try await self.company.tool(run)
        try self.views.catchUp()
        let whole = try #require(try self.views.find(ID<ExecutionTotals<WorkflowExecution>>(bits: run.bits)))
        let part = try #require(try self.views.find(ID<ExecutionTotals<AgentExecution>>(bits: agent.bits)))
        #expect([whole.modelCalls, whole.toolCalls, whole.toolErrors] == [2, 2, 1])
        #expect([part.modelCalls, part.toolCalls, part.toolErrors] == [1, 1, 1])
        #expect([whole.inputTokens, whole.outputTokens, whole.totalTokens] == [1_500_000, 8, 1_500_008])
        #expect([part.inputTokens, part.outputTokens] == [500_000, 8])
        #expect([whole.unpricedCalls, part.unpricedCalls] == [1, 1])
        #expect(whole.reportedCost.money?.description == "4 USD")
        #expect(whole.computedCost.money?.description == "2 USD")
        // The computed cost of the first, the reported one of the second.
        #expect(whole.estimatedCost.money?.description == "3 USD")
        #expect(part.estimatedCost.money?.description == "1 USD")
        let statistics = try #require(try self.views.find(ID<WorkflowStatistics>(bits: workflow.bits)))
        #expect(statistics.estimatedCost.money?.description == "3 USD")
        #expect(statistics.averageCost?.description == "3")
    }

    @Test("of costs in several currencies keep each, whatever comes first, until it is taken away")
    func currencies() throws {
        let euro = try #require(Currency("EUR"))
        func call(_ amount: Int, _ currency: Currency) -> CallAmounts {
            var call = ModelCall()
            call.reportedCost = Money(ExactDecimal(amount), currency)
            return CallAmounts(call)
        }
        let calls = [call(1, .usd), call(2, euro), call(3, .usd), call(4, try #require(Currency("CHF")))]
        var totals: [ExecutionTotals<WorkflowExecution>] = [.init(), .init()]
        for call in calls { totals[0].add(call) }
        for call in calls.reversed() { totals[1].add(call) }
        #expect(totals[0] == totals[1], "the order in which calls arrive does not matter")
        #expect(totals[0].reportedCost.amounts.map(\.description) == ["4 CHF", "2 EUR", "4 USD"])
        #expect(totals[0].estimatedCost.amounts == totals[0].reportedCost.amounts)
        #expect(totals[0].reportedCost.money == nil && totals[0].computedCost.amounts.isEmpty)
        totals[0].add(calls[3], -1)
        totals[0].add(calls[0], -1)
        #expect(totals[0].reportedCost.amounts.map(\.description) == ["2 EUR", "3 USD"])
        totals[0].add(calls[1], -1)
        #expect(totals[0].reportedCost.money?.description == "3 USD")
        totals[0].add(calls[2], -1)
        #expect(totals[0].reportedCost == CostSum())
    }

    @Test("count a workflow's runs by how they went, a retried one by its last attempt")
    func workflowStatistics() async throws {
        let workflow = try await self.company.workflow(of: self.company.organization())
        func statistics() throws -> [Int] {
            try self.views.catchUp()
            let sums = try #require(try self.views.find(ID<WorkflowStatistics>(bits: workflow.bits)))
            return [
                sums.totalExecutions, sums.successfulExecutions, sums.failedExecutions, sums.timedExecutions,
                sums.durationMilliseconds,
            ]
        }
        let first = try await self.company.started(workflow)
        #expect(try statistics() == [1, 0, 0, 0, 0])
        try await self.company.execute(.workflowExecution(.complete(.with { $0.id = first })))
        #expect(try statistics() == [1, 1, 0, 1, 1000])
        let second = try await self.company.started(workflow)
        try await self.company.execute(.workflowExecution(.fail(.with { $0.id = second })))
        #expect(try statistics() == [2, 1, 1, 2, 2000])
        try await self.company.execute(.workflowExecution(.scheduleRetry(.with { $0.id = second })))
        #expect(try statistics() == [2, 1, 0, 1, 1000])
        try await self.company.start(second)
        try await self.company.execute(.workflowExecution(.complete(.with { $0.id = second })))
        #expect(try statistics() == [2, 2, 0, 2, 2000])
        let third = try await self.company.started(workflow)
        try await self.company.execute(.workflowExecution(.timeOut(.with { $0.id = third })))
        #expect(try statistics() == [3, 2, 1, 3, 3000])
        let fourth = try await self.company.started(workflow)
        try await self.company.execute(.workflowExecution(.cancel(.with { $0.id = fourth })))
        #expect(try statistics() == [4, 2, 1, 4, 4000])
        let sums = try #require(try self.views.find(ID<WorkflowStatistics>(bits: workflow.bits)))
        #expect(sums.averageDuration == 1000)
        #expect(sums.averageCost == nil)
    }

    @Test("sum an organization's use by the month in which things happened, in UTC")
    func organizationUsage() async throws {
        let acme = try await self.company.organization()
        let workflow = try await self.company.workflow(of: acme)
        let run = try await self.company.started(workflow)
        self.company.now = Instant("2025-08-31T23:59:58Z") ?? .zero
        try await self.company.call(run) { $0.inputTokens = 1 }
        try await self.company.call(run) { $0.inputTokens = 10 }
        try await self.company.tool(run)
        try self.views.catchUp()
        func month(_ text: String) throws -> OrganizationUsage? {
            try self.views.find(OrganizationUsage.id(acme, Day(text) ?? .zero))
        }
        let august = try #require(try month("2025-08-01"))
        let september = try #require(try month("2025-09-01"))
        #expect([august.executions, august.modelCalls, august.toolCalls, august.inputTokens] == [1, 1, 0, 1])
        #expect([september.executions, september.modelCalls, september.toolCalls] == [0, 1, 1])
        #expect(september.inputTokens == 10)
        #expect(august.unpricedCalls == 1)
        #expect(august.organization == acme)
        #expect(try month("2025-10-01") == nil)
        let quota = try #require(try self.views.find(ID<QuotaUsage>(bits: acme.bits)))
        #expect(quota.executions == 1)
    }

    @Test("find a fact that the log alone keeps")
    func facts() async throws {
        let run = try await self.company.started(self.company.workflow(of: self.company.organization()))
        let id = self.company.newID(ModelCall.self)
        try await self.company.call(run) {
            $0.id = id
            $0.inputTokens = 5
        }
        try self.views.catchUp()
        #expect(try self.views.find(id)?.inputTokens == 5)
        #expect(try self.views.find(self.company.newID(ModelCall.self)) == nil)
    }
}
