import LedgerDomain
import LedgerEvents
import LedgerRelations

enum ClockTable {
    static let relation = Relation.states(Clock.self, Self.table)

    static let table = Table<Clock>("clocks", primaryKey: "id", description: "How late it is, as the ledger was told.")
    {
        Column("id", .uuid, \.id)
        Column("time", .timestamptz, \.time)
    }
}
