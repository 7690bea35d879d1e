import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum InfrastructureAgentTable {
    static let relation = Relation.derived(
        from: Agent.self, lookingAt: [Organization.self], Self.table, goneBy: { [.text(Slugs.slug(of: $0))] }
    ) { agent, others, body in
        let organizations = [agent.organization].compactMap { $0 } + agent.sharedWith
        try body(Row(agent: agent, organizations: try organizations.compactMap { try others.slug(of: $0) }))
    }

    struct Row {
        var agent: Agent
        /// The owner first.
        var organizations: [String]

        /// There is no other place to say that an agent is gone.
        var metadata: JSONText {
            let metadata = self.agent.configuration.metadata
            return self.agent.deletedAt.map { metadata.setting("deleted_at", to: $0.description) } ?? metadata
        }
    }

    static let table = Table<Row>(
        "agents", primaryKey: "slug", description: "Agents, each with all that it needs to run, as configured last."
    ) {
        Column("slug", .text, { Slugs.slug(of: $0.agent) })
        Column(
            "organization_slug", .textArray, \.organizations, default: .value(.textArray(["demo-org"])),
            description: "The owner, then those that it is shared with."
        ).indexed(using: "gin")
        Column("name", .text, \.agent.name).indexed()
        Column("description", .text, \.agent.configuration.description)
        Column("version", .text, \.agent.version, default: "1.0.0")
        Column("agent_type", .text, \.agent.configuration.protocol.rawValue).indexed()
        Column("department", .text, \.agent.configuration.department).indexed()
        Column(
            "tags", .textArray, \.agent.configuration.tags, nullable: true, default: .value(.textArray([]))
        ).indexed(using: "gin")
        Column("io_schema", .jsonb, \.agent.configuration.ioSchema).indexed(using: "gin")
        Column("capabilities", .textArray, \.agent.configuration.capabilities).indexed(using: "gin")
        Column("context", .text, \.agent.configuration.context)
        Column("endpoint", .jsonb, \.agent.configuration.endpoint).indexed(using: "gin")
        Column("llm_config", .jsonb, \.agent.configuration.llmConfig).indexed(using: "gin")
        Column("metadata", .jsonb, \.metadata, nullable: true, default: .value(.json("{}"))).indexed(using: "gin")
        Column("created_at", .timestamptz, \.agent.createdAt, default: .now).indexed()
        Column("updated_at", .timestamptz, \.agent.updatedAt, default: .now)
        TableCheck.oneOf(AgentProtocol.allCases.map(\.rawValue), "agent_type", of: "agents")
        TableCheck(
            "agents_context_check",
            "agent_type <> 'context' OR (llm_config IS NOT NULL AND endpoint IS NULL)")
        TableCheck(
            "agents_endpoint_check",
            "agent_type = 'context' OR (endpoint IS NOT NULL AND llm_config IS NULL)")
        InfrastructureRowSecurity.agents
        InfrastructureRowSecurity.security.guarding(InfrastructureRowSecurity.agents, of: "agents")
        AgentInfrastructure.updating("agents")
        Self.deviations
    }

    private static let deviations: [TableElement<Row>] = [
        .deviation(Slugs.agentDeviation),
        .deviation(
            Deviation(
                "organization_slug",
                documented: "an array that refers to organizations, {demo-org} unless told otherwise",
                reason: "no foreign key goes from an array", ours: "the array, and the table agent_organizations")),
        .deviation(
            Deviation(
                "tags", documented: "an empty array without a type as its default",
                reason: "PostgreSQL asks for a type",
                ours: "an empty array of text")),
        .deviation(
            Deviation(
                "metadata", documented: "whatever is said of the agent",
                reason: "an agent may be deleted, and its row stays", ours: "deleted_at beside it, of a deleted agent")),
        .deviation(
            Deviation(
                "Users can read agents in their organizations", documented: "reads everything, for now",
                reason: "its name promises less, and so does what is planned",
                ours: "reads the agents of organizations that the caller is a member of")),
    ]
}
