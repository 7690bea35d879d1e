import LedgerDomain
import LedgerEvents
import LedgerRelations

enum PriceTable {
    static let relation = Relation.states(Price.self, Self.table)

    static let table = Table<Price>("prices", primaryKey: "id", description: "What usage costs, from a moment on.") {
        Column("id", .uuid, \.id)
        Column("usage_type", .text, \.usageType)
        Column("provider", .text, \.provider)
        Column("model", .text, \.model).indexed()
        Column(
            "amount", .numeric(precision: 38, scale: 12), \.amount, unit: "currency", description: "For `per` units.")
        Column("per", .bigint, \.per, unit: "units")
        Column("unit_price", .numeric(precision: 38, scale: 15), \.perUnit, unit: "currency/unit")
        Column("currency", .char(3), \.currency)
        Column("effective_from", .timestamptz, \.effectiveFrom)
        Column("reference", .text, \.reference)
        Column(
            "above", .bigint, \.above, unit: "tokens",
            description: "Holds for requests with more input tokens than this; null: for every request.")
    }
}
