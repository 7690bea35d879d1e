import LedgerDomain
import LedgerEvents
import LedgerRelations

enum RetentionPolicyTable {
    static let relation = Relation.states(RetentionPolicy.self, Self.table)

    static let table = Table<RetentionPolicy>(
        "retention_policies", primaryKey: "id",
        description: "How long data is to be kept. Recorded only: nothing is deleted, or left out, because of it yet."
    ) {
        Column("id", .uuid, \.id)
        Column("organization_id", .uuid, \.organization, description: "Null: all that have no policy of their own.")
            .references("organizations").indexed()
        Column("data_kind", .text, \.dataKind, description: "A kind of thing, or all.")
        Column("retention_days", .bigint, \.retentionDays, unit: "days", description: "Null: for ever.")
        Column("reason", .text, \.reason)
        Column("superseded_by", .uuid, \.supersededBy, description: "Null for the policy in force.")
        TableCheck("retention_range", "retention_days IS NULL OR retention_days > 0")
    }
}
