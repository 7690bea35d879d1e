import LedgerRelations
import LedgerTables

/// The tables of the AI Ops Studio: organizations that draw workflows, run them, watch them and are billed for them.
enum OpsStudio {
    static let projection = Projection(
        "ops_studio", version: 4,
        description:
            "What an operations studio for AI workflows keeps: accounts, workflows with their nodes, runs with "
            + "all that is measured of them, integrations, usage and invoices.",
        enumerations: .types,
        relations: [
            OpsOrganizationTable.relation, OpsUserTable.relation, OpsWorkflowTable.relation, OpsAgentTable.relation,
            OpsWorkflowExecutionTable.relation, OpsAgentExecutionTable.relation, OpsExecutionLogTable.relation,
            OpsAgentMetricTable.relation, OpsEvaluationTable.relation, OpsTriggerTable.relation,
            OpsIntegrationTable.relation, OpsUsageRecordTable.relation, OpsInvoiceTable.relation,
            OpsAuditLogTable.relation,
        ],
        deviations: [
            Deviation(
                "enumerated columns", documented: "the words stand in the column's definition",
                reason: "that is another database's syntax, which PostgreSQL refuses",
                ours: "a type for each such column, named after its table and column"),
            Deviation(
                "times", documented: "timestamps without a zone",
                reason: "their instant would depend on who reads them", ours: "TIMESTAMPTZ"),
            Deviation(
                "VARCHAR columns", documented: "at most so many characters",
                reason: "a fact may be longer, and it has happened",
                ours:
                    "longer text is cut at the limit, and ends with an id where it has to be unique; all of it stands in the "
                    + "schema ledger"),
            Deviation(
                "retention",
                documented: "runs for 1 year, logs for 90 days, metrics for 2 years, audit logs for 3",
                reason: "other schemas of the same facts ask for other spans, and retention does not work yet",
                ours: "rows stay for ever; `retention_policy.set` records a policy, which does nothing yet"),
        ])
}
