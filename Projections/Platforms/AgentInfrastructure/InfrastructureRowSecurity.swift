import LedgerRelations

/// Who sees and writes which rows: a viewer reads, a member writes, an admin also members
/// and sharing, an owner also the organization's settings, and deletes. Nobody writes in another's name, and the platform alone writes what it observed. A
/// user whose account is not active sees nothing; an organization that is not active is read only.
enum InfrastructureRowSecurity {
    static let security = RowSecurity(schema: "agent_infrastructure", accounts: "user_accounts")

    static let routines =
        Self.security.routines(
            [
                Self.security.definition(
                    of: "organizations", as: "text",
                    """
                    SELECT m.organization_slug FROM agent_infrastructure.organization_members m
                    JOIN agent_infrastructure.organizations o ON o.slug = m.organization_slug
                    WHERE m.user_id = \(Self.security.caller) AND \(Self.security.reaches("m.role"))
                        AND \(Self.security.isWritable("o.is_active"))
                    """)
            ]) + [Self.stampTime]

    /// When a tenant did something, the database says. Arguments: the column of the time, and the one whose change it is
    /// the time of.
    private static let stampTime = Routine(
        "stamp_time",
        postgreSQL: """
            CREATE OR REPLACE FUNCTION agent_infrastructure.stamp_time() RETURNS trigger
            LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
            BEGIN
                IF row_security_active(TG_RELID) AND NOT agent_infrastructure.called_by_service()
                    AND to_jsonb(NEW) -> TG_ARGV[1] IS DISTINCT FROM to_jsonb(OLD) -> TG_ARGV[1]
                THEN
                    NEW := jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], now()));
                END IF;
                RETURN NEW;
            END
            $body$
            """)

    /// Runs after `guarding`, since triggers run in the order of their names.
    static func stamping(_ column: String, withChangesOf cause: String, of table: String) -> Trigger {
        Trigger(
            "\(table)_stamp_time", "BEFORE UPDATE", call: "agent_infrastructure.stamp_time('\(column)', '\(cause)')")
    }

    static let accounts = Self.security.policies(
        "user_accounts", read: ("user_accounts_read", "id = \(Self.security.caller)"))

    static let organizations = Self.security.policies(
        "organizations",
        read: ("Users can read their organizations", "slug IN \(Self.security.organizations("viewer"))"),
        update: .update(
            "name", "description", "url", "settings", where: "slug IN \(Self.security.organizations("owner"))"),
        service: "Service role has full access to organizations")

    /// Nobody writes their own membership, and only owners write those of owners.
    private static let manageable =
        "user_id <> \(Self.security.caller) AND \(Self.organization("admin")) "
        + "AND (role <> 'owner' OR \(Self.organization("owner")))"

    static let members = Self.security.policies(
        "organization_members", read: ("organization_members_read", Self.organization("viewer")),
        insert: .insert(
            "id", "organization_slug", "user_id", "role", where: Self.manageable, Self.security.isActiveUser("user_id")),
        update: .update("role", where: Self.manageable), delete: Self.manageable)

    /// The first organization of an agent owns it, and its admins share it.
    static let agents = Self.security.policies(
        "agents",
        read: (
            "Users can read agents in their organizations",
            "organization_slug && ARRAY\(Self.security.organizations("viewer"))"
        ),
        insert: Self.writeAgents(
            ["slug", "organization_slug"], nil,
            "(cardinality(organization_slug) = 1 AND organization_slug <@ ARRAY\(Self.security.organizations("member")) "
                + "OR cardinality(organization_slug) > 1 "
                + "AND organization_slug <@ ARRAY\(Self.security.organizations("admin")))"),
        update: Self.writeAgents([], Self.firstOrganization("member"), Self.firstOrganization("member")),
        delete: Self.firstOrganization("owner"), service: "Service role has full access to agents")

    private static func writeAgents(_ keys: [String], _ rows: String?, _ check: String) -> RowSecurity.Write {
        RowSecurity.Write(
            rows: rows, check: check,
            columns: keys + [
                "name", "description", "version", "agent_type", "department", "tags", "io_schema", "capabilities",
                "context", "endpoint", "llm_config", "metadata",
            ])
    }

    private static func firstOrganization(_ role: String) -> String {
        "organization_slug[1] IN \(Self.security.organizations(role))"
    }

    static let agentOrganizations = Self.security.policies(
        "agent_organizations", read: ("agent_organizations_read", Self.organization("viewer")),
        insert: .insert("agent_slug", "organization_slug", "place", where: Self.ownedAgent("admin")),
        delete: Self.ownedAgent("owner"))

    static let conversations = Self.ofOrganization(
        "conversations",
        insert: .insert(
            "id", "organization_slug", "user_id", "agent_slug", "title", "metadata", where: Self.organization("member"),
            Self.isCaller("user_id"), Self.hasAgent("conversations.organization_slug")),
        update: .update("title", "metadata", where: Self.organization("member")))

    static let collections = Self.ofOrganization(
        "document_collections",
        insert: .insert(
            "id", "organization_slug", "name", "description", "embedding_model", "embedding_dimensions", "metadata",
            "created_by", where: Self.organization("member"), Self.isCaller("created_by")),
        update: .update("name", "description", "metadata", where: Self.organization("member")))

    static let tasks = Self.ofOrganization(
        "tasks",
        insert: .insert(
            "id", "organization_slug", "conversation_id", "user_id", "title", "prompt", "params", "priority",
            "metadata",
            where: Self.organization("member"), Self.isCaller("user_id"),
            "(conversation_id IS NULL OR conversation_id IN (SELECT c.id FROM agent_infrastructure.conversations c "
                + "WHERE c.organization_slug = tasks.organization_slug))"),
        update: .update("title", "prompt", "params", "priority", "metadata", where: Self.organization("member")))

    /// Whoever takes part is a member of the conversation's organization; everybody may leave.
    static let participants = Self.of(
        "conversations", "conversation_id", "conversation_participants",
        insert: .insert(
            "conversation_id", "participant_id", "participant_type", "user_id", "agent_slug",
            where: Self.parent("conversations", "conversation_id", "member"),
            Self.hasAgent(in: "conversations", "conversation_participants.conversation_id"),
            "(participant_type <> 'user' OR participant_id = user_id)",
            "(user_id IS NULL OR user_id IN (\(Self.colleagues("conversations", "conversation_participants.conversation_id"))))"
        ),
        update: .update(
            "left_at",
            where: "\(Self.parent("conversations", "conversation_id", "member")) AND \(Self.isCaller("user_id"))"))

    static let messages = Self.of(
        "conversations", "conversation_id", "messages",
        insert: .insert(
            "id", "conversation_id", "role", "user_id", "content", "metadata",
            where: Self.parent("conversations", "conversation_id", "member"), Self.isCaller("user_id"), "role = 'user'"),
        update: .update(
            "content", "metadata",
            where: "\(Self.parent("conversations", "conversation_id", "member")) AND \(Self.isCaller("user_id"))"))

    static let documents = Self.of(
        "document_collections", "collection_id", "documents",
        insert: .insert(
            "id", "collection_id", "title", "source_uri", "content_type", "content_hash", "size_bytes", "metadata",
            where: Self.parent("document_collections", "collection_id", "member")),
        update: .update(
            "title", "source_uri", "content_type", "content_hash", "size_bytes", "metadata",
            where: Self.parent("document_collections", "collection_id", "member")))

    static let chunks = Self.of(
        "documents", "document_id", "document_chunks",
        insert: .insert(
            "id", "document_id", "chunk_index", "content", "token_count", "embedding", "embedding_model", "metadata",
            where: Self.parent("documents", "document_id", "member")),
        update: .update(
            "content", "token_count", "embedding", "embedding_model", "metadata",
            where: Self.parent("documents", "document_id", "member")))

    /// Who assigned what to whom is history: nobody changes it.
    static let assignments = Self.of(
        "tasks", "task_id", "task_assignments",
        insert: .insert(
            "id", "task_id", "user_id", "agent_slug", "assigned_by", where: Self.parent("tasks", "task_id", "member"),
            "assigned_by = 'user:' || \(Self.security.caller)", Self.hasAgent(in: "tasks", "task_assignments.task_id"),
            "(user_id IS NULL OR user_id IN (\(Self.colleagues("tasks", "task_assignments.task_id"))))"))

    static let comments = Self.of(
        "tasks", "task_id", "task_comments",
        insert: .insert(
            "id", "task_id", "user_id", "content", where: Self.parent("tasks", "task_id", "member"),
            Self.isCaller("user_id")),
        update: .update(
            "content", where: "\(Self.parent("tasks", "task_id", "member")) AND \(Self.isCaller("user_id"))"))

    /// Whoever was asked decides, once, in their own name.
    static let approvals = Self.of(
        "tasks", "task_id", "approvals",
        insert: .insert(
            "task_id", "approval_number", "status", "approver_id", "message", "requested_by",
            where: Self.parent("tasks", "task_id", "member"), Self.isCaller("requested_by"), "status = 'pending'",
            "(approver_id IS NULL OR approver_id IN (\(Self.colleagues("tasks", "approvals.task_id"))))"),
        update: .update(
            "status", "decided_by", "comment", where: Self.mayDecide + " AND status = 'pending'",
            leaving: Self.mayDecide + " AND status IN ('approved', 'rejected') AND \(Self.isCaller("decided_by"))"))

    private static let mayDecide =
        "\(Self.parent("tasks", "task_id", "member")) AND (approver_id IS NULL OR \(Self.isCaller("approver_id")))"

    /// What was observed.
    static func observed(_ table: String) -> [RowPolicy] {
        Self.security.policies(table, read: ("\(table)_read", Self.organization("viewer")))
    }

    /// Rows that say whose they are.
    private static func ofOrganization(
        _ table: String, insert: RowSecurity.Write, update: RowSecurity.Write
    ) -> [RowPolicy] {
        Self.security.policies(
            table, read: ("\(table)_read", Self.organization("viewer")), insert: insert, update: update,
            delete: Self.organization("owner"))
    }

    /// Rows that belong where another row belongs.
    private static func of(
        _ parents: String, _ column: String, _ table: String, insert: RowSecurity.Write,
        update: RowSecurity.Write? = nil
    ) -> [RowPolicy] {
        Self.security.policies(
            table, read: ("\(table)_read", Self.parent(parents, column, "viewer")), insert: insert, update: update,
            delete: Self.parent(parents, column, "owner"))
    }

    private static func parent(_ parents: String, _ column: String, _ role: String) -> String {
        "\(column) IN (SELECT p.id FROM agent_infrastructure.\(parents) p WHERE \(Self.chain(parents, role)))"
    }

    private static func chain(_ parents: String, _ role: String) -> String {
        guard parents == "documents" else { return "p.\(Self.organization(role))" }
        return "p.collection_id IN (SELECT c.id FROM agent_infrastructure.document_collections c "
            + "WHERE c.\(Self.organization(role)))"
    }

    private static func organization(_ role: String) -> String {
        "organization_slug IN \(Self.security.organizations(role))"
    }

    private static func isCaller(_ column: String) -> String { "\(column) = \(Self.security.caller)" }

    /// Whether the agent, if there is one, is of an organization or shared with it. Seeing it is not enough: its owner
    /// may be another organization of the same user.
    private static func hasAgent(_ organization: String, from joined: String = "") -> String {
        "(agent_slug IS NULL OR agent_slug IN (SELECT a.slug FROM agent_infrastructure.agents a\(joined) "
            + "WHERE \(organization) = ANY (a.organization_slug)))"
    }

    /// The same of the organization that a parent row belongs to.
    private static func hasAgent(in parents: String, _ parent: String) -> String {
        Self.hasAgent(
            "p.organization_slug", from: " JOIN agent_infrastructure.\(parents) p ON p.id = \(parent)")
    }

    /// The members of the organization that a parent row belongs to.
    private static func colleagues(_ parents: String, _ parent: String) -> String {
        "SELECT m.user_id FROM agent_infrastructure.organization_members m "
            + "JOIN agent_infrastructure.\(parents) p ON p.organization_slug = m.organization_slug WHERE p.id = \(parent)"
    }

    private static func ownedAgent(_ role: String) -> String {
        "\(Self.organization(role)) AND agent_slug IN (SELECT a.slug FROM agent_infrastructure.agents a "
            + "WHERE a.organization_slug[1] IN \(Self.security.organizations(role)))"
    }
}
