import LedgerDomain
import LedgerEvents
import LedgerRelations

enum ModelAliasTable {
    static let relation = Relation.states(ModelAlias.self, Self.table)

    static let table = Table<ModelAlias>(
        "model_aliases", primaryKey: "id", description: "Names of models as sources spell them, for those of prices."
    ) {
        Column("id", .uuid, \.id)
        Column("provider", .text, \.provider, description: "As the source spells it; null: any.")
        Column("model", .text, \.model, description: "As the source spells it.").indexed()
        Column("price_provider", .text, \.priceProvider, description: "As prices spell it; null: the source's own.")
        Column("price_model", .text, \.priceModel, description: "As prices spell it.")
        Column("created_at", .timestamptz, \.createdAt)
        Column("updated_at", .timestamptz, \.updatedAt)
        Column("removed_at", .timestamptz, \.removedAt, description: "Null while the alias is in use.")
        Column("removal_reason", .text, \.removalReason)
    }
}
