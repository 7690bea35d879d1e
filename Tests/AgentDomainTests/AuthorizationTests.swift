import LedgerDomain
import LedgerEvents
import Testing

@Suite("Authorization")
struct AuthorizationTests {
    let scenario = Scenario()

    // MARK: The matrix

    /// Every command by what it takes. A command that is missing here fails the test below: decide, and add it.
    static let takes: [(permission: String, commands: String)] = [
        ("anyone", "organization.create user.register"),
        (
            "oneself",
            """
            user.change_email user.change_profile user.delete user.disable_mfa user.enable_mfa user.link_auth_provider \
            user.log_in user.log_out user.set_password user.verify_email
            """
        ),
        (
            "member",
            """
            agent.activate agent.archive_version agent.change_webhook agent.configure agent.create agent.deactivate \
            agent.deploy agent.fail agent.receive_heartbeat agent.rename agent.schedule agent.undeploy \
            agent_execution.complete agent_execution.fail agent_execution.queue agent_execution.retry \
            agent_execution.skip agent_execution.start evaluation.record log_line.record metric.record \
            model_call.record tool_call.record workflow.activate workflow.archive workflow.change_execution_policy \
            workflow.create workflow.pause workflow.rename workflow.revise workflow_execution.cancel \
            workflow_execution.complete workflow_execution.dispatch workflow_execution.fail workflow_execution.pause \
            workflow_execution.queue workflow_execution.report_resource_usage workflow_execution.resume \
            workflow_execution.schedule_retry workflow_execution.start workflow_execution.time_out \
            agent_type.define agent_type.revise agent_type.retire container_allocation.allocate \
            container_allocation.change container_allocation.release \
            conversation.add_participant conversation.end conversation.remove_participant \
            conversation.set_work_product conversation.start conversation.title conversation_message.post \
            deliverable.create deliverable.retitle deliverable_version.add deliverable_version.make_current \
            document.ingest document.remove document_chunk.record document_collection.create integration.fail \
            integration.use project.attach_subproject project.change_plan project.change_status project.create \
            project_step.add project_step.complete project_step.fail project_step.skip project_step.start \
            task.approve task.assign task.cancel task.complete task.create task.evaluate task.fail task.reject \
            task.report_progress task.request_approval task.start task.time_out task_comment.post \
            workflow_node.configure workflow_node.disable workflow_node.enable workflow_node.move \
            workflow_node.place workflow_node.remove workflow_trigger.fire
            """
        ),
        (
            "admin",
            """
            agent.rotate_api_key agent.share_with_organization agent.unshare membership.add \
            membership.change_permissions membership.change_role membership.remove organization.change_profile \
            organization.change_settings organization.change_slug organization.issue_api_key organization.rename \
            organization.revoke_api_key marketplace_listing.request marketplace_listing.publish \
            marketplace_listing.unpublish marketplace_listing.fail marketplace_listing.report_usage \
            alert.resolve alert.trigger alert_rule.change alert_rule.define alert_rule.delete alert_rule.disable \
            alert_rule.enable document_collection.remove integration.connect integration.disconnect \
            integration.reconfigure integration.remove integration.rotate_credentials workflow_trigger.add \
            workflow_trigger.change workflow_trigger.disable workflow_trigger.enable workflow_trigger.remove
            """
        ),
        (
            "owner",
            """
            agent.delete invoice.add_line invoice.cancel invoice.draft invoice.issue invoice.issue_credit_note \
            invoice.mark_overdue invoice.pay organization.cancel organization.change_billing_details \
            organization.change_payment_method organization.change_tier organization.delete organization.reactivate \
            organization.set_execution_quota organization.start_quota_period organization.suspend retention_policy.set \
            usage_record.record usage_record.void workflow.delete
            """
        ),
        (
            "platform",
            """
            access_denial.record clock.tick export.record model_alias.remove model_alias.set price.set \
            projection_rebuild.record replay.record user.change_namespace_access user.change_platform_roles \
            user.change_tier user.deactivate user.reactivate
            """
        ),
    ]

    /// Everybody that an actor can be, and what commands they may give, by what these take.
    static let actors: [(name: String, standing: Standing, may: Set<String>)] = [
        ("system", Standing(isTrusted: true), ["anyone", "oneself", "viewer", "member", "admin", "owner", "platform"]),
        ("nobody", Standing(), []), ("a newcomer", Standing(isNewcomer: true), ["anyone"]),
        ("a key", Standing(relation: .member(.member)), ["viewer", "member"]),
        ("stranger", Standing(relation: .stranger, isActive: true), ["anyone"]),
        ("viewer", Standing(relation: .member(.viewer), isActive: true), ["anyone", "viewer"]),
        ("member", Standing(relation: .member(.member), isActive: true), ["anyone", "viewer", "member"]),
        ("admin", Standing(relation: .member(.admin), isActive: true), ["anyone", "viewer", "member", "admin"]),
        (
            "owner", Standing(relation: .member(.owner), isActive: true),
            ["anyone", "viewer", "member", "admin", "owner"]
        ),
        (
            "oneself", Standing(relation: .oneself, isActive: true),
            ["anyone", "oneself", "viewer", "member", "admin", "owner"]
        ),
        ("a user, where it is nobody's", Standing(relation: .nobodys, isActive: true), ["anyone"]),
        (
            "the platform, elsewhere", Standing(isPlatform: true, relation: .stranger, isActive: true),
            ["anyone", "platform"]
        ),
        (
            "the platform, where it is nobody's", Standing(isPlatform: true, relation: .nobodys, isActive: true),
            ["anyone", "viewer", "member", "admin", "owner", "platform"]
        ),
    ]

    @Test("grants each command to exactly those who may give it", arguments: DomainCommand.cases.map(\.name))
    func matrix(name: String) throws {
        let command = try #require(DomainCommand.cases.first { $0.name == name })
        let takes = Self.takes.filter { $0.commands.split(separator: " ").contains(Substring(name)) }.map(\.permission)
        try #require(takes.count == 1, "say in `takes` who may give \(name)")
        #expect(command.permission.words == takes[0])
        for actor in Self.actors {
            #expect(
                command.permission.isGranted(to: actor.standing) == actor.may.contains(takes[0]),
                "\(actor.name), \(name)")
        }
    }

    @Test("knows a command by what it carries", arguments: DomainCommand.cases.map(\.name))
    func terms(name: String) throws {
        let known = try #require(DomainCommand.cases.first { $0.name == name })
        let command = try JSONText.emptyObject.reading { try known.decode(&$0) { 7 } }
        var reader = TermsOfCommand()
        try command.accept(&reader)
        #expect(reader.terms?.name == name && reader.terms?.permission == known.permission)
    }

    @Test("leaves what stands outside the catalogue to the ledger's own code")
    func outsideTheCatalogue() {
        #expect(PolicyProgressCommand.advance(PolicyAdvanced()).terms.permission == .platform)
    }

    // MARK: What an actor is

    private func standing(of user: UserID, in organization: OrganizationID) -> Standing {
        self.scenario.findStanding(
            of: .user(user.bits), towards: Belonging(organization: organization, person: nil))
    }

    @Test("takes a user's role from the membership, and gives none when it ends")
    func memberships() {
        let acme = self.scenario.organization()
        let ada = self.scenario.user()
        #expect(self.standing(of: ada, in: acme).relation == .stranger)
        let membership = self.scenario.member(ada, of: acme, .viewer)
        #expect(self.standing(of: ada, in: acme).relation == .member(.viewer))
        #expect(self.standing(of: ada, in: self.scenario.organization("globex")).relation == .stranger)
        self.scenario.accept(
            .membership(
                .changeRole(
                    .with {
                        $0.id = membership
                        $0.role = .admin
                    })), gives: "membership.role_changed")
        #expect(self.standing(of: ada, in: acme).relation == .member(.admin))
        self.scenario.accept(.membership(.remove(.with { $0.id = membership })), gives: "membership.removed")
        #expect(self.standing(of: ada, in: acme).relation == .stranger)
    }

    @Test("leaves nothing to a user who is inactive or deleted, not even their own account")
    func inactive() {
        let acme = self.scenario.organization()
        let ada = self.scenario.user()
        let membership = self.scenario.member(ada, of: acme, .owner)
        self.scenario.accept(
            .user(
                .changePlatformRoles(
                    .with {
                        $0.id = ada
                        $0.roles = ["user", "admin"]
                    })), gives: "user.platform_roles_changed")
        let oneself = Belonging(organization: nil, person: ada)
        #expect(
            self.standing(of: ada, in: acme) == Standing(isPlatform: true, relation: .member(.owner), isActive: true))
        #expect(self.scenario.findStanding(of: .user(ada.bits), towards: oneself).relation == .oneself)
        self.scenario.accept(.user(.deactivate(.with { $0.id = ada })), gives: "user.deactivated")
        #expect(self.standing(of: ada, in: acme) == Standing())
        #expect(self.scenario.findStanding(of: .user(ada.bits), towards: oneself) == Standing())
        self.scenario.accept(.user(.reactivate(.with { $0.id = ada })), gives: "user.reactivated")
        let bob = self.scenario.member(self.scenario.user("bob@example.org"), of: acme, .owner)
        #expect(self.scenario.find(bob)?.role == .owner)
        self.scenario.accept(.membership(.remove(.with { $0.id = membership })), gives: "membership.removed")
        self.scenario.accept(.user(.delete(.with { $0.id = ada })), gives: "user.deleted")
        #expect(self.scenario.findStanding(of: .user(ada.bits), towards: oneself) == Standing())
    }

    @Test("lets who founds an organization own it until it has an owner")
    func founder() {
        let ada = self.scenario.user()
        self.scenario.actor = .user(ada.bits)
        let acme = self.scenario.organization()
        self.scenario.actor = .system("tests")
        #expect(self.standing(of: ada, in: acme).relation == .member(.owner))
        let bob = self.scenario.user("bob@example.org")
        #expect(self.standing(of: bob, in: acme).relation == .stranger)
        _ = self.scenario.member(bob, of: acme, .owner)
        #expect(self.standing(of: ada, in: acme).relation == .stranger)
    }

    @Test("lets a key act as a member of the organization that issued it, until it is revoked")
    func keys() {
        let acme = self.scenario.organization()
        let key = self.scenario.newID(APIKeyIdentity.self)
        let actor = Principal.apiKey(key.bits)
        let thing = Belonging(organization: acme, person: nil)
        #expect(self.scenario.findStanding(of: actor, towards: thing).relation == .stranger)
        self.scenario.accept(
            .organization(
                .issueAPIKey(
                    .with {
                        $0.id = acme
                        $0.key = key
                        $0.name = "ci"
                        $0.hash = digest("a")
                        $0.prefix = "ak_1"
                    })), gives: "organization.api_key_issued")
        #expect(self.scenario.findStanding(of: actor, towards: thing).relation == .member(.member))
        let elsewhere = Belonging(organization: self.scenario.organization("globex"), person: nil)
        #expect(self.scenario.findStanding(of: actor, towards: elsewhere).relation == .stranger)
        #expect(
            self.scenario.findStanding(of: actor, towards: Belonging(organization: nil, person: nil)).relation
                == .stranger)
        self.scenario.accept(
            .organization(
                .revokeAPIKey(
                    .with {
                        $0.id = acme
                        $0.key = key
                    })), gives: "organization.api_key_revoked")
        #expect(self.scenario.findStanding(of: actor, towards: thing).relation == .stranger)
    }

    // MARK: What is said

    @Test("tells who is refused what they are, what it takes, and who could do it")
    func refusals() {
        let acme = self.scenario.organization()
        let (ada, bob) = (self.scenario.user(), self.scenario.user("bob@example.org"))
        _ = self.scenario.member(ada, of: acme, .owner)
        _ = self.scenario.member(bob, of: acme, .viewer)
        func refusal(_ actor: Principal, _ permission: Permission, _ thing: Belonging) -> String {
            let standing = self.scenario.findStanding(of: actor, towards: thing)
            let rejection = self.scenario.refusal(
                of: "workflow.revise", asking: permission, by: actor, standing, towards: thing)
            #expect(rejection.reason == .notAuthorized)
            return rejection.message
        }
        let ours = Belonging(organization: acme, person: nil)
        #expect(
            refusal(.user(bob.bits), .role(.admin), ours)
                == "user:\(bob) has the role viewer in organization \(acme); workflow.revise needs the role admin or "
                + "owner there; ask an owner: user:\(ada)")
        #expect(
            refusal(.apiKey(7), .role(.owner), ours).hasPrefix(
                "api_key:\(APIKeyID(bits: 7)) is no live key of organization \(acme); workflow.revise needs the role owner"
            ))
        let hers = Belonging(organization: nil, person: ada)
        #expect(
            refusal(.user(bob.bits), .oneself, hers)
                == "user:\(bob) is not user \(ada); workflow.revise is for user \(ada) alone")
        #expect(
            refusal(.user(bob.bits), .platform, Belonging(organization: nil, person: nil))
                == "user:\(bob) has no platform role admin; workflow.revise needs a user with the platform role admin, "
                + "or a system: actor")
        self.scenario.accept(.user(.deactivate(.with { $0.id = bob })), gives: "user.deactivated")
        #expect(refusal(.user(bob.bits), .role(.member), ours).hasPrefix("user \(bob) is inactive; "))
    }
}

private struct TermsOfCommand: EntityCommandVisitor {
    var terms: CommandTerms?

    mutating func visit<E: Entity>(
        _: E.Type, _ command: E.Rules.Command, _: (E.Rules.Event) -> DomainEvent
    ) {
        self.terms = command.terms
    }
}
