import LedgerDomain
import LedgerEvents
import LedgerRelations

enum PolicyTable {
    static let relation = Relation.states(PolicyProgress.self, Self.table)

    static let table = Table<PolicyProgress>(
        "policies", primaryKey: "id", description: "How far each policy has answered what happened."
    ) {
        Column("id", .uuid, \.id)
        Column("name", .text, \.name).unique()
        Column("through_position", .bigint, \.through, unit: "log position")
        Column("advanced_at", .timestamptz, \.advancedAt)
    }
}
