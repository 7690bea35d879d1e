import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerViews
import Seeded
import Testing

@Suite("Views under random operations")
struct RandomOperationsTests {
    @Test(
        "those kept live equal those rebuilt, whatever happens and whenever they catch up",
        arguments: [1, 2, 3] as [UInt64])
    func liveEqualsRebuilt(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let company = Company()
        let folder = try Folder()
        var views = try KeptViews(path: folder.path, log: company.log, origin: 1, isDisposable: true)
        var operations = Operations()
        var refused = 0
        for step in 0..<1200 {
            do {
                try await company.attempt(operations.next(company, &random))
            } catch is Rejection {
                refused += 1
            }
            if random.next() % 40 == 0 { try views.catchUp() }
            if random.next() % 300 == 0 {
                // Closed and opened again.
                views = try KeptViews(path: folder.path, log: company.log, origin: 1, isDisposable: true)
            }
            if step % 400 == 399 {
                try views.catchUp()
                let fresh = try Folder()
                let rebuilt = try KeptViews(path: fresh.path, log: company.log, origin: 1, isDisposable: true)
                try rebuilt.catchUp()
                #expect(try views.digests() == rebuilt.digests(), "seed \(seed), step \(step)")
            }
        }
        #expect(refused < 1000, "seed \(seed)")
        #expect(company.log.head().value > 500, "seed \(seed)")
    }
}

/// Commands about a handful of things, most of which are possible.
struct Operations {
    var organizations: [OrganizationID] = []
    var users: [UserID] = []
    var workflows: [WorkflowID] = []
    var runs: [WorkflowExecutionID] = []
    var parts: [(run: WorkflowExecutionID, id: AgentExecutionID)] = []
    var usage: [UsageRecordID] = []
    var invoices: [InvoiceID] = []

    mutating func next(_ company: Company, _ random: inout SplitMix64) -> DomainCommand {
        let dice = random.next() % 100
        func pick<T>(_ things: [T]) -> T? { things.isEmpty ? nil : things[Int(random.next() % UInt64(things.count))] }
        let name = "n\(random.next() % 12)"
        guard let organization = pick(self.organizations), dice > 2 else {
            let id = company.newID(Organization.self)
            self.organizations.append(id)
            return .organization(
                .create(
                    .with {
                        $0.id = id
                        $0.name = name
                        $0.slug = name
                    }))
        }
        guard let workflow = pick(self.workflows), dice > 6 else {
            let id = company.newID(Workflow.self)
            self.workflows.append(id)
            return .workflow(
                .create(
                    .with {
                        $0.id = id
                        $0.organization = organization
                        $0.name = name
                    }))
        }
        guard let run = pick(self.runs), dice > 18 else {
            let id = company.newID(WorkflowExecution.self)
            self.runs.append(id)
            let parent = dice % 3 == 0 ? pick(self.runs) : nil
            return .workflowExecution(
                .queue(
                    .with {
                        $0.id = id
                        $0.workflow = workflow
                        $0.parent = parent == id ? nil : parent
                        if dice % 4 == 1 { $0.correlation = CorrelationID(bits: UInt128(dice)) }
                    }))
        }
        switch dice {
        case 19...50: return .workflowExecution(self.step(run, &random))
        case 51...58: return self.part(of: run, company, &random)
        case 59...72:
            let part = pick(self.parts)
            var call = ModelCall()
            call.id = company.newID()
            call.workflowExecution = part?.run ?? run
            call.agentExecution = part?.id
            call.model = name
            call.inputTokens = Int(random.next() % 1000)
            call.outputTokens = Int(random.next() % 2) * 10
            return .modelCall(.record(call))
        case 73...75:
            var call = ToolCall()
            call.id = company.newID()
            call.workflowExecution = run
            call.name = name
            return .toolCall(.record(call))
        case 76...80:
            var evaluation = Evaluation()
            evaluation.id = company.newID()
            evaluation.workflowExecution = run
            evaluation.evaluator = dice % 2 == 0 ? "critic" : "judge"
            evaluation.score = ExactDecimal(Int(dice))
            return .evaluation(.record(evaluation))
        case 81...84:
            var price = Price()
            price.usageType = dice % 2 == 0 ? "input_tokens" : "workflow_execution"
            price.amount = ExactDecimal(Int(random.next() % 5))
            price.effectiveFrom = dice % 2 == 0 ? .zero : company.now
            price.id = ID(bits: price.newID(0))
            return .price(.record(price))
        case 85...88:
            let id = company.newID(UsageRecord.self)
            self.usage.append(id)
            return .usageRecord(
                .record(
                    .with {
                        $0.id = id
                        $0.organization = organization
                        $0.usageType = "workflow_execution"
                        $0.quantity = Quantity(Int(random.next() % 100))
                    }))
        case 89: return .usageRecord(.void(.with { [usage = pick(self.usage)] in $0.id = usage ?? .zero }))
        case 90...92:
            let id = company.newID(Invoice.self)
            self.invoices.append(id)
            return .invoice(
                .draft(
                    .with {
                        $0.id = id
                        $0.organization = organization
                        $0.periodEnd = company.now.day
                    }))
        case 93...96: return .invoice(self.step(pick(self.invoices) ?? .zero, &random))
        case 97:
            return .workflow(
                .rename(
                    .with {
                        $0.id = workflow
                        $0.name = name
                    }))
        case 98:
            return .organization(
                .changeSlug(
                    .with {
                        $0.id = organization
                        $0.slug = name
                    }))
        case _:
            let id = company.newID(User.self)
            self.users.append(id)
            if let user = pick(self.users), dice % 2 == 0 { return .user(.delete(.with { $0.id = user })) }
            return .user(
                .register(
                    .with {
                        $0.id = id
                        $0.email = "\(name)@example.org"
                    }))
        }
    }

    private func step(_ run: WorkflowExecutionID, _ random: inout SplitMix64) -> WorkflowExecutionCommand {
        switch random.next() % 9 {
        case 0: .dispatch(.with { $0.id = run })
        case 1: .start(.with { $0.id = run })
        case 2: .pause(.with { $0.id = run })
        case 3: .resume(.with { $0.id = run })
        case 4: .complete(.with { $0.id = run })
        case 5: .fail(.with { $0.id = run })
        case 6: .timeOut(.with { $0.id = run })
        case 7: .scheduleRetry(.with { $0.id = run })
        case _: .cancel(.with { $0.id = run })
        }
    }

    private func step(_ invoice: InvoiceID, _ random: inout SplitMix64) -> InvoiceCommand {
        switch random.next() % 4 {
        case 0: .issue(.with { $0.id = invoice })
        case 1: .pay(.with { $0.id = invoice })
        case 2: .cancel(.with { $0.id = invoice })
        case _:
            .addLine(
                .with {
                    $0.id = invoice
                    $0.description = "fee"
                    $0.unitPrice = ExactDecimal(1)
                })
        }
    }

    private mutating func part(of run: WorkflowExecutionID, _ company: Company, _ random: inout SplitMix64)
        -> DomainCommand
    {
        if let part = self.parts.randomElement(using: &random), random.next() % 3 > 0 {
            switch random.next() % 4 {
            case 0: return .agentExecution(.start(.with { $0.id = part.id }))
            case 1: return .agentExecution(.complete(.with { $0.id = part.id }))
            case 2: return .agentExecution(.fail(.with { $0.id = part.id }))
            case _: return .agentExecution(.retry(.with { $0.id = part.id }))
            }
        }
        let id = company.newID(AgentExecution.self)
        self.parts.append((run, id))
        return .agentExecution(
            .queue(
                .with {
                    $0.id = id
                    $0.workflowExecution = run
                }))
    }
}
