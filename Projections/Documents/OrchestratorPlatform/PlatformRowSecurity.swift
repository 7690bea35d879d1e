import Relations

/// Who sees and writes which rows: a viewer reads, a member writes agents, workflows and runs, an admin also members and
/// places in marketplaces, an owner also the organization itself, and deletes. What costs money is the platform's. A
/// deactivated user is nowhere a member.
enum PlatformRowSecurity {
    static let security = RowSecurity(schema: "orchestrator_platform")

    static let routines = Self.security.routines(
        [
            Self.security.definition(
                of: "organizations", as: "uuid",
                """
                SELECT m.organization_id FROM orchestrator_platform.organization_members m
                JOIN orchestrator_platform.users u ON u.id = m.user_id AND u.is_active
                WHERE m.user_id = auth.uid() AND \(Self.security.reaches("m.role"))
                """),
            Self.security.definition(
                of: "agents", as: "uuid",
                """
                SELECT a.id FROM orchestrator_platform.agents a
                WHERE (a.owner_type = 'user' AND a.owner_id = auth.uid())
                    OR (a.owner_type = 'organization'
                        AND a.owner_id IN (SELECT orchestrator_platform.organizations_of_caller(least_role)))
                """),
            Self.security.definition(
                of: "workflows", as: "uuid",
                """
                SELECT w.id FROM orchestrator_platform.workflows w
                WHERE w.agent_id IN (SELECT orchestrator_platform.agents_of_caller(least_role))
                """),
        ])

    static let users = Self.security.policies(
        "users", read: ("users_own_data", "id = auth.uid()"), update: "id = auth.uid()")

    static let organizations = Self.security.policies(
        "organizations", read: ("org_members_access", Self.organizations("id", "viewer")),
        update: Self.organizations("id", "owner"), delete: Self.organizations("id", "owner"))

    /// Nobody touches his own place, and only owners touch those of owners.
    private static let manageable =
        "user_id <> auth.uid() AND \(Self.organizations("organization_id", "admin")) "
        + "AND (role <> 'owner' OR \(Self.organizations("organization_id", "owner")))"

    static let members = Self.security.policies(
        "organization_members", read: ("organization_members_access", Self.organizations("organization_id", "viewer")),
        insert: Self.manageable, update: Self.manageable, delete: Self.manageable)

    static let agents = Self.security.policies(
        "agents", read: ("agents_owner_access", Self.owned("viewer")), insert: Self.owned("member"),
        update: Self.owned("member"), delete: Self.owned("owner"))

    static let workflows = Self.security.policies(
        "workflows", read: ("workflows_agent_access", Self.ofAgents("viewer")), insert: Self.ofAgents("member"),
        update: Self.ofAgents("member"), delete: Self.ofAgents("owner"))

    static let executions = Self.security.policies(
        "workflow_executions", read: ("executions_workflow_access", Self.ofWorkflows("viewer")),
        insert: "\(Self.ofWorkflows("member")) AND \(Self.ofAgents("viewer"))",
        update: "\(Self.ofWorkflows("member")) AND \(Self.ofAgents("viewer"))",
        delete: Self.ofWorkflows("owner"))

    static let listings = Self.security.policies(
        "marketplace_integrations", read: ("marketplace_agent_access", Self.ofAgents("viewer")),
        insert: Self.ofAgents("admin"), update: Self.ofAgents("admin"), delete: Self.ofAgents("admin"))

    static let containers = Self.security.policies(
        "container_resources", read: ("container_agent_access", Self.ofAgents("viewer")))

    private static func organizations(_ column: String, _ role: String) -> String {
        "\(column) IN \(Self.security.organizations(role))"
    }

    private static func owned(_ role: String) -> String {
        "((owner_type = 'user' AND owner_id = auth.uid()) "
            + "OR (owner_type = 'organization' AND \(Self.organizations("owner_id", role))))"
    }

    private static func ofAgents(_ role: String) -> String {
        "agent_id IN \(Self.security.ofCaller("agents", role))"
    }

    private static func ofWorkflows(_ role: String) -> String {
        "workflow_id IN \(Self.security.ofCaller("workflows", role))"
    }
}
