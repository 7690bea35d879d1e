import Relations

/// Who sees and writes which rows: a viewer reads, a member writes, an admin also members, an owner also the
/// organization itself, and deletes. What was observed, nobody but the platform writes.
enum InfrastructureRowSecurity {
    static let security = RowSecurity(schema: "agent_infrastructure")

    static let routines = Self.security.routines(
        [
            Self.security.definition(
                of: "organizations", as: "text",
                """
                SELECT m.organization_slug FROM agent_infrastructure.organization_members m
                WHERE m.user_id = auth.uid() AND \(Self.security.reaches("m.role"))
                """)
        ])

    static let organizations = Self.security.policies(
        "organizations",
        read: ("Users can read their organizations", "slug IN \(Self.security.organizations("viewer"))"),
        update: "slug IN \(Self.security.organizations("owner"))",
        delete: "slug IN \(Self.security.organizations("owner"))",
        service: "Service role has full access to organizations")

    /// Nobody touches his own place, and only owners touch those of owners.
    private static let manageable =
        "user_id <> auth.uid() AND \(Self.organization("admin")) AND (role <> 'owner' OR \(Self.organization("owner")))"

    static let members = Self.security.policies(
        "organization_members", read: ("organization_members_read", Self.organization("viewer")),
        insert: Self.manageable, update: Self.manageable, delete: Self.manageable)

    /// The first organization of an agent owns it.
    static let agents = Self.security.policies(
        "agents",
        read: (
            "Users can read agents in their organizations",
            "organization_slug && ARRAY\(Self.security.organizations("viewer"))"
        ),
        insert:
            "cardinality(organization_slug) > 0 AND organization_slug <@ ARRAY\(Self.security.organizations("member"))",
        update: "organization_slug[1] IN \(Self.security.organizations("member"))",
        delete: "organization_slug[1] IN \(Self.security.organizations("owner"))",
        service: "Service role has full access to agents")

    static let agentOrganizations = Self.security.policies(
        "agent_organizations", read: ("agent_organizations_read", Self.organization("viewer")),
        insert: Self.ownedAgent("member"), delete: Self.ownedAgent("owner"))

    /// Rows that say whose they are.
    static func ofOrganization(_ table: String) -> [Policy] {
        Self.security.policies(
            table, read: ("\(table)_read", Self.organization("viewer")), insert: Self.organization("member"),
            update: Self.organization("member"), delete: Self.organization("owner"))
    }

    /// Rows that belong where another row belongs. What can be seen of that, its own policies say.
    static func of(_ parents: String, _ column: String, _ table: String) -> [Policy] {
        func parent(_ role: String) -> String {
            "\(column) IN (SELECT p.id FROM agent_infrastructure.\(parents) p WHERE \(Self.chain(parents, role)))"
        }
        return Self.security.policies(
            table, read: ("\(table)_read", parent("viewer")), insert: parent("member"), update: parent("member"),
            delete: parent("owner"))
    }

    /// What was observed.
    static func observed(_ table: String) -> [Policy] {
        Self.security.policies(table, read: ("\(table)_read", Self.organization("viewer")))
    }

    private static func chain(_ parents: String, _ role: String) -> String {
        guard parents == "documents" else { return "p.\(Self.organization(role))" }
        return "p.collection_id IN (SELECT c.id FROM agent_infrastructure.document_collections c "
            + "WHERE c.\(Self.organization(role)))"
    }

    private static func organization(_ role: String) -> String {
        "organization_slug IN \(Self.security.organizations(role))"
    }

    private static func ownedAgent(_ role: String) -> String {
        "\(Self.organization(role)) AND agent_slug IN (SELECT a.slug FROM agent_infrastructure.agents a "
            + "WHERE a.organization_slug[1] IN \(Self.security.organizations(role)))"
    }
}
