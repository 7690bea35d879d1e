import LedgerDomain
import LedgerEvents
import Testing

@Suite("An agent")
struct AgentTests {
    let scenario = Scenario()
    let acme: OrganizationID
    let writer: AgentID

    init() {
        self.acme = self.scenario.organization()
        self.writer = self.scenario.agent("writer", of: self.acme)
    }

    private var state: Agent? { self.scenario.find(self.writer) }

    private func create(_ change: (inout AgentCreated) -> Void) -> DomainCommand {
        var created = AgentCreated.context(self.scenario.newID(), "editor", self.acme)
        change(&created)
        return .agent(.create(created))
    }

    private func configure(_ change: (inout AgentConfigured) -> Void) -> DomainCommand {
        var configured = AgentConfigured()
        configured.id = self.writer
        configured.configuration.llmConfig = "{}"
        change(&configured)
        return .agent(.configure(configured))
    }

    @Test("begins as a draft of version 1.0.0, written as code, with who made it")
    func beginning() throws {
        let ada = self.scenario.user()
        self.scenario.actor = .user(ada.bits)
        let id = self.scenario.agent("reader", of: self.acme)
        let state = try #require(self.scenario.find(id))
        #expect(state.status == .draft)
        #expect(state.revision == 1)
        #expect(state.version == "1.0.0")
        #expect(state.configuration.authoring == .code)
        #expect(state.configuration.protocol == .context)
        #expect(state.createdBy == ada)
        #expect(state.owner == self.acme)
    }

    @Test("belongs to one organization that takes new things, or to one user")
    func ownership() throws {
        let ada = self.scenario.user()
        self.scenario.refuse(self.create { $0.organization = nil }, .ruleBroken, says: "exactly one")
        self.scenario.refuse(self.create { $0.ownerUser = ada }, .ruleBroken, says: "exactly one")
        let id = self.scenario.newID(Agent.self)
        self.scenario.accept(
            self.create {
                $0.id = id
                $0.organization = nil
                $0.ownerUser = ada
            }, gives: "agent.created")
        #expect(try #require(self.scenario.find(id)).owner == nil)
        let gone = self.scenario.organization("globex")
        self.scenario.cancel(gone)
        self.scenario.refuse(self.create { $0.organization = gone }, .ruleBroken, says: "is cancelled")
        self.scenario.refuse(self.create { $0.organization = self.scenario.newID() }, .notFound)
    }

    @Test("has a name of its own among its owner's live agents, and can take a deleted one's")
    func names() {
        self.scenario.refuse(self.create { $0.name = "writer" }, .notUnique, says: "name \"writer\" is taken")
        _ = self.scenario.agent("writer", of: self.scenario.organization("globex"))
        let rename = { name in
            DomainCommand.agent(
                .rename(
                    .with {
                        $0.id = self.writer
                        $0.name = name
                    }))
        }
        self.scenario.accept(rename("author"), gives: "agent.renamed")
        self.scenario.accept(.agent(.create(.context(self.writer, "writer", self.acme))))
        self.scenario.refuse(
            .agent(.create(.context(self.writer, "stranger", self.acme))), .alreadyExists, says: "\(self.writer)")
        let second = self.scenario.agent("writer", of: self.acme)
        self.scenario.refuse(rename("writer"), .notUnique, says: "is taken by agent \(second)")
        self.scenario.accept(.agent(.delete(.with { $0.id = second })), gives: "agent.deleted")
        self.scenario.accept(rename("writer"), gives: "agent.renamed")
        #expect(self.state?.formerNames == ["author"])
    }

    @Test("keeps its slug for ever, among all agents")
    func slugs() {
        let first = self.scenario.newID(Agent.self)
        self.scenario.accept(
            self.create {
                $0.id = first
                $0.slug = "blog-post-writer"
            }, gives: "agent.created")
        self.scenario.accept(.agent(.delete(.with { $0.id = first })), gives: "agent.deleted")
        let globex = self.scenario.organization("globex")
        self.scenario.refuse(
            self.create {
                $0.organization = globex
                $0.slug = "blog-post-writer"
            }, .notUnique, says: "slug blog-post-writer is taken by agent \(first)")
        self.scenario.refuse(self.create { $0.slug = "Blog" }, .invalidValue, says: "slug")
    }

    @Test("has a model and no endpoint when it is a prompt, an endpoint and no model when it is elsewhere")
    func protocols() {
        let endpoint: JSONText = #"{"url":"https://n8n.example/hook"}"#
        self.scenario.refuse(self.create { $0.configuration.llmConfig = nil }, .invalidValue, says: "llm_config")
        self.scenario.refuse(
            self.create { $0.configuration.llmConfig = "[]" }, .invalidValue, says: "llm_config must be")
        self.scenario.refuse(self.create { $0.configuration.endpoint = endpoint }, .invalidValue, says: "endpoint")
        for kind in [AgentProtocol.api, .external] {
            self.scenario.refuse(
                self.create {
                    $0.configuration.protocol = kind
                    $0.configuration.llmConfig = nil
                }, .invalidValue, says: "endpoint", kind.rawValue)
            self.scenario.refuse(
                self.create {
                    $0.configuration.protocol = kind
                    $0.configuration.endpoint = endpoint
                }, .invalidValue, says: "llm_config belongs to context agents")
            self.scenario.accept(
                self.create {
                    $0.name = kind.rawValue
                    $0.configuration.protocol = kind
                    $0.configuration.endpoint = endpoint
                    $0.configuration.llmConfig = nil
                }, gives: "agent.created")
        }
    }

    @Test("is configured as a whole, each time one revision and a higher version on")
    func configuration() throws {
        self.scenario.accept(self.configure { _ in })
        let events = self.scenario.accept(
            self.configure { $0.configuration.context = "Write." }, gives: "agent.configured")
        guard case .agent(.configured(let configured)) = try #require(events.first) else {
            Issue.record("\(events)")
            return
        }
        #expect(configured.revision == 2)
        #expect(configured.version == "1.0.1")
        self.scenario.accept(
            self.configure {
                $0.version = "1.10.0"
                $0.configuration.tags = ["blog"]
            }, gives: "agent.configured")
        let state = try #require(self.state)
        #expect(state.configuration.context == "")
        #expect(state.configuration.tags == ["blog"])
        #expect(state.versions.map(\.version) == ["1.0.0", "1.0.1", "1.10.0"])
        self.scenario.refuse(
            self.configure { $0.version = "1.9.9" }, .invalidValue, says: "version 1.9.9 must be higher than 1.10.0")
        for version in ["1", "1.0", "01.2.3", "1.2.3-rc1", "+1.2.3", "1.2.99999999999999999"] {
            self.scenario.refuse(self.configure { $0.version = version }, .invalidValue, says: "MAJOR.MINOR.PATCH")
        }
        self.scenario.refuse(self.configure { $0.configuration.tags = ["a", "a"] }, .invalidValue, says: "twice")
    }

    @Test("puts old versions away, never the current one")
    func archiving() {
        func archive(_ version: String) -> DomainCommand {
            .agent(
                .archiveVersion(
                    .with {
                        $0.id = self.writer
                        $0.version = version
                    }))
        }
        self.scenario.refuse(archive("1.0.0"), .ruleBroken, says: "1.0.0 is the current version")
        self.scenario.accept(self.configure { $0.version = "2.0.0" }, gives: "agent.configured")
        self.scenario.accept(archive("1.0.0"), gives: "agent.version_archived")
        #expect(self.state?.versions.map(\.archivedAt) == [self.scenario.now, nil])
        self.scenario.refuse(archive("3.0.0"), .notFound, says: "there are 1.0.0, 2.0.0")
    }

    @Test("goes from draft to active, fails, recovers and rests, and says what is allowed")
    func lifecycle() {
        let activate = DomainCommand.agent(.activate(.with { $0.id = self.writer }))
        let deactivate = DomainCommand.agent(.deactivate(.with { $0.id = self.writer }))
        func fail(_ error: String) -> DomainCommand {
            .agent(
                .fail(
                    .with {
                        $0.id = self.writer
                        $0.error = error
                    }))
        }
        self.scenario.refuse(
            deactivate, .invalidTransition, says: "an agent cannot go from draft to inactive; allowed: active")
        self.scenario.refuse(fail("no"), .invalidTransition, says: "from draft to error; allowed: active")
        self.scenario.accept(activate, gives: "agent.activated")
        self.scenario.accept(fail("out of memory"), gives: "agent.failed")
        self.scenario.accept(fail("out of disk"), gives: "agent.failed")
        #expect(self.state?.errorMessage == "out of disk")
        self.scenario.accept(activate, gives: "agent.activated")
        #expect(self.state?.errorMessage == nil)
        self.scenario.accept(deactivate, gives: "agent.deactivated")
        self.scenario.refuse(fail("no"), .invalidTransition, says: "from inactive to error; allowed: active")
        self.scenario.accept(activate, gives: "agent.activated")
        #expect(self.state?.status == .active)
    }

    @Test("is shared with other organizations in order, and not with its owner")
    func sharing() {
        let (globex, initech) = (self.scenario.organization("globex"), self.scenario.organization("initech"))
        func share(_ organization: OrganizationID) -> DomainCommand {
            .agent(
                .shareWithOrganization(
                    .with {
                        $0.id = self.writer
                        $0.organization = organization
                    }))
        }
        self.scenario.accept(share(initech), gives: "agent.shared_with_organization")
        self.scenario.accept(share(globex), gives: "agent.shared_with_organization")
        #expect(self.state?.sharedWith == [initech, globex])
        self.scenario.refuse(share(self.acme), .ruleBroken, says: "owns agent")
        self.scenario.refuse(share(self.scenario.newID()), .notFound)
        self.scenario.accept(
            .agent(
                .unshare(
                    .with {
                        $0.id = self.writer
                        $0.organization = initech
                    })), gives: "agent.unshared")
        #expect(self.state?.sharedWith == [globex])
    }

    @Test("is deployed to a container, moved and taken down")
    func deployment() {
        func deploy(_ container: String) -> DomainCommand {
            .agent(
                .deploy(
                    .with {
                        $0.id = self.writer
                        $0.container = container
                    }))
        }
        let undeploy = DomainCommand.agent(.undeploy(.with { $0.id = self.writer }))
        self.scenario.accept(undeploy)
        self.scenario.accept(deploy("c1"), gives: "agent.deployed")
        self.scenario.accept(deploy("c2"), gives: "agent.deployed")
        #expect(self.state?.container == "c2")
        self.scenario.accept(undeploy, gives: "agent.undeployed")
        #expect(self.state?.container == nil)
        #expect(self.state?.deployedAt != nil)
        self.scenario.refuse(deploy(""), .invalidValue, says: "container_id")
    }

    @Test("has one key at a time, known by its hash")
    func keys() {
        func rotate(_ agent: AgentID, _ hash: String, _ prefix: String = "ag_") -> DomainCommand {
            .agent(
                .rotateAPIKey(
                    .with {
                        $0.id = agent
                        $0.hash = hash
                        $0.prefix = prefix
                    }))
        }
        self.scenario.refuse(rotate(self.writer, "ag_secret"), .invalidValue, says: "never the key itself")
        self.scenario.refuse(rotate(self.writer, digest("a"), "ag_0123456789"), .invalidValue, says: "no more of it")
        self.scenario.accept(rotate(self.writer, digest("a")), gives: "agent.api_key_rotated")
        let other = self.scenario.agent("other", of: self.acme)
        self.scenario.refuse(rotate(other, digest("a")), .notUnique)
        self.scenario.accept(rotate(self.writer, digest("b")), gives: "agent.api_key_rotated")
        #expect(self.state?.apiKeyHash == digest("b"))
    }

    @Test("calls a webhook over http or https", arguments: ["https://hooks.example/a", "HTTP://localhost:8000"])
    func webhook(url: String) {
        self.scenario.accept(self.webhook(url), gives: "agent.webhook_changed")
        self.scenario.accept(self.webhook(nil), gives: "agent.webhook_changed")
        #expect(self.state?.webhookURL == nil)
    }

    @Test(
        "calls nothing else",
        arguments: ["", "hooks.example", "file:///etc/passwd", "https://", "https://a b", "http://:80"])
    func badWebhook(url: String) {
        self.scenario.refuse(self.webhook(url), .invalidValue, says: "must be an http or https address")
    }

    @Test("has no password in its webhook")
    func webhookPassword() {
        self.scenario.refuse(self.webhook("https://ada:pw@hooks.example"), .invalidValue, says: "user name or password")
    }

    private func webhook(_ url: String?) -> DomainCommand {
        .agent(
            .changeWebhook(
                .with {
                    $0.id = self.writer
                    $0.url = url
                }))
    }

    private func schedule(_ text: String?) -> DomainCommand {
        .agent(
            .schedule(
                .with {
                    $0.id = self.writer
                    $0.schedule = text
                }))
    }

    @Test(
        "runs on a schedule of five cron fields",
        arguments: ["* * * * *", "*/15 8-18/2 1,15 * 1-5", "0 0 1 1 0", "59 23 31 12 7", "5/10 * * * *"])
    func schedules(text: String) {
        self.scenario.accept(self.schedule(text), gives: "agent.scheduled")
        self.scenario.accept(self.schedule(nil), gives: "agent.scheduled")
        #expect(self.state?.schedule == nil)
    }

    @Test(
        "runs on no other",
        arguments: [
            "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8",
            "*/0 * * * *", "5-1 * * * *", "1,,2 * * * *", "a * * * *", "-1 * * * *", "1/2/3 * * * *", "1-2-3 * * * *",
            "* * * * MOON", "@hour", "+1 * * * *",
        ])
    func badSchedule(text: String) {
        self.scenario.refuse(self.schedule(text), .invalidValue, says: "schedule")
    }

    @Test("is alive as of its last heartbeat, however late an earlier one comes")
    func heartbeats() {
        let beat = DomainCommand.agent(
            .receiveHeartbeat(
                .with {
                    $0.id = self.writer
                    $0.metrics = #"{"cpu":0.5}"#
                }))
        self.scenario.accept(beat, gives: "agent.heartbeat_received")
        let last = self.scenario.now
        self.scenario.now = last.advanced(bySeconds: -60)
        self.scenario.accept(beat)
        #expect(self.state?.lastHeartbeatAt == last)
        #expect(self.state?.heartbeatMetrics == #"{"cpu":0.5}"#)
        self.scenario.now = last
        self.scenario.accept(beat, gives: "agent.heartbeat_received")
    }

    @Test("that is deleted does nothing more")
    func deletion() {
        self.scenario.accept(.agent(.delete(.with { $0.id = self.writer })), gives: "agent.deleted")
        self.scenario.refuse(.agent(.activate(.with { $0.id = self.writer })), .ruleBroken, says: "was deleted at")
        self.scenario.refuse(
            .agent(.receiveHeartbeat(.with { $0.id = self.writer })), .ruleBroken, says: "was deleted at")
        self.scenario.refuse(self.configure { $0.version = "2.0.0" }, .ruleBroken, says: "was deleted at")
    }
}
