import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

enum InfrastructureOrganizationTable {
    /// An organization may take another slug, which is its row's key.
    static let relation = Relation(
        declaration: Self.table.declaration,
        removedKeys: { snapshot, after, body in
            try snapshot.views.forEach(Organization.self) { _, loaded in
                guard loaded.changedAt > after else { return }
                for slug in loaded.state.formerSlugs { try body([.text(slug)]) }
            }
        },
        rows: { snapshot, changedAfter, body in
            var cells: [SQLValue] = []
            try snapshot.views.forEach(Organization.self) { _, loaded in
                guard loaded.changedAt > changedAfter else { return }
                Self.table.fill(&cells, from: loaded.state)
                try body(cells, loaded.changedAt)
            }
        })

    static let table = Table<Organization>(
        "organizations", primaryKey: "slug", description: "Customers, each with its own agents."
    ) {
        Column("slug", .text, \.slug)
        Column("name", .text, \.name).indexed()
        Column("description", .text, \.description)
        Column("url", .text, \.url)
        Column("settings", .jsonb, \.settings, default: .value(.json("{}"))).indexed(using: "gin")
        Column("created_at", .timestamptz, \.createdAt, default: .now).indexed()
        Column("updated_at", .timestamptz, \.updatedAt, default: .now)
        Column(
            "is_active", .boolean, { $0.status == .active && $0.deletedAt == nil }, default: true,
            description: "Neither suspended nor cancelled nor deleted; any other is read only.")
        InfrastructureRowSecurity.organizations
        InfrastructureRowSecurity.security.guarding(InfrastructureRowSecurity.organizations, of: "organizations")
        AgentInfrastructure.updating("organizations")
        Deviation(
            "is_active", documented: "nothing of the kind", reason: "a suspended organization must not be written",
            ours: "whether it is active")
        Deviation(
            "Users can read their organizations", documented: "reads everything, for now",
            reason: "its name promises less, and so does what is planned",
            ours: "reads the organizations that the caller is a member of")
    }
}
