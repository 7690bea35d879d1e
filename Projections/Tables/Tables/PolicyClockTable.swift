import LedgerDomain
import LedgerEvents
import LedgerRelations

enum PolicyClockTable {
    static let relation = Relation.states(PolicyClock.self, Self.table)

    static let table = Table<PolicyClock>(
        "clocks", primaryKey: "id", description: "How late it is, as the ledger was told."
    ) {
        Column("id", .uuid, \.id)
        Column("time", .timestamptz, \.time)
    }
}
