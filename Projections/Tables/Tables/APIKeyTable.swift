import LedgerDomain
import LedgerEvents
import LedgerRelations

enum APIKeyTable {
    static let relation = Relation.parts("api_key", of: Organization.self, by: "organization_id", Self.table) {
        id, organization in
        organization.apiKeys.map { Row(organization: id, key: $0) }
    }

    struct Row {
        var organization: OrganizationID
        var key: OrganizationAPIKey
    }

    static let table = Table<Row>(
        "api_keys", primaryKey: "id", description: "Keys to an organization, by hash; the keys themselves are unknown."
    ) {
        Column("id", .uuid, \.key.id)
        Column("organization_id", .uuid, \.organization).references("organizations").indexed()
        Column("name", .varchar(255), \.key.name)
        Column("key_hash", .varchar(64), \.key.hash, description: "SHA-256, hexadecimal.")
        Column("key_prefix", .varchar(32), \.key.prefix)
        Column("issued_at", .timestamptz, \.key.issuedAt)
        Column("revoked_at", .timestamptz, \.key.revokedAt)
    }
}
