import LedgerDomain
import LedgerEvents
import Testing

@Suite("An agent type")
struct AgentTypeTests {
    let scenario = Scenario()
    let acme: OrganizationID

    init() { self.acme = self.scenario.organization() }

    private func define(_ fill: (inout AgentTypeDefined) -> Void = { _ in }) -> AgentTypeDefined {
        .with {
            $0.id = self.scenario.newID()
            $0.organization = self.acme
            $0.name = "translator"
            $0.requiredParams = ["language", "tone"]
            fill(&$0)
        }
    }

    private func defined(_ fill: (inout AgentTypeDefined) -> Void = { _ in }) -> AgentTypeID {
        let command = self.define(fill)
        self.scenario.accept(.agentType(.define(command)), gives: "agent_type.defined")
        return command.id
    }

    private func agent(_ type: AgentTypeID, _ config: JSONText, of organization: OrganizationID? = nil) -> DomainCommand
    {
        var created = AgentCreated.context(
            self.scenario.newID(), "agent \(self.scenario.position)", organization ?? self.acme)
        created.template = type
        created.configuration.parameters = config
        return .agent(.create(created))
    }

    private func revise(_ type: AgentTypeID, _ fill: (inout AgentTypeRevised) -> Void) -> DomainCommand {
        .agentType(
            .revise(
                .with {
                    $0.id = type
                    fill(&$0)
                }))
    }

    @Test("is defined once, revised, and retired, which frees its name")
    func life() {
        let type = self.defined()
        #expect(self.scenario.find(type)?.revision == 1)
        self.scenario.accept(
            self.revise(type) {
                $0.requiredParams = ["language"]
                $0.defaultConfig = #"{"language":"en"}"#
            }, gives: "agent_type.revised")
        #expect(self.scenario.find(type)?.revision == 2)
        #expect(self.scenario.find(type)?.requiredParams == ["language"])
        self.scenario.refuse(.agentType(.define(self.define())), .notUnique, says: "translator", "\(type)")
        self.scenario.accept(.agentType(.retire(.with { $0.id = type })), gives: "agent_type.retired")
        self.scenario.refuse(self.revise(type) { $0.description = "x" }, .ruleBroken, says: "was retired", "another")
        _ = self.defined()
    }

    @Test("has a name, parameters without repetition, and a configuration without secrets")
    func refusals() {
        self.scenario.refuse(.agentType(.define(self.define { $0.name = "" })), .invalidValue, says: "name")
        self.scenario.refuse(
            .agentType(.define(self.define { $0.requiredParams = ["a", "a"] })), .invalidValue, says: "required_params")
        self.scenario.refuse(
            .agentType(.define(self.define { $0.defaultConfig = "[]" })), .invalidValue, says: "default_config")
        self.scenario.refuse(
            .agentType(.define(self.define { $0.defaultConfig = #"{"password":"hunter2"}"# })), .invalidValue,
            says: "default_config.password holds a secret")
        self.scenario.refuse(
            .agentType(.define(self.define { $0.organization = ID(bits: 99) })), .notFound, says: "organization")
        let type = self.defined()
        self.scenario.refuse(
            .agentType(
                .define(
                    self.define {
                        $0.id = type
                        $0.name = "other"
                    })), .alreadyExists, says: "\(type)")
        self.scenario.refuse(.agentType(.retire(.with { $0.id = ID(bits: 99) })), .notFound, says: "agent_type")
    }

    @Test("is provided with its required parameters by every agent of it, when it is made and when it is configured")
    func params() {
        let type = self.defined()
        for config in ["{}", #"{"language":"fr"}"#, #"{"language":"fr","tone":null}"#] as [JSONText] {
            self.scenario.refuse(
                self.agent(type, config), .invalidValue, says: "config lacks", "tone", "provides language, tone")
        }
        let made = self.scenario.accept(self.agent(type, #"{"language":"fr","tone":"dry"}"#), gives: "agent.created")
        guard case .agent(.created(let agent)) = made.first else { return }
        func configure(_ config: JSONText) -> DomainCommand {
            .agent(
                .configure(
                    .with {
                        $0.id = agent.id
                        $0.configuration.llmConfig = "{}"
                        $0.configuration.parameters = config
                    }))
        }
        self.scenario.refuse(configure(#"{"tone":"dry"}"#), .invalidValue, says: "config lacks language")
        self.scenario.accept(configure(#"{"language":"de","tone":"dry"}"#), gives: "agent.configured")
        self.scenario.accept(
            self.revise(type) { $0.requiredParams = ["language", "tone", "length"] }, gives: "agent_type.revised")
        self.scenario.refuse(
            configure(#"{"language":"it","tone":"dry"}"#), .invalidValue, says: "config lacks length")
    }

    @Test("makes no agents once retired, nor agents of another organization, unless it is the platform's")
    func availability() {
        let config: JSONText = #"{"language":"fr","tone":"dry"}"#
        let (ours, everybodys) = (self.defined(), self.defined { $0.organization = nil })
        let globex = self.scenario.organization("globex")
        self.scenario.refuse(self.agent(ours, config, of: globex), .ruleBroken, says: "belongs to another organization")
        self.scenario.accept(self.agent(everybodys, config, of: globex), gives: "agent.created")
        self.scenario.refuse(self.agent(ID(bits: 99), config), .notFound, says: "agent_type")
        self.scenario.accept(.agentType(.retire(.with { $0.id = ours })), gives: "agent_type.retired")
        self.scenario.refuse(self.agent(ours, config), .ruleBroken, says: "was retired")
    }
}
