import LedgerDomain
import LedgerEvents

/// `workflows` of an orchestrator: each on an agent, and for the organization that the agent works for.
enum AdoptedHostedWorkflow {
    /// Of several that have one name the first that is active keeps it, else the first.
    private static func rows(_ schema: AdoptedSchema, orderedBy order: String) -> String {
        """
        SELECT *, row_number() OVER (PARTITION BY organization_id, adopted_owner_id, \(AdoptedSchema.name("name"))
            ORDER BY w.is_active DESC NULLS LAST, w.created_at, w.id) AS adopted_namesake
        FROM (SELECT w.*, h.organization_id, h.owner_type AS adopted_owner_type, h.adopted_is_synthetic,
            CASE WHEN h.organization_id IS NULL AND h.owner_type = 'user' THEN h.owner_id END AS adopted_owner_id,
            h.status AS adopted_host_status
          FROM \(schema.table("workflows")) w LEFT JOIN \(schema.hosts) h ON h.id = w.agent_id) w ORDER BY \(order)
        """
    }

    static let creation = Adoption.Stage("workflows", sql: { Self.rows($0, orderedBy: "created_at, id") }) {
        row, writer in
        let id: WorkflowID = try row.requiredID("id")
        let created = try row.creation(else: "updated_at")
        let updated = try row.instant("updated_at") ?? created
        let organization = try writer.organization(of: row, orOf: "adopted_owner_id", at: created)
        let agent: AgentID? = try row.bool("adopted_is_synthetic") ? nil : try row.id("agent_id")
        if let agent, row.text("adopted_owner_type") == "user" {
            try writer.share(agent, with: organization, at: created)
        }
        let known = try writer.states.find(id)
        let name = try writer.free(
            row.name("name", else: "Workflow \(id)"), of: id, in: row, "name",
            yields: row.row["adopted_namesake"] != "1"
        ) { Workflow.alias(of: $0, in: organization) }
        let definition = try row.configuration("workflow_data")
        let version = try row.version("version")
        if let known {
            writer.recognize(id)
            if known.deletedAt != nil || known.status == .archived { return }
            let description = row.text("description")
            try writer.then(
                .workflow(
                    .rename(
                        .with {
                            $0.id = id
                            $0.name = name
                        })), at: updated)
            return try writer.then(
                .workflow(
                    .revise(
                        .with {
                            $0.id = id
                            $0.description = description
                            $0.definition = definition
                            $0.version = version.flatMap { $0.isVersionHigher(than: known.version) ? $0 : nil }
                        })), at: updated)
        }
        try writer.record(
            .workflow(
                .create(
                    try .with {
                        $0.id = id
                        $0.organization = organization
                        $0.name = name
                        $0.description = row.text("description")
                        $0.definition = definition
                        $0.workflowType = try row.word("workflow_type") ?? .visual
                        $0.framework = try row.word("framework")
                        $0.version = version
                        $0.agent = agent
                    })), at: created)
    }

    static let end = Adoption.Stage("workflows", sql: { Self.rows($0, orderedBy: "updated_at, id") }) { row, writer in
        let id: WorkflowID = try row.requiredID("id")
        let updated = try row.creation("updated_at", else: "created_at")
        let known = try writer.states.find(id)
        guard known?.deletedAt == nil else { return }
        let isActive = try row.bool("is_active")
        let isPaused = try row.bool("adopted_is_synthetic") && row.text("adopted_host_status") == "inactive"
        if isActive && !isPaused || isPaused && known?.status != .paused {
            try writer.then(.workflow(.activate(.with { $0.id = id })), at: updated)
        }
        if isPaused || !isActive && known?.status == .active {
            try writer.then(.workflow(.pause(.with { $0.id = id })), at: updated)
        }
    }

    static let losses = [
        Loss("workflows", "updated_at", "it comes back where the workflow was activated or paused then"),
        Loss(
            "workflows", "name",
            where: """
                (SELECT count(*) FROM workflows w WHERE regexp_replace(w.name, ' \\([0-9a-f-]{36}\\)$', '')
                  = regexp_replace(workflows.name, ' \\([0-9a-f-]{36}\\)$', '')) > 1
                """,
            "of several with one name, all but one have their id behind it"),
    ]
}

extension String {
    /// Whether this version of three numbers is higher than another.
    func isVersionHigher(than other: String) -> Bool {
        let numbers = [other, self].map { $0.split(separator: ".").compactMap { Int($0) } }
        return numbers[0].lexicographicallyPrecedes(numbers[1])
    }
}
