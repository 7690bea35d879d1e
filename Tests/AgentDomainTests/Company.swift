import LedgerDomain
import LedgerEvents
import Testing

/// Things that many scenarios begin with.
extension Scenario {
    func organization(_ slug: String = "acme") -> OrganizationID {
        let id = self.newID(Organization.self)
        self.accept(
            .organization(
                .create(
                    .with {
                        $0.id = id
                        $0.name = slug
                        $0.slug = slug
                    })), gives: "organization.created")
        return id
    }

    func user(_ email: String = "ada@example.org") -> UserID {
        let id = self.newID(User.self)
        self.accept(
            .user(
                .register(
                    .with {
                        $0.id = id
                        $0.email = email
                    })), gives: "user.registered")
        return id
    }

    func member(_ user: UserID, of organization: OrganizationID, _ role: Role = .member) -> MembershipID {
        let id = self.newID(Membership.self)
        self.accept(
            .membership(
                .add(
                    .with {
                        $0.id = id
                        $0.organization = organization
                        $0.user = user
                        $0.role = role
                    })), gives: "membership.added")
        return id
    }

    func agent(_ name: String = "writer", of organization: OrganizationID) -> AgentID {
        let id = self.newID(Agent.self)
        self.accept(.agent(.create(.context(id, name, organization))), gives: "agent.created")
        return id
    }

    func workflow(_ name: String = "weekly report", of organization: OrganizationID) -> WorkflowID {
        let id = self.newID(Workflow.self)
        self.accept(
            .workflow(
                .create(
                    .with {
                        $0.id = id
                        $0.organization = organization
                        $0.name = name
                    })), gives: "workflow.created")
        return id
    }

    func cancel(_ organization: OrganizationID) {
        self.accept(.organization(.suspend(.with { $0.id = organization })), gives: "organization.suspended")
        self.accept(.organization(.cancel(.with { $0.id = organization })), gives: "organization.cancelled")
    }

    func delete(_ organization: OrganizationID) {
        self.cancel(organization)
        self.accept(.organization(.delete(.with { $0.id = organization })), gives: "organization.deleted")
    }
}

extension AgentCreated {
    /// An agent that is a prompt and a model of which nothing is known.
    static func context(_ id: AgentID, _ name: String, _ organization: OrganizationID?) -> AgentCreated {
        .with {
            $0.id = id
            $0.name = name
            $0.organization = organization
            $0.configuration.llmConfig = "{}"
        }
    }
}

/// What SHA-256 looks like.
func digest(_ character: Character) -> String { String(repeating: character, count: 64) }
