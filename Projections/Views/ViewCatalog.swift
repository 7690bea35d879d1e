import AgentDomain

/// Every kind of state that the views keep, in the order in which they are digested. A new entity is one line here.
enum ViewCatalog {
    static let kinds: [any Stored.Type] = [
        Organization.self, User.self, Membership.self, Agent.self, Workflow.self, WorkflowExecution.self,
        AgentExecution.self, Evaluation.self, Price.self, UsageRecord.self, Invoice.self,
        RetentionPolicy.self,
        ExecutionTotals<WorkflowExecution>.self, ExecutionTotals<AgentExecution>.self, WorkflowStatistics.self,
        OrganizationUsage.self, QuotaUsage.self,
    ]

    /// Raised whenever an event comes to mean something else to a state: views of another version are rebuilt.
    static let version = 2
}
