import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

enum PlatformAgentTable {
    static let relation = Relation.concatenated([Self.agents, Self.hosts])

    /// What an agent's container may use is a state of its own, with an id of its own.
    private static let agents = Relation(
        declaration: Self.table.declaration, removedKeys: Relation.withdrawnKeys(of: Agent.self)
    ) { snapshot, changedAfter, body in
        let containers = try Containers(in: snapshot.views)
        var cells: [SQLValue] = []
        try snapshot.views.forEach(Agent.self) { id, loaded in
            let container = containers[id]
            let changedAt = max(loaded.changedAt, container?.changedAt ?? .start)
            guard changedAt > changedAfter else { return }
            Self.table.fill(&cells, from: Row(of: loaded.state, container))
            try body(cells, changedAt)
        }
    }

    /// On what agent a workflow runs is settled when it is created.
    private static let hosts = Relation.derived(
        from: Workflow.self, Self.table, goneBy: { [PlatformHost.standIn(for: $0.id).sqlValue] }
    ) { workflow, _, body in
        if workflow.agent == nil { try body(Row(hosting: workflow)) }
    }

    struct Row {
        var id: AgentID
        var name: String
        var description: String?
        var ownerUser: UserID?
        var ownerOrganization: OrganizationID?
        var framework: Framework?
        var authoring: Authoring
        var status: Agent.Status
        var version: String
        var createdAt: Instant
        var updatedAt: Instant
        var deployedAt: Instant?
        var container: String?
        var limits: ContainerTier?
        var metadata: JSONText

        init(of agent: Agent, _ container: Containers.Known?) {
            self.id = agent.id
            self.name = agent.name
            self.description = agent.configuration.description
            self.ownerUser = agent.ownerUser
            self.ownerOrganization = agent.organization
            self.framework = agent.configuration.framework
            self.authoring = agent.configuration.authoring ?? .code
            self.status = agent.deletedAt == nil ? agent.status : .inactive
            self.version = agent.version
            self.createdAt = agent.createdAt
            self.updatedAt = max(agent.updatedAt, container?.updatedAt ?? agent.updatedAt)
            self.deployedAt = agent.deployedAt
            self.container = agent.container
            self.limits = container?.tier
            self.metadata = agent.configuration.metadata
        }

        init(hosting workflow: Workflow) {
            self.id = PlatformHost.standIn(for: workflow.id)
            self.name = workflow.name
            self.description = workflow.description
            self.ownerOrganization = workflow.organization
            self.framework = workflow.framework
            self.authoring = workflow.workflowType
            self.status = PlatformHost.status(of: workflow)
            self.version = workflow.version
            self.createdAt = workflow.createdAt
            self.updatedAt = workflow.updatedAt
            self.metadata = PlatformHost.metadata(for: workflow.id)
        }

        var ownerType: String { self.ownerUser == nil ? "organization" : "user" }
        var owner: ThingID { ThingID(bits: self.ownerUser?.bits ?? self.ownerOrganization?.bits ?? 0) }
    }

    static let table = Table<Row>(
        "agents", primaryKey: "id",
        description: "Agents, each a user's or an organization's; those with metadata.synthetic stand in where a "
            + "workflow runs on no agent."
    ) {
        Column("id", .uuid, \.id, default: .randomUUID)
        Column("name", .varchar(255), { $0.name.cut(to: 255) })
        Column("description", .text, \.description)
        Column("owner_type", .varchar(20), \.ownerType)
        Column("owner_id", .uuid, \.owner)
        Column("framework", .varchar(50), { PlatformWords.framework($0.framework) }).indexed("idx_agents_framework")
        Column("agent_type", .varchar(20), \.authoring.rawValue)
        Column("status", .varchar(20), \.status.rawValue).indexed("idx_agents_status")
        Column("version", .varchar(20), { $0.version.cut(to: 20) }, default: "1.0.0")
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
            .indexed("idx_agents_created_at")
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        Column("deployed_at", .timestamptz, \.deployedAt)
        Column("container_id", .varchar(255), { $0.container?.cut(to: 255) })
        Column("resource_limits", .jsonb, \.limits?.json)
        Column("metadata", .jsonb, \.metadata, nullable: true)
        Self.owners
        TableIndex("idx_agents_owner", "owner_type", "owner_id")
        TableCheck.oneOf(["user", "organization"], "owner_type", of: "agents")
        TableCheck.oneOf(PlatformWords.frameworks, "framework", of: "agents")
        TableCheck.oneOf(PlatformWords.authorings, "agent_type", of: "agents")
        TableCheck.oneOf(["draft", "active", "inactive", "error"], "status", of: "agents")
        PlatformRowSecurity.agents
        PlatformRowSecurity.security.guarding(PlatformRowSecurity.agents, of: "agents")
        PlatformWords.frameworkDeviation
        PlatformWords.cutDeviation("name", 255)
        PlatformWords.cutDeviation("version", 20)
        Deviation(
            "status", documented: "draft, active, inactive or error",
            reason: "an agent may be deleted, and its row stays",
            ours: "a deleted agent is inactive")
        Deviation(
            "synthetic agents", documented: "every workflow runs on an agent",
            reason: "the ledger has workflows that run on none",
            ours: "such a workflow has an agent of its own, named after it, with metadata.synthetic and workflow_id")
    }

    /// The owner twice more, each where a foreign key can see it.
    private static let owners: [TableElement<Row>] = [
        .generated(
            GeneratedColumn(
                "owner_user_id", .uuid, as: "CASE WHEN owner_type = 'user' THEN owner_id END",
                description: "The owner where it is a user.")),
        .generated(
            GeneratedColumn(
                "owner_organization_id", .uuid, as: "CASE WHEN owner_type = 'organization' THEN owner_id END",
                description: "The owner where it is an organization.")),
        .foreignKey(ForeignKey(["owner_user_id"], references: "users", ["id"])),
        .foreignKey(ForeignKey(["owner_organization_id"], references: "organizations", ["id"])),
        .check(TableCheck("fk_agent_owner", "(owner_user_id IS NULL) <> (owner_organization_id IS NULL)")),
        .deviation(
            Deviation(
                "fk_agent_owner", documented: "a check that looks the owner up among users or organizations",
                reason: "a check may not look into other tables",
                ours:
                    "owner_user_id and owner_organization_id, generated, each with a foreign key; exactly one is there")
        ),
    ]
}
