import LedgerDomain
import LedgerRelations
import LedgerTables

enum MonitoringOrganizationTable {
    static let relation = Relation.derived(from: Organization.self, Self.table) { organization, _ in organization }
        .found(byStateIn: "id")

    static let table = Table<Organization>("organizations", primaryKey: "id", description: "Customers.") {
        Column("id", .uuid, \.id)
        Column("name", .varchar(255), { $0.name.cut(to: 255) })
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
    }
}
