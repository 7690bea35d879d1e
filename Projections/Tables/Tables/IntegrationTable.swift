import LedgerDomain
import LedgerEvents
import LedgerRelations

enum IntegrationTable {
    static let relation = Relation.states(Integration.self, Self.table)

    static let table = Table<Integration>(
        "integrations", primaryKey: "id", description: "The services that organizations work with."
    ) {
        Column("id", .uuid, \.id)
        Column("organization_id", .uuid, \.organization).references("organizations").indexed()
        Column("integration_type", .varchar(255), \.integrationType).indexed()
        Column("name", .varchar(255), \.name)
        Column("status", .enumeration(Integration.Status.self), \.status).indexed()
        Column("status_reason", .text, \.statusReason)
        Column("error_message", .text, \.errorMessage)
        Column(
            "credentials", .text, \.credentials,
            description: "Where they lie, or their ciphertext; the credentials themselves are nowhere here.")
        Column("credentials_rotated_at", .timestamptz, \.credentialsRotatedAt)
        Column("config", .jsonb, \.config)
        Column("connected_at", .timestamptz, \.connectedAt)
        Column("last_used_at", .timestamptz, \.lastUsedAt)
        Column("times_used", .bigint, \.timesUsed, unit: "uses")
        Column("created_at", .timestamptz, \.createdAt)
        Column("updated_at", .timestamptz, \.updatedAt)
        Column("removed_at", .timestamptz, \.removedAt)
        TableIndex(
            "integrations_type_live_key", "organization_id", "integration_type", unique: true,
            where: "removed_at IS NULL")
    }
}
