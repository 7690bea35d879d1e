import LedgerDomain
import LedgerEvents
import LedgerTables
import LedgerViews
import Testing

/// One of everything that the schema has a table for, and the rows that come of it.
struct SmallCompany {
    let company = Company()
    let folder: Folder
    let views: KeptViews

    init() async throws {
        self.folder = try Folder()
        self.views = try KeptViews(path: self.folder.path, log: self.company.log, origin: 7, isDisposable: true)
        let acme = try await self.company.organization("acme")
        let ada = try await self.people(acme)
        try await self.company.price("input_tokens", "2.5")
        try await self.company.price("workflow_execution", "0.125")
        let workflow = try await self.company.workflow("weekly report", of: acme)
        let run = try await self.company.started(workflow)
        try await self.facts(run, self.agents(acme, run))
        try await self.company.execute(
            .workflowExecution(
                .complete(
                    .with {
                        $0.id = run
                        $0.output = JSONText(uncheckedCanonical: #"{"pages":3}"#)
                    })))
        try await self.bill(acme)
        try await self.govern(acme)
        try await self.equip(acme)
        try await self.tick()
        try await self.alert(acme, run)
        try await self.trigger(workflow)
        try await self.node(workflow)
        try await self.integration(acme)
        try await self.collaboration(acme, ada)
        try await self.telemetry(acme)
        try await self.alias()
        try await self.adopted(acme)
        try await self.unpriced(acme)
        try self.views.catchUp()
    }

    var snapshot: LedgerSnapshot { LedgerSnapshot(views: self.views, log: self.company.log, origin: 7) }

    private func people(_ acme: OrganizationID) async throws -> UserID {
        let user = self.company.newID(User.self)
        try await self.company.execute(
            .user(
                .register(
                    .with {
                        $0.id = user
                        $0.email = "ada@example.org"
                    })))
        let membership = self.company.newID(Membership.self)
        try await self.company.execute(
            .membership(
                .add(
                    .with {
                        $0.id = membership
                        $0.organization = acme
                        $0.user = user
                        $0.role = .owner
                    })))
        let key = self.company.newID(APIKeyIdentity.self)
        try await self.company.execute(
            .organization(
                .issueAPIKey(
                    .with {
                        $0.id = acme
                        $0.key = key
                        $0.name = "ci"
                        $0.hash = String(repeating: "a", count: 64)
                        $0.prefix = "ak_1"
                    })))
        return user
    }

    private func agents(_ acme: OrganizationID, _ run: WorkflowExecutionID) async throws -> AgentExecutionID {
        let agent = self.company.newID(Agent.self)
        try await self.company.execute(
            .agent(
                .create(
                    .with {
                        $0.id = agent
                        $0.name = "writer"
                        $0.organization = acme
                        $0.configuration.llmConfig = JSONText(uncheckedCanonical: "{}")
                    })))
        let part = self.company.newID(AgentExecution.self)
        try await self.company.execute(
            .agentExecution(
                .queue(
                    .with {
                        $0.id = part
                        $0.workflowExecution = run
                        $0.agent = agent
                    })))
        try await self.company.execute(.agentExecution(.start(.with { $0.id = part })))
        return part
    }

    private func facts(_ run: WorkflowExecutionID, _ part: AgentExecutionID) async throws {
        try await self.company.call(run) {
            $0.agentExecution = part
            $0.provider = "acme-ai"
            $0.inputTokens = 1_000
            $0.latencyMilliseconds = 250
            $0.finishReasons = ["stop"]
            $0.reportedCost = Money(ExactDecimal("0.0031") ?? .zero, .usd)
        }
        try await self.company.tool(run) { $0.agentExecution = part }
        let line = self.company.newID(LogLine.self)
        try await self.company.execute(
            .logLine(
                .record(
                    .with {
                        $0.id = line
                        $0.workflowExecution = run
                        $0.agentExecution = part
                        $0.level = .warning
                        $0.message = "low on paper"
                    })))
        let metric = self.company.newID(Metric.self)
        try await self.company.execute(
            .metric(
                .record(
                    .with {
                        $0.id = metric
                        $0.agentExecution = part
                        $0.metricType = "latency"
                        $0.value = 0.25
                        $0.unit = "s"
                    })))
        for score in [50, 75] {
            let evaluation = self.company.newID(Evaluation.self)
            try await self.company.execute(
                .evaluation(
                    .record(
                        .with {
                            $0.id = evaluation
                            $0.workflowExecution = run
                            $0.evaluator = "critic"
                            $0.score = ExactDecimal(score)
                        })))
        }
    }

    private func tick() async throws {
        try await self.company.execute(.clock(.tick(.with { $0.id = PolicyClock.only })))
        try await self.company.execute(
            .policy(
                .advance(
                    .with {
                        $0.id = PolicyProgress.id(of: "overdue_invoices")
                        $0.name = "overdue_invoices"
                        $0.through = Position(7)
                    })))
    }

    private func bill(_ acme: OrganizationID) async throws {
        let invoice = self.company.newID(Invoice.self)
        try await self.company.execute(
            .invoice(
                .draft(
                    .with {
                        $0.id = invoice
                        $0.organization = acme
                        $0.periodStart = self.company.now.day.startOfMonth
                        $0.periodEnd = self.company.now.day
                        $0.taxRate = ExactDecimal("0.19") ?? .zero
                    })))
        try await self.company.execute(.invoice(.issue(.with { $0.id = invoice })))
        try await self.company.execute(
            .invoice(
                .issueCreditNote(
                    .with {
                        $0.id = invoice
                        $0.number = "CN1"
                        $0.amount = ExactDecimal("0.01") ?? .zero
                        $0.reason = "an outage"
                    })))
    }

    private func govern(_ acme: OrganizationID) async throws {
        let digest = String(repeating: "d", count: 64)
        try await self.company.execute(
            .projectionRebuild(
                .record(
                    .with {
                        $0.id = self.company.newID()
                        $0.projection = "views"
                        $0.position = Position(1)
                        $0.digest = digest
                    })))
        try await self.company.execute(
            .export(
                .record(
                    .with {
                        $0.id = self.company.newID()
                        $0.schema = "ledger"
                        $0.target = "ledger.db"
                        $0.toPosition = Position(1)
                        $0.rows = 2
                    })))
        try await self.company.execute(
            .replay(
                .record(
                    .with {
                        $0.id = self.company.newID()
                        $0.position = Position(1)
                        $0.digest = digest
                        $0.liveDigest = digest
                    })))
        try await self.company.execute(
            .accessDenial(
                .record(
                    .with {
                        $0.id = self.company.newID()
                        $0.organization = acme
                        $0.actor = "user:01980000-0000-0000-0000-000000000002"
                        $0.refusedCommand = "organization.delete"
                        $0.reason = "only owners may"
                    })))
        try await self.company.execute(
            .retentionPolicy(
                .record(
                    .with {
                        $0.id = self.company.newID()
                        $0.organization = acme
                        $0.dataKind = "log_line"
                        $0.retentionDays = 30
                    })))
    }

    private func alias() async throws {
        var alias = ModelAliasSet()
        alias.provider = "gateway"
        alias.model = "fast"
        alias.priceModel = "large"
        alias.id = ModelAliasID(bits: alias.newID(0))
        try await self.company.execute(.modelAlias(.set(alias)))
    }

    private func adopted(_ acme: OrganizationID) async throws {
        for key in ["1", "2"] {
            var row = AdoptedRowRecorded()
            row.source = "shop/public"
            row.table = "users"
            row.key = key
            row.id = AdoptedRow.id(source: row.source, table: row.table, key: key)
            row.organization = acme
            row.subject = "user:\(UserID(bits: 7))"
            row.digest = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
            row.extra = JSONText(uncheckedCanonical: #"{"slug":"Acme_Corp"}"#)
            try await self.company.execute(.adoptedRow(.record(row)))
        }
        let gone = AdoptedRow.id(source: "shop/public", table: "users", key: "2")
        try await self.company.execute(.adoptedRow(.vanish(.with { $0.id = gone })))
    }

    private func unpriced(_ acme: OrganizationID) async throws {
        try await self.company.execute(
            .usageRecord(
                .record(
                    .with {
                        $0.id = self.company.newID()
                        $0.organization = acme
                        $0.usageType = "output_tokens"
                        $0.provider = "openai"
                        $0.model = "gpt-5"
                        $0.quantity = 300_000
                        $0.requestTokens = 400_000
                    })))
    }

    private func equip(_ acme: OrganizationID) async throws {
        let agent = self.company.newID(Agent.self)
        let type = self.company.newID(AgentType.self)
        try await self.company.execute(
            .agentType(
                .define(
                    .with {
                        $0.id = type
                        $0.organization = acme
                        $0.name = "translator"
                        $0.requiredParams = ["language"]
                    })))
        try await self.company.execute(
            .agent(
                .create(
                    .with {
                        $0.id = agent
                        $0.name = "translator of French"
                        $0.organization = acme
                        $0.template = type
                        $0.configuration.llmConfig = .emptyObject
                        $0.configuration.parameters = JSONText(uncheckedCanonical: #"{"language":"fr"}"#)
                    })))
        try await self.company.execute(
            .containerAllocation(
                .allocate(
                    .with {
                        $0.id = self.company.newID()
                        $0.agent = agent
                    })))
        let listing = self.company.newID(MarketplaceListing.self)
        try await self.company.execute(
            .marketplaceListing(
                .request(
                    .with {
                        $0.id = listing
                        $0.agent = agent
                    })))
        try await self.company.execute(
            .marketplaceListing(
                .publish(
                    .with {
                        $0.id = listing
                        $0.marketplaceAgent = "fr-1"
                    })))
    }

    private func alert(_ acme: OrganizationID, _ run: WorkflowExecutionID) async throws {
        let rule = self.company.newID(AlertRule.self)
        try await self.company.execute(
            .alertRule(
                .define(
                    .with {
                        $0.id = rule
                        $0.organization = acme
                        $0.settings.name = "three failures"
                        $0.settings.conditions = JSONText(
                            uncheckedCanonical: #"{"status":"error","consecutive_failures":3}"#)
                        $0.settings.channels = JSONText(uncheckedCanonical: ##"{"slack":"#alerts"}"##)
                    })))
        let alert = self.company.newID(Alert.self)
        try await self.company.execute(
            .alert(
                .trigger(
                    .with {
                        $0.id = alert
                        $0.rule = rule
                        $0.workflowExecution = run
                    })))
    }

    private func trigger(_ workflow: WorkflowID) async throws {
        let trigger = self.company.newID(WorkflowTrigger.self)
        try await self.company.execute(.workflow(.activate(.with { $0.id = workflow })))
        try await self.company.execute(
            .workflowTrigger(
                .add(
                    .with {
                        $0.id = trigger
                        $0.workflow = workflow
                        $0.triggerType = .schedule
                        $0.settings.scheduleCron = "0 8 * * 1-5"
                    })))
        try await self.company.execute(.workflowTrigger(.fire(.with { $0.id = trigger })))
    }

    private func node(_ workflow: WorkflowID) async throws {
        let node = self.company.newID(WorkflowNode.self)
        try await self.company.execute(
            .workflowNode(
                .place(
                    .with {
                        $0.id = node
                        $0.workflow = workflow
                        $0.settings.name = "collect"
                        $0.settings.tools = ["search"]
                    })))
    }

    private func integration(_ acme: OrganizationID) async throws {
        let integration = self.company.newID(Integration.self)
        try await self.company.execute(
            .integration(
                .connect(
                    .with {
                        $0.id = integration
                        $0.organization = acme
                        $0.integrationType = "slack"
                        $0.credentials = "vault:acme/slack"
                    })))
    }
}
