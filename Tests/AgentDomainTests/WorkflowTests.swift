import LedgerDomain
import LedgerEvents
import Testing

@Suite("A workflow")
struct WorkflowTests {
    let scenario = Scenario()
    let acme: OrganizationID
    let report: WorkflowID

    init() {
        self.acme = self.scenario.organization()
        self.report = self.scenario.workflow("weekly report", of: self.acme)
    }

    private var state: Workflow? { self.scenario.find(self.report) }

    private func create(_ change: (inout WorkflowCreated) -> Void) -> DomainCommand {
        var created = WorkflowCreated()
        created.id = self.scenario.newID()
        created.organization = self.acme
        created.name = "digest"
        change(&created)
        return .workflow(.create(created))
    }

    private func revise(_ change: (inout WorkflowRevised) -> Void) -> DomainCommand {
        var revised = WorkflowRevised()
        revised.id = self.report
        change(&revised)
        return .workflow(.revise(revised))
    }

    private func rename(_ name: String) -> DomainCommand {
        .workflow(
            .rename(
                .with {
                    $0.id = self.report
                    $0.name = name
                }))
    }

    private func policy(_ change: (inout WorkflowExecutionPolicyChanged) -> Void) -> DomainCommand {
        var changed = WorkflowExecutionPolicyChanged()
        changed.id = self.report
        change(&changed)
        return .workflow(.changeExecutionPolicy(changed))
    }

    @Test("begins as a draft, revision 1, version 1.0.0, with an hour and three retries, and who made it")
    func beginning() throws {
        let ada = self.scenario.user()
        self.scenario.actor = .user(ada.bits)
        let state = try #require(self.scenario.find(self.scenario.workflow("digest", of: self.acme)))
        #expect(state.status == .draft)
        #expect(state.revision == 1)
        #expect(state.version == "1.0.0")
        #expect(state.workflowType == .visual)
        #expect(state.executionTimeoutSeconds == 3600)
        #expect(state.maxRetries == 3)
        #expect(state.createdBy == ada)
        #expect(state.updatedBy == ada)
        #expect(state.updatedAt == state.createdAt)
        #expect(state.owner == self.acme)
    }

    @Test("is created in an organization that takes new things, under a name that no live one has there")
    func creation() {
        self.scenario.refuse(self.create { $0.organization = self.scenario.newID() }, .notFound, says: "organization")
        self.scenario.refuse(
            self.create { $0.name = "weekly report" }, .notUnique, says: "is taken by workflow \(self.report)")
        self.scenario.refuse(self.create { $0.id = self.report }, .alreadyExists, says: "\(self.report)")
        self.scenario.refuse(
            self.create { $0.definition = "1" }, .invalidValue, says: "definition must be a JSON object")
        self.scenario.refuse(self.create { $0.version = "one" }, .invalidValue, says: "MAJOR.MINOR.PATCH")
        let globex = self.scenario.organization("globex")
        _ = self.scenario.workflow("weekly report", of: globex)
        self.scenario.cancel(globex)
        self.scenario.refuse(self.create { $0.organization = globex }, .ruleBroken, says: "is cancelled")
        self.scenario.accept(
            .organization(.delete(.with { $0.id = globex })), gives: "organization.deleted")
        self.scenario.refuse(self.create { $0.organization = globex }, .ruleBroken, says: "was deleted")
    }

    @Test("has as its host an agent that its organization may run")
    func host() {
        let globex = self.scenario.organization("globex")
        let agent = self.scenario.agent(of: globex)
        self.scenario.refuse(self.create { $0.agent = self.scenario.newID() }, .notFound, says: "there is no agent")
        self.scenario.refuse(self.create { $0.agent = agent }, .ruleBroken, says: "nor shared with it")
        self.scenario.accept(
            .agent(
                .shareWithOrganization(
                    .with {
                        $0.id = agent
                        $0.organization = self.acme
                    })), gives: "agent.shared_with_organization")
        self.scenario.accept(self.create { $0.agent = agent }, gives: "workflow.created")
        self.scenario.accept(.agent(.delete(.with { $0.id = agent })), gives: "agent.deleted")
        self.scenario.refuse(
            self.create {
                $0.name = "another"
                $0.agent = agent
            }, .ruleBroken, says: "was deleted")
    }

    @Test("is revised with a whole definition, one revision and a higher version each time")
    func revision() throws {
        self.scenario.accept(self.revise { _ in })
        self.scenario.accept(self.revise { $0.definition = #"{"agents":[]}"# }, gives: "workflow.revised")
        #expect(self.state?.revision == 2)
        #expect(self.state?.version == "1.0.1")
        let events = self.scenario.accept(
            self.revise {
                $0.definition = #"{"agents":[1]}"#
                $0.version = "2.0.0"
                $0.description = "For Mondays"
            }, gives: "workflow.revised")
        #expect(
            events == [
                .workflow(
                    .revised(
                        .with {
                            $0.id = self.report
                            $0.revision = 3
                            $0.version = "2.0.0"
                            $0.definition = #"{"agents":[1]}"#
                            $0.description = "For Mondays"
                        }))
            ])
        self.scenario.refuse(self.revise { $0.version = "2.0.0" }, .invalidValue, says: "must be higher than 2.0.0")
        self.scenario.refuse(self.revise { $0.definition = "null" }, .invalidValue, says: "definition")
        self.scenario.accept(self.revise { $0.definition = "{}" }, gives: "workflow.revised")
        #expect(self.state?.description == "For Mondays")
        #expect(self.state?.version == "2.0.1")
    }

    @Test("changes its policy in part, keeps the rest, and allows no retry at all")
    func policies() throws {
        let ada = self.scenario.user()
        self.scenario.actor = .user(ada.bits)
        self.scenario.accept(self.policy { $0.maxRetries = 0 }, gives: "workflow.execution_policy_changed")
        self.scenario.accept(self.policy { $0.timeoutSeconds = 60 }, gives: "workflow.execution_policy_changed")
        self.scenario.accept(
            self.policy { $0.errorHandling = #"{"on_error":"stop"}"# }, gives: "workflow.execution_policy_changed")
        let state = try #require(self.state)
        #expect(state.maxRetries == 0)
        #expect(state.executionTimeoutSeconds == 60)
        #expect(state.errorHandling == #"{"on_error":"stop"}"#)
        #expect(state.createdBy == nil)
        #expect(state.updatedBy == ada)
        self.scenario.refuse(self.policy { $0.timeoutSeconds = 0 }, .invalidValue, says: "timeout_seconds is 0")
        self.scenario.refuse(self.policy { $0.maxRetries = -1 }, .invalidValue, says: "max_retries is -1")
        self.scenario.refuse(self.policy { $0.maxRetries = 1 << 40 }, .invalidValue, says: "max_retries")
        self.scenario.refuse(self.policy { $0.errorHandling = "[]" }, .invalidValue, says: "error_handling")
    }

    @Test("takes the name of a deleted one, and knows its own former names")
    func names() {
        let other = self.scenario.workflow("digest", of: self.acme)
        self.scenario.refuse(self.rename("digest"), .notUnique, says: "is taken by workflow \(other)")
        self.scenario.accept(.workflow(.delete(.with { $0.id = other })), gives: "workflow.deleted")
        self.scenario.accept(self.rename("digest"), gives: "workflow.renamed")
        #expect(self.state?.formerNames == ["weekly report"])
        self.scenario.accept(
            self.create {
                $0.id = self.report
                $0.name = "weekly report"
            })
        _ = self.scenario.workflow("weekly report", of: self.acme)
    }

    @Test("goes from draft to active, pauses, and is archived for good")
    func lifecycle() {
        let activate = DomainCommand.workflow(.activate(.with { $0.id = self.report }))
        let pause = DomainCommand.workflow(
            .pause(
                .with {
                    $0.id = self.report
                    $0.reason = "holidays"
                }))
        let archive = DomainCommand.workflow(.archive(.with { $0.id = self.report }))
        self.scenario.refuse(
            pause, .invalidTransition, says: "a workflow cannot go from draft to paused; allowed: active, archived")
        self.scenario.accept(activate, gives: "workflow.activated")
        self.scenario.accept(pause, gives: "workflow.paused")
        #expect(self.state?.statusReason == "holidays")
        self.scenario.accept(activate, gives: "workflow.activated")
        #expect(self.state?.statusReason == nil)
        self.scenario.accept(archive, gives: "workflow.archived")
        self.scenario.refuse(
            activate, .invalidTransition, says: "workflow is archived; no further transition is allowed")
        self.scenario.refuse(pause, .invalidTransition, says: "no further transition")
        self.scenario.refuse(self.rename("a"), .ruleBroken, says: "is archived and changes no more")
        self.scenario.refuse(self.revise { $0.version = "9.0.0" }, .ruleBroken, says: "is archived")
        self.scenario.refuse(self.policy { $0.maxRetries = 1 }, .ruleBroken, says: "is archived")
    }

    @Test("that is deleted does nothing more")
    func deletion() {
        self.scenario.accept(.workflow(.delete(.with { $0.id = self.report })), gives: "workflow.deleted")
        self.scenario.refuse(.workflow(.activate(.with { $0.id = self.report })), .ruleBroken, says: "was deleted at")
        #expect(self.state?.deletedAt == self.scenario.now)
    }
}
