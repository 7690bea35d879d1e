import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum OpsIntegrationTable {
    static let relation = Relation.derived(
        from: Integration.self, Self.table, goneBy: { [$0.id.sqlValue] }
    ) { integration, _, body in
        if integration.removedAt == nil { try body(integration) }
    }.found(byStateIn: "id")

    static let table = Table<Integration>(
        "integrations", primaryKey: "id", description: "The services that organizations work with."
    ) {
        Column("id", .uuid, \.id, default: .randomUUID)
        Column("organization_id", .uuid, \.organization).references("organizations", onDelete: .cascade)
            .indexed("idx_integrations_org")
        Column("integration_type", .varchar(255), { $0.integrationType.cut(to: 255) }).indexed("idx_integrations_type")
        Column("name", .varchar(255), { $0.name?.cut(to: 255) })
        Column(
            "status", .enumeration("integration_status", ["connected", "disconnected", "error"]), \.status,
            nullable: true, default: "connected"
        ).indexed()
        Column(
            "credentials", .jsonb, \.sealedCredentials,
            description: "reference: where they lie, or ciphertext; the credentials themselves are nowhere here.")
        Column("config", .jsonb, \.config, nullable: true, default: .emptyObject)
        Column("connected_at", .timestamptz, \.connectedAt)
        Column("last_used_at", .timestamptz, \.lastUsedAt)
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column(
            "updated_at", .timestamptz, { max($0.updatedAt, $0.lastUsedAt ?? $0.updatedAt) }, nullable: true,
            default: .now)
        Unique("organization_id", "integration_type")
        Deviation(
            "credentials", documented: "the credentials, encrypted", reason: "a copy of them would be a leak",
            ours: "{\"reference\":…}: where they lie; {\"ciphertext\":…} where that is all that was recorded")
        Deviation(
            "integrations", documented: "nothing on integrations that are removed",
            reason: "an organization may connect the service again, and one of each type is allowed",
            ours: "a removed integration's row goes; it stays in the schema ledger")
    }
}

extension Integration {
    /// A JWE in compact form (RFC 7516 section 7.1) begins with the Base64 of `{"`; everything else says its scheme.
    fileprivate var sealedCredentials: JSONText {
        let isCiphertext = self.credentials.hasPrefix("eyJ") || self.credentials.hasPrefix("enc:")
        return JSONText.emptyObject.setting(isCiphertext ? "ciphertext" : "reference", to: self.credentials)
    }
}
