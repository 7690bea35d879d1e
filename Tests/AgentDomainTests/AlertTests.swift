import LedgerDomain
import LedgerEvents
import Testing

/// A rule and what it watches.
private struct Watch {
    let scenario = Scenario()
    let acme: OrganizationID
    let writer: AgentID
    let rule: AlertRuleID

    init() {
        self.acme = self.scenario.organization()
        self.writer = self.scenario.agent(of: self.acme)
        self.rule = self.scenario.newID()
        self.scenario.accept(self.define { $0.id = self.rule }, gives: "alert_rule.defined")
    }

    var state: AlertRule? { self.scenario.find(self.rule) }

    func define(_ fill: (inout AlertRuleDefined) -> Void) -> DomainCommand {
        var defined = AlertRuleDefined()
        defined.id = self.scenario.newID()
        defined.organization = self.acme
        defined.settings.name = "three failures"
        defined.settings.conditions = #"{"status":"error","consecutive_failures":3}"#
        fill(&defined)
        return .alertRule(.define(defined))
    }

    func change(_ fill: (inout AlertRuleSettings) -> Void) -> DomainCommand {
        var changed = AlertRuleChanged()
        changed.id = self.rule
        changed.settings = self.state?.settings ?? AlertRuleSettings()
        fill(&changed.settings)
        return .alertRule(.change(changed))
    }

    func trigger(_ fill: (inout AlertTriggered) -> Void = { _ in }) -> DomainCommand {
        var triggered = AlertTriggered()
        triggered.id = self.scenario.newID()
        triggered.rule = self.rule
        fill(&triggered)
        return .alert(.trigger(triggered))
    }

    func disable() {
        self.scenario.accept(
            .alertRule(
                .disable(
                    .with {
                        $0.id = self.rule
                        $0.reason = "too loud"
                    })), gives: "alert_rule.disabled")
    }

    func delete() {
        self.scenario.accept(.alertRule(.delete(.with { $0.id = self.rule })), gives: "alert_rule.deleted")
    }
}

@Suite("An alert rule")
struct AlertRuleTests {
    private let watch = Watch()
    private var scenario: Scenario { self.watch.scenario }

    @Test("is enabled from the beginning, warns, watches every agent, and knows who defined it")
    func beginning() throws {
        let state = try #require(self.watch.state)
        #expect(state.enabled)
        #expect(state.settings.severity == .warning)
        #expect(state.settings.channels == "{}")
        #expect(state.agent == nil)
        #expect(state.watches(self.watch.writer))
        #expect(state.watches(nil))
        #expect(state.owner == self.watch.acme)
        #expect(state.createdBy == nil)
        #expect(state.updatedAt == state.createdAt)
        let ada = self.scenario.user()
        self.scenario.actor = .user(ada.bits)
        let id = self.scenario.newID(AlertRule.self)
        self.scenario.accept(
            self.watch.define {
                $0.id = id
                $0.enabled = false
            }, gives: "alert_rule.defined")
        #expect(self.scenario.find(id)?.createdBy == ada)
        #expect(self.scenario.find(id)?.enabled == false)
    }

    @Test("keeps its condition as it was given, and tells what it means")
    func condition() throws {
        let state = try #require(self.watch.state)
        #expect(state.settings.conditions == #"{"status":"error","consecutive_failures":3}"#)
        #expect(state.condition == .consecutiveFailures(3))
    }

    @Test("is defined in an organization that takes new things, for an agent that it may run")
    func definition() {
        self.scenario.refuse(
            self.watch.define { $0.organization = self.scenario.newID() }, .notFound, says: "organization")
        self.scenario.refuse(self.watch.define { $0.id = .zero }, .invalidValue, says: "alert_rule_id must be given")
        self.scenario.refuse(
            self.watch.define {
                $0.id = self.watch.rule
                $0.agent = self.watch.writer
            }, .alreadyExists, says: "\(self.watch.rule)")
        self.scenario.refuse(
            self.watch.define { $0.agent = self.scenario.newID() }, .notFound, says: "there is no agent")
        let globex = self.scenario.organization("globex")
        let other = self.scenario.agent("reader", of: globex)
        self.scenario.refuse(self.watch.define { $0.agent = other }, .ruleBroken, says: "nor shared with it")
        self.scenario.accept(.agent(.delete(.with { $0.id = self.watch.writer })), gives: "agent.deleted")
        self.scenario.refuse(self.watch.define { $0.agent = self.watch.writer }, .ruleBroken, says: "was deleted")
        self.scenario.cancel(globex)
        self.scenario.refuse(self.watch.define { $0.organization = globex }, .ruleBroken, says: "is cancelled")
    }

    @Test("needs a name, a condition that is one, and addresses that can be reached")
    func settings() {
        self.scenario.refuse(self.watch.change { $0.name = "" }, .invalidValue, says: "name must not be empty")
        self.scenario.refuse(self.watch.change { $0.conditions = "{}" }, .invalidValue, says: "allowed:")
        self.scenario.refuse(
            self.watch.define { $0.settings.conditions = #"{"cpu":1}"# }, .invalidValue, says: "allowed:")
        self.scenario.refuse(self.watch.change { $0.channels = "[]" }, .invalidValue, says: "channels must be a JSON")
        self.scenario.refuse(
            self.watch.change { $0.channels = #"{"slack":7}"# }, .invalidValue, says: #"give "slack" an address"#)
        self.scenario.refuse(
            self.watch.change { $0.channels = #"{"slack":[""]}"# }, .invalidValue, says: #"give "slack" an address"#)
        self.scenario.refuse(
            self.watch.change { $0.channels = #"{"slack":[7]}"# }, .invalidValue, says: "a list of addresses")
        self.scenario.refuse(
            self.watch.change { $0.channels = #"{"email":"ada"}"# }, .invalidValue, says: "channels.email \"ada\"")
        self.scenario.refuse(
            self.watch.change { $0.channels = #"{"webhook":"ftp://a"}"# }, .invalidValue, says: "channels.webhook")
    }

    @Test("is changed as a whole, and keeps what it watches")
    func changes() {
        self.scenario.accept(
            self.watch.change {
                $0.name = "slow"
                $0.description = "Slower than half a minute"
                $0.conditions = #"{"latency_ms":30000}"#
                $0.severity = .critical
                $0.channels = ##"{"email":["ada@example.org"],"slack":"#alerts"}"##
            }, gives: "alert_rule.changed")
        #expect(self.watch.state?.condition == .latency(milliseconds: 30_000, consecutiveExecutions: 1))
        #expect(self.watch.state?.settings.severity == .critical)
        #expect(self.watch.state?.enabled == true)
    }

    @Test("is disabled and enabled, and stands among its organization's rules only while it is enabled")
    func switching() {
        let watching = AlertRule.watching(self.watch.acme)
        #expect(self.scenario.members(of: watching, as: AlertRule.self) == [self.watch.rule])
        self.watch.disable()
        #expect(self.watch.state?.disabledReason == "too loud")
        #expect(self.scenario.members(of: watching, as: AlertRule.self).isEmpty)
        self.scenario.accept(
            .alertRule(.enable(.with { $0.id = self.watch.rule })), gives: "alert_rule.enabled")
        #expect(self.watch.state?.disabledReason == nil)
        #expect(self.scenario.members(of: watching, as: AlertRule.self) == [self.watch.rule])
    }

    @Test("that is deleted, or was never there, does nothing more")
    func deletion() {
        self.watch.delete()
        #expect(self.watch.state?.deletedAt == self.scenario.now)
        #expect(self.scenario.members(of: AlertRule.watching(self.watch.acme), as: AlertRule.self).isEmpty)
        self.scenario.refuse(
            .alertRule(.enable(.with { $0.id = self.watch.rule })), .ruleBroken, says: "was deleted at")
        self.scenario.refuse(
            .alertRule(.delete(.with { $0.id = self.scenario.newID() })), .notFound, says: "there is no alert_rule")
    }
}

@Suite("An alert")
struct AlertTests {
    private let watch = Watch()
    private var scenario: Scenario { self.watch.scenario }

    private func resolve(_ id: AlertID) -> DomainCommand {
        .alert(
            .resolve(
                .with {
                    $0.id = id
                    $0.resolution = "restarted"
                }))
    }

    @Test("says what its rule said at that moment, and what was found")
    func triggering() throws {
        let workflow = self.scenario.workflow(of: self.watch.acme)
        let run = self.scenario.run(of: workflow)
        let id = self.scenario.newID(Alert.self)
        self.scenario.accept(
            self.watch.change {
                $0.severity = .critical
                $0.channels = ##"{"slack":"#alerts"}"##
            }, gives: "alert_rule.changed")
        self.scenario.accept(
            self.watch.trigger {
                $0.id = id
                $0.agent = self.watch.writer
                $0.workflowExecution = run
                $0.details = #"{"failures":3}"#
            }, gives: "alert.triggered")
        self.scenario.accept(self.watch.change { $0.severity = .info }, gives: "alert_rule.changed")
        let alert = try #require(self.scenario.find(id))
        #expect(alert.status == .open)
        #expect(alert.organization == self.watch.acme)
        #expect(alert.severity == .critical)
        #expect(alert.conditions == #"{"status":"error","consecutive_failures":3}"#)
        #expect(alert.channels == ##"{"slack":"#alerts"}"##)
        #expect(alert.details == #"{"failures":3}"#)
        #expect(alert.workflowExecution == run)
        #expect(alert.resolvedAt == nil)
    }

    @Test("is open once for a rule and an agent, and again when it was resolved")
    func uniqueness() {
        let first = self.scenario.newID(Alert.self)
        self.scenario.accept(
            self.watch.trigger {
                $0.id = first
                $0.agent = self.watch.writer
            }, gives: "alert.triggered")
        self.scenario.refuse(
            self.watch.trigger { $0.agent = self.watch.writer }, .notUnique, says: "is taken by alert \(first)")
        // Another agent, or none, has a place of its own.
        let reader = self.scenario.agent("reader", of: self.watch.acme)
        self.scenario.accept(self.watch.trigger { $0.agent = reader }, gives: "alert.triggered")
        self.scenario.accept(self.watch.trigger(), gives: "alert.triggered")
        self.scenario.refuse(self.watch.trigger(), .notUnique, says: "is taken by alert")
        self.scenario.accept(self.resolve(first), gives: "alert.resolved")
        self.scenario.accept(self.watch.trigger { $0.agent = self.watch.writer }, gives: "alert.triggered")
    }

    @Test("is resolved once, by somebody, with what became of it")
    func resolution() throws {
        let id = self.scenario.newID(Alert.self)
        self.scenario.accept(self.watch.trigger { $0.id = id }, gives: "alert.triggered")
        let ada = self.scenario.user()
        self.scenario.actor = .user(ada.bits)
        self.scenario.accept(self.resolve(id), gives: "alert.resolved")
        let alert = try #require(self.scenario.find(id))
        #expect(alert.status == .resolved)
        #expect(alert.resolvedAt == self.scenario.now)
        #expect(alert.resolvedBy == ada)
        #expect(alert.resolution == "restarted")
        self.scenario.refuse(self.resolve(self.scenario.newID()), .notFound, says: "there is no alert")
    }

    @Test("is triggered by a rule that is there, enabled, and watches the agent")
    func refusals() {
        self.scenario.refuse(self.watch.trigger { $0.rule = self.scenario.newID() }, .notFound, says: "alert_rule")
        self.scenario.refuse(self.watch.trigger { $0.id = .zero }, .invalidValue, says: "alert_id must be given")
        self.scenario.refuse(self.watch.trigger { $0.details = "[]" }, .invalidValue, says: "details")
        self.scenario.refuse(
            self.watch.trigger { $0.agent = self.scenario.newID() }, .notFound, says: "there is no agent")
        let globex = self.scenario.organization("globex")
        let stranger = self.scenario.agent("reader", of: globex)
        self.scenario.refuse(self.watch.trigger { $0.agent = stranger }, .ruleBroken, says: "nor shared with it")
        let run = self.scenario.run(of: self.scenario.workflow(of: globex))
        self.scenario.refuse(
            self.watch.trigger { $0.workflowExecution = run }, .ruleBroken, says: "belongs to another organization")
        self.watch.disable()
        self.scenario.refuse(self.watch.trigger(), .ruleBroken, says: "is disabled and triggers nothing; enable it")
        self.watch.delete()
        self.scenario.refuse(self.watch.trigger(), .ruleBroken, says: "was deleted at")
    }

    @Test("of a rule for one agent is about that agent")
    func ownAgent() {
        let rule = self.scenario.newID(AlertRule.self)
        let id = self.scenario.newID(Alert.self)
        self.scenario.accept(
            self.watch.define {
                $0.id = rule
                $0.agent = self.watch.writer
            }, gives: "alert_rule.defined")
        let reader = self.scenario.agent("reader", of: self.watch.acme)
        self.scenario.refuse(
            self.watch.trigger {
                $0.rule = rule
                $0.agent = reader
            }, .ruleBroken, says: "watches agent \(self.watch.writer)")
        self.scenario.accept(
            self.watch.trigger {
                $0.id = id
                $0.rule = rule
            }, gives: "alert.triggered")
        #expect(self.scenario.find(id)?.agent == self.watch.writer)
        self.scenario.refuse(
            self.watch.trigger {
                $0.id = id
            }, .alreadyExists, says: "alert \(id)")
    }
}
