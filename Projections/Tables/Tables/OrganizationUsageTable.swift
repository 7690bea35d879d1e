import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

enum OrganizationUsageTable {
    static let relation = Relation.states(OrganizationUsage.self, Self.table)

    static let table = Table<OrganizationUsage>(
        "organization_monthly_usage", primaryKey: "organization_id", "month",
        description: "What an organization used in a calendar month (UTC), by the time things happened."
    ) {
        Column("organization_id", .uuid, \.organization).references("organizations")
        Column("month", .date, \.month, description: "The month's first day.")
        Column("executions", .bigint, \.executions, unit: "runs", description: "Runs started.")
        Column("model_calls", .bigint, \.modelCalls, unit: "calls")
        Column("tool_calls", .bigint, \.toolCalls, unit: "calls")
        Column("input_tokens", .bigint, \.inputTokens, unit: "tokens")
        Column("output_tokens", .bigint, \.outputTokens, unit: "tokens")
        Column(
            "unpriced_calls", .bigint, \.unpricedCalls, unit: "calls",
            description: "Model calls without a price when recorded.")
        Column("reported_cost", .cost, { $0.reportedCost.amount(only: $0.currency) }, unit: "currency")
        Column("computed_cost", .cost, { $0.computedCost.amount(only: $0.currency) }, unit: "currency")
        Column("currency", .char(3), \.currency, description: ColumnDeclaration.inCosts)
        Column("costs", .jsonb, \.costs, description: ColumnDeclaration.costs)
    }
}
