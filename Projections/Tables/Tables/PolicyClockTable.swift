import LedgerDomain
import LedgerEvents
import LedgerRelations

enum PolicyClockTable {
    static let relation = Relation.states(PolicyClock.self, Self.table)

    static let table = Table<PolicyClock>(
        "clocks", primaryKey: "id", description: "The time to which the ledger's clock was set last."
    ) {
        Column("id", .uuid, \.id)
        Column("time", .timestamptz, \.time)
    }
}
