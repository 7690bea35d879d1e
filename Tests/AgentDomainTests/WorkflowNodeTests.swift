import LedgerDomain
import LedgerEvents
import Testing

@Suite("A workflow's node")
struct WorkflowNodeTests {
    let scenario = Scenario()
    let acme: OrganizationID
    let report: WorkflowID
    let node: WorkflowNodeID

    init() {
        self.acme = self.scenario.organization()
        self.report = self.scenario.workflow(of: self.acme)
        self.node = self.scenario.newID()
        self.scenario.accept(self.place { $0.id = self.node }, gives: "workflow_node.placed")
    }

    private var state: WorkflowNode? { self.scenario.find(self.node) }

    private func place(_ fill: (inout WorkflowNodePlaced) -> Void) -> DomainCommand {
        var placed = WorkflowNodePlaced()
        placed.id = self.scenario.newID()
        placed.workflow = self.report
        placed.settings.name = "collect"
        fill(&placed)
        return .workflowNode(.place(placed))
    }

    private func configure(_ fill: (inout WorkflowNodeSettings) -> Void) -> DomainCommand {
        var configured = WorkflowNodeConfigured()
        configured.id = self.node
        configured.settings = self.state?.settings ?? WorkflowNodeSettings()
        fill(&configured.settings)
        return .workflowNode(.configure(configured))
    }

    private func move(_ x: Int, _ y: Int) -> DomainCommand {
        .workflowNode(
            .move(
                .with {
                    $0.id = self.node
                    $0.x = x
                    $0.y = y
                }))
    }

    @Test("is an enabled specialist of gpt-4 at 0.7 with 2048 tokens, in the corner, unless it is told otherwise")
    func defaults() throws {
        let state = try #require(self.state)
        #expect(state.settings.role == .specialist)
        #expect(state.settings.modelName == "gpt-4")
        #expect(state.settings.temperature == ExactDecimal("0.7"))
        #expect(state.settings.maxTokens == 2048)
        #expect(state.settings.tools == [])
        #expect(state.settings.toolConfigs == "{}")
        #expect(state.settings.configuration == "{}")
        #expect(state.settings.agent == nil)
        #expect(state.enabled)
        #expect(state.position == #"{"x":0,"y":0}"#)
        #expect(state.organization == self.acme)
        #expect(state.updatedAt == state.createdAt)
        // A temperature of nothing is one, too.
        let cold = self.scenario.newID(WorkflowNode.self)
        self.scenario.accept(
            self.place {
                $0.id = cold
                $0.settings.name = "cold"
                $0.settings.temperature = .zero
                $0.enabled = false
            }, gives: "workflow_node.placed")
        #expect(self.scenario.find(cold)?.settings.temperature == .zero)
        #expect(self.scenario.find(cold)?.enabled == false)
    }

    @Test("is configured as a whole")
    func configuration() throws {
        let agent = self.scenario.agent(of: self.acme)
        self.scenario.accept(
            self.configure {
                $0.name = "gather"
                $0.role = .coordinator
                $0.agent = agent
                $0.modelName = "large"
                $0.temperature = ExactDecimal("1.05")
                $0.maxTokens = 100
                $0.promptTemplate = "Collect {what}"
                $0.tools = ["gmail", "slack"]
                $0.toolConfigs = #"{"slack":{"channel":"a"}}"#
                $0.configuration = #"{"memory_config":{"type":"short_term"}}"#
            }, gives: "workflow_node.configured")
        let settings = try #require(self.state?.settings)
        #expect(settings.name == "gather")
        #expect(settings.agent == agent)
        #expect(settings.temperature == ExactDecimal("1.05"))
        self.scenario.refuse(
            self.configure { $0.temperature = ExactDecimal("0.125") }, .invalidValue,
            says: "two digits after the point at most")
    }

    @Test("is refused with values that no model takes")
    func values() {
        self.scenario.refuse(
            self.configure { $0.temperature = ExactDecimal("2.1") }, .invalidValue, says: "temperature is 2.1",
            "0 and 2")
        self.scenario.refuse(
            self.configure { $0.temperature = ExactDecimal("-0.1") }, .invalidValue, says: "temperature is -0.1")
        self.scenario.refuse(self.configure { $0.maxTokens = 0 }, .invalidValue, says: "max_tokens is 0; it must be 1")
        self.scenario.refuse(self.configure { $0.maxTokens = 1 << 40 }, .invalidValue, says: "max_tokens")
        self.scenario.refuse(self.configure { $0.modelName = "" }, .invalidValue, says: "model_name must not be empty")
        self.scenario.refuse(self.configure { $0.tools = ["a", "a"] }, .invalidValue, says: "tools names \"a\" twice")
        self.scenario.refuse(self.configure { $0.toolConfigs = "[]" }, .invalidValue, says: "tool_configs")
        self.scenario.refuse(
            self.configure { $0.toolConfigs = #"{"slack":{"token":"hunter2"}}"# }, .invalidValue,
            says: "tool_configs.slack.token holds a secret in clear")
        self.scenario.refuse(self.configure { $0.configuration = "1" }, .invalidValue, says: "configuration")
    }

    @Test("has a name that no other of its workflow has, until it is removed")
    func names() {
        self.scenario.refuse(
            self.place { _ in }, .notUnique, says: "name \"collect\" in workflow \(self.report) is taken",
            "\(self.node)")
        self.scenario.refuse(self.place { $0.settings.name = " a" }, .invalidValue, says: "must not begin or end")
        self.scenario.accept(self.place { $0.settings.name = "write" }, gives: "workflow_node.placed")
        self.scenario.refuse(self.configure { $0.name = "write" }, .notUnique, says: "name \"write\"")
        let other = self.scenario.workflow("digest", of: self.acme)
        self.scenario.accept(self.place { $0.workflow = other }, gives: "workflow_node.placed")
        self.scenario.accept(
            .workflowNode(.remove(.with { $0.id = self.node })), gives: "workflow_node.removed")
        self.scenario.accept(self.place { _ in }, gives: "workflow_node.placed")
        self.scenario.refuse(self.move(1, 1), .ruleBroken, says: "was removed at", "place another")
    }

    @Test("is moved, disabled and enabled")
    func changes() {
        self.scenario.accept(self.move(0, 0))
        self.scenario.accept(self.move(120, -40), gives: "workflow_node.moved")
        #expect(self.state?.position == #"{"x":120,"y":-40}"#)
        self.scenario.accept(
            .workflowNode(
                .disable(
                    .with {
                        $0.id = self.node
                        $0.reason = "not ready"
                    })), gives: "workflow_node.disabled")
        #expect(self.state?.disabledReason == "not ready")
        self.scenario.accept(
            .workflowNode(.enable(.with { $0.id = self.node })), gives: "workflow_node.enabled")
        #expect(self.state?.disabledReason == nil)
    }

    @Test("points to an agent that its organization may run")
    func agents() {
        self.scenario.refuse(
            self.configure { $0.agent = self.scenario.newID() }, .notFound, says: "there is no agent")
        let stranger = self.scenario.agent("reader", of: self.scenario.organization("globex"))
        self.scenario.refuse(self.configure { $0.agent = stranger }, .ruleBroken, says: "nor shared with it")
        self.scenario.refuse(
            self.place {
                $0.settings.name = "read"
                $0.settings.agent = stranger
            }, .ruleBroken, says: "nor shared with it")
        let agent = self.scenario.agent(of: self.acme)
        self.scenario.accept(self.configure { $0.agent = agent }, gives: "workflow_node.configured")
        self.scenario.accept(.agent(.delete(.with { $0.id = agent })), gives: "agent.deleted")
        // What it points to already is not asked for again.
        self.scenario.accept(self.configure { $0.maxTokens = 7 }, gives: "workflow_node.configured")
        self.scenario.refuse(
            self.place {
                $0.settings.name = "read"
                $0.settings.agent = agent
            }, .ruleBroken, says: "was deleted at")
    }

    @Test("stands in a workflow that is there and can still be changed")
    func workflows() {
        self.scenario.refuse(self.place { $0.workflow = self.scenario.newID() }, .notFound, says: "no workflow")
        self.scenario.refuse(self.place { $0.id = .zero }, .invalidValue, says: "workflow_node_id must be given")
        let other = self.scenario.workflow("digest", of: self.acme)
        self.scenario.refuse(
            self.place {
                $0.id = self.node
                $0.workflow = other
            }, .alreadyExists, says: "\(self.node)")
        self.scenario.refuse(
            .workflowNode(.enable(.with { $0.id = self.scenario.newID() })), .notFound, says: "no workflow_node")
        self.scenario.accept(.workflow(.archive(.with { $0.id = self.report })), gives: "workflow.archived")
        self.scenario.refuse(self.move(1, 1), .ruleBroken, says: "is archived and changes no more")
        self.scenario.refuse(self.place { $0.settings.name = "late" }, .ruleBroken, says: "is archived")
        self.scenario.accept(.workflow(.delete(.with { $0.id = self.report })), gives: "workflow.deleted")
        self.scenario.refuse(
            .workflowNode(.remove(.with { $0.id = self.node })), .ruleBroken, says: "was deleted at")
    }
}
