import LedgerDomain
import LedgerEvents
import LedgerRelations

enum AdoptedRowTable {
    static let relation = Relation.states(AdoptedRow.self, Self.table)

    static let table = Table<AdoptedRow>(
        "adopted_rows", primaryKey: "id",
        description:
            "Rows of platforms' databases that were adopted, with the values that no other table has a column for."
    ) {
        Column("id", .uuid, \.id)
        Column("organization_id", .uuid, \.organization).references("organizations").indexed()
        Column("source", .text, \.source, description: "Database and schema.").indexed()
        Column("table_name", .text, \.table)
        Column("row_key", .text, \.key, description: "The values of the row's key.")
        Column("subject", .text, \.subject, description: "The entity that the row became.").indexed()
        Column("digest", .text, \.digest, description: "Changes with every value of the row.")
        Column(
            "extra", .jsonb, \.extra,
            description: "By column: values that were adopted in another form, and values that were not adopted.")
        Column("adopted_at", .timestamptz, \.adoptedAt)
        Column("updated_at", .timestamptz, \.updatedAt)
        Column("gone_at", .timestamptz, \.goneAt, description: "When an import found the row gone.")
    }
}
