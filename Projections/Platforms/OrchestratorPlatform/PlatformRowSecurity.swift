import LedgerRelations

/// Who sees and writes which rows: a viewer reads, a member writes agents, workflows and runs, an admin also members and
/// places in marketplaces, an owner also the organization's name, and deletes. The platform alone writes what costs money
/// and what it observed, and deletes organizations. A user whose account is not active sees nothing; an organization that is not active is read only.
enum PlatformRowSecurity {
    static let security = RowSecurity(schema: "orchestrator_platform")

    static let routines =
        Self.security.routines(
            [
                Self.security.definition(
                    of: "organizations", as: "uuid",
                    """
                    SELECT m.organization_id FROM orchestrator_platform.organization_members m
                    JOIN orchestrator_platform.organizations o ON o.id = m.organization_id
                    WHERE m.user_id = \(Self.security.caller) AND \(Self.security.reaches("m.role"))
                        AND \(Self.security.isWritable("o.is_active"))
                    """),
                Self.security.definition(
                    of: "agents", as: "uuid",
                    """
                    SELECT a.id FROM orchestrator_platform.agents a
                    WHERE (a.owner_type = 'user' AND a.owner_id = \(Self.security.caller))
                        OR (a.owner_type = 'organization'
                            AND a.owner_id IN (SELECT orchestrator_platform.organizations_of_caller(least_role)))
                    """),
                Self.security.definition(
                    of: "workflows", as: "uuid",
                    """
                    SELECT w.id FROM orchestrator_platform.workflows w
                    WHERE w.agent_id IN (SELECT orchestrator_platform.agents_of_caller(least_role))
                    """),
                Self.security.definition(
                    of: "executions", as: "uuid",
                    """
                    SELECT e.id FROM orchestrator_platform.workflow_executions e
                    WHERE e.workflow_id IN (SELECT orchestrator_platform.workflows_of_caller(least_role))
                    """),
            ]) + [Self.servesOthers, Self.sameOwner]

    /// Runs go with their agent, so an agent that does other owners' runs cannot be deleted by its own.
    private static let servesOthers = Routine(
        "serves_others",
        postgreSQL: """
            CREATE OR REPLACE FUNCTION orchestrator_platform.serves_others(agent uuid) RETURNS boolean
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
            SELECT EXISTS (
                SELECT FROM orchestrator_platform.workflow_executions e
                JOIN orchestrator_platform.workflows w ON w.id = e.workflow_id
                JOIN orchestrator_platform.agents host ON host.id = w.agent_id
                JOIN orchestrator_platform.agents a ON a.id = e.agent_id
                WHERE e.agent_id = agent AND (host.owner_type, host.owner_id) <> (a.owner_type, a.owner_id))
            $body$
            """)

    /// A run belongs to whom its workflow belongs to, and so does the run that it is part of.
    private static let sameOwner = Routine(
        "belongs_with",
        postgreSQL: """
            CREATE OR REPLACE FUNCTION orchestrator_platform.belongs_with(execution uuid, workflow uuid) RETURNS boolean
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
            SELECT EXISTS (
                SELECT FROM orchestrator_platform.workflow_executions e
                JOIN orchestrator_platform.workflows w ON w.id = e.workflow_id
                JOIN orchestrator_platform.agents theirs ON theirs.id = w.agent_id
                JOIN orchestrator_platform.workflows o ON o.id = workflow
                JOIN orchestrator_platform.agents ours ON ours.id = o.agent_id
                WHERE e.id = execution AND (theirs.owner_type, theirs.owner_id) = (ours.owner_type, ours.owner_id))
            $body$
            """)

    static let users = Self.security.policies(
        "users", read: ("users_own_data", "id = \(Self.security.caller)"),
        update: .update("first_name", "last_name", where: "id = \(Self.security.caller)"))

    static let organizations = Self.security.policies(
        "organizations", read: ("org_members_access", Self.organizations("id", "viewer")),
        update: .update("name", where: Self.organizations("id", "owner")))

    /// Nobody writes their own membership, and only owners write those of owners.
    private static let manageable =
        "user_id <> \(Self.security.caller) AND \(Self.organizations("organization_id", "admin")) "
        + "AND (role <> 'owner' OR \(Self.organizations("organization_id", "owner")))"

    /// A user is invited by an id that nobody can guess: users do not see each other.
    static let members = Self.security.policies(
        "organization_members", read: ("organization_members_access", Self.organizations("organization_id", "viewer")),
        insert: .insert(
            "id", "organization_id", "user_id", "role", where: Self.manageable, Self.security.isActiveUser("user_id")),
        update: .update("role", where: Self.manageable), delete: Self.manageable)

    static let agents = Self.security.policies(
        "agents", read: ("agents_owner_access", Self.owned("viewer")),
        insert: .insert(
            "id", "name", "description", "owner_type", "owner_id", "framework", "agent_type", "status", "version",
            "metadata", where: Self.owned("member"), "status = 'draft'"),
        update: .update(
            "name", "description", "framework", "agent_type", "status", "version", "metadata",
            where: Self.owned("member"), leaving: "\(Self.owned("member")) AND status <> 'error'"),
        delete: "\(Self.owned("owner")) AND NOT orchestrator_platform.serves_others(id)")

    static let workflows = Self.security.policies(
        "workflows", read: ("workflows_agent_access", Self.ofAgents("viewer")),
        insert: .insert(
            "id", "agent_id", "name", "description", "workflow_data", "workflow_type", "framework", "version",
            "is_active", where: Self.ofAgents("member")),
        update: .update(
            "name", "description", "workflow_data", "workflow_type", "framework", "version", "is_active",
            where: Self.ofAgents("member")),
        delete: Self.ofAgents("owner"))

    /// A run's agent belongs to whom its workflow belongs to.
    private static let hasOwnAgent = """
        agent_id IN (SELECT a.id FROM orchestrator_platform.workflows w \
        JOIN orchestrator_platform.agents host ON host.id = w.agent_id \
        JOIN orchestrator_platform.agents a ON (a.owner_type, a.owner_id) = (host.owner_type, host.owner_id) \
        WHERE w.id = workflow_executions.workflow_id)
        """

    static let executions = Self.security.policies(
        "workflow_executions", read: ("executions_workflow_access", Self.ofWorkflows("viewer")),
        insert: .insert(
            "id", "workflow_id", "agent_id", "status", "execution_data", "max_retries", "correlation_id",
            "parent_execution_id", where: Self.ofWorkflows("member"), Self.hasOwnAgent, "status = 'queued'",
            "(parent_execution_id IS NULL OR (parent_execution_id IN \(Self.security.ofCaller("executions", "member")) "
                + "AND orchestrator_platform.belongs_with(parent_execution_id, workflow_id)))"),
        update: .update("status", "status_message", where: Self.ofWorkflows("member")),
        delete: Self.ofWorkflows("owner"))

    /// That an agent is published, or could not be, the marketplace says.
    static let listings = Self.security.policies(
        "marketplace_integrations", read: ("marketplace_agent_access", Self.ofAgents("viewer")),
        insert: .insert(
            "id", "agent_id", "marketplace_name", "status", where: Self.ofAgents("admin"), "status = 'pending'"),
        update: .update(
            "status", where: Self.ofAgents("admin"),
            leaving: "\(Self.ofAgents("admin")) AND status IN ('pending', 'unpublished')"),
        delete: Self.ofAgents("admin"))

    static let containers = Self.security.policies(
        "container_resources", read: ("container_agent_access", Self.ofAgents("viewer")))

    private static func organizations(_ column: String, _ role: String) -> String {
        "\(column) IN \(Self.security.organizations(role))"
    }

    private static func owned(_ role: String) -> String {
        "((owner_type = 'user' AND owner_id = \(Self.security.caller)) "
            + "OR (owner_type = 'organization' AND \(Self.organizations("owner_id", role))))"
    }

    private static func ofAgents(_ role: String) -> String {
        "agent_id IN \(Self.security.ofCaller("agents", role))"
    }

    private static func ofWorkflows(_ role: String) -> String {
        "workflow_id IN \(Self.security.ofCaller("workflows", role))"
    }
}
