import AgentDomain
import EventSourcing

/// `workflows` of an orchestrator: each on an agent, and for the organization that the agent works for.
enum AdoptedHostedWorkflow {
    /// Of several that had one name, one after the other, all but the last that is active are gone.
    private static func rows(_ schema: AdoptedSchema, orderedBy order: String) -> String {
        """
        SELECT *, count(*) OVER names AS namesakes, row_number() OVER (names ORDER BY w.is_active DESC, w.created_at DESC, w.id)
            AS namesake
        FROM (SELECT w.*, h.organization_id, h.owner_type, h.is_synthetic, h.status AS host_status
          FROM \(schema.table("workflows")) w LEFT JOIN \(schema.hosts) h ON h.id = w.agent_id) w
        WINDOW names AS (PARTITION BY organization_id, name) ORDER BY \(order)
        """
    }

    static let creation = Adoption.Stage("workflows", sql: { Self.rows($0, orderedBy: "created_at, id") }) {
        row, writer in
        let id: WorkflowID = try row.requiredID("id")
        let created = try row.requiredInstant("created_at")
        let name = try row.required("name")
        guard let organization: OrganizationID = try row.id("organization_id") else {
            throw CellError(
                "agent_id names an agent whose owner belongs to no organization, for which the workflow could run")
        }
        let agent: AgentID? = try row.bool("is_synthetic") ? nil : try row.id("agent_id")
        if let agent, row.text("owner_type") == "user" {
            try writer.then(
                .agent(
                    .shareWithOrganization(
                        .with {
                            $0.id = agent
                            $0.organization = organization
                        })), at: created)
        }
        try writer.record(
            .workflow(
                .create(
                    try .with {
                        $0.id = id
                        $0.organization = organization
                        $0.name = row.text("namesakes") == "1" ? name : "\(name.prefix(200)) (\(id))"
                        $0.description = row.text("description")
                        $0.definition = try row.object("workflow_data")
                        $0.workflowType = try row.word("workflow_type") ?? .visual
                        $0.framework = try row.word("framework")
                        $0.version = row.text("version")
                        $0.agent = agent
                    })), at: created)
    }

    static let end = Adoption.Stage("workflows", sql: { Self.rows($0, orderedBy: "namesake DESC, updated_at, id") }) {
        row, writer in
        let id: WorkflowID = try row.requiredID("id")
        let updated = try row.instant("updated_at") ?? row.requiredInstant("created_at")
        let known = try writer.states.find(id)
        guard known?.deletedAt == nil else { return }
        if row.text("namesakes") != "1" {
            try writer.then(
                .workflow(
                    .rename(
                        try .with {
                            $0.id = id
                            $0.name = try row.required("name")
                        })), at: updated)
        }
        if row.text("namesake") != "1" { return try writer.then(.workflow(.delete(.with { $0.id = id })), at: updated) }
        let isPaused = try row.bool("is_synthetic") && row.text("host_status") == "inactive"
        if try row.bool("is_active") || isPaused, known?.status != .paused {
            try writer.then(.workflow(.activate(.with { $0.id = id })), at: updated)
        }
        if isPaused { try writer.then(.workflow(.pause(.with { $0.id = id })), at: updated) }
    }

    static let losses = [
        Loss("workflows", "updated_at", "it comes back where the workflow was activated or paused then")
    ]
}
