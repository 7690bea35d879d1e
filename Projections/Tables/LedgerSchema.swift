import LedgerRelations

/// Our own relational schema, the superset of what the platforms know. A new table is one file and one line here.
package enum LedgerSchema {
    /// In load order: parents before the tables that refer to them.
    static let relations: [Relation] = [
        OrganizationTable.relation, OrganizationUsageTable.relation, APIKeyTable.relation, UserTable.relation,
        MembershipTable.relation, AgentTypeTable.relation, AgentTable.relation, ContainerAllocationTable.relation,
        MarketplaceListingTable.relation, WorkflowTable.relation, WorkflowTriggerTable.relation,
        WorkflowNodeTable.relation, WorkflowExecutionTable.relation,
        TraceResourceTable.relation, TraceSpanTable.relation, LogRecordTable.relation, RefusedSpanTable.relation,
        UnchangedLineTable.relation,
        PendingTraceTable.relation, AgentExecutionTable.relation, ModelCallTable.relation, ToolCallTable.relation,
        ExecutionLogTable.relation,
        AgentMetricTable.relation, EvaluationTable.relation, PriceTable.relation, ModelAliasTable.relation,
        InvoiceTable.relation,
        InvoiceLineTable.relation, CreditNoteTable.relation, UsageRecordTable.relation, UnpricedUsageTable.relation,
        ProjectionRebuildTable.relation, ExportTable.relation,
        ReplayTable.relation, AccessDenialTable.relation, AdoptedRowTable.relation, RetentionPolicyTable.relation,
        AlertRuleTable.relation,
        AlertTable.relation, IntegrationTable.relation, ConversationTable.relation,
        ConversationParticipantTable.relation, MessageTable.relation, TaskTable.relation,
        TaskAssignmentTable.relation, TaskCommentTable.relation, ApprovalTable.relation, ProjectTable.relation,
        ProjectStepTable.relation, DeliverableTable.relation, DeliverableVersionTable.relation,
        DocumentCollectionTable.relation, DocumentTable.relation, DocumentChunkTable.relation,
        PolicyClockTable.relation, PolicyTable.relation, AuditLogTable.relation,
    ]

    package static let projection = Projection(
        "ledger", version: 5,
        description: "Everything that the ledger knows, one row for each thing, folded from the log.",
        relations: Self.relations)
}
