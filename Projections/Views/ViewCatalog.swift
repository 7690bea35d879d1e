import LedgerDomain

/// Every kind of state that the views keep, in the order in which they are digested. A new entity is one line here.
enum ViewCatalog {
    static let kinds: [any Stored.Type] = [
        Organization.self, User.self, Membership.self, Agent.self, Workflow.self, WorkflowExecution.self,
        AgentExecution.self, Evaluation.self, Price.self, Invoice.self, UnbilledUsage.self, UsageCalendar.self,
        BilledUsage.self, UsageVoid.self, RetentionPolicy.self, AgentType.self, ContainerAllocation.self,
        MarketplaceListing.self, AlertRule.self, Alert.self, WorkflowTrigger.self, WorkflowNode.self, Integration.self,
        PolicyClock.self, PolicyProgress.self, AlertWatch.self, ExecutionTotals<WorkflowExecution>.self,
        ExecutionTotals<AgentExecution>.self, WorkflowStatistics.self, OrganizationUsage.self, QuotaUsage.self,
        Conversation.self, ConversationActivity.self, AgentTask.self, Project.self, ProjectStep.self, Deliverable.self,
        DeliverableVersion.self, DocumentCollection.self, Document.self, DocumentContents.self,
        UnplacedAgent.self, AgentActivity.self, TraceAssembly.self, FactRevision<TraceSpan>.self,
        FactRevision<ModelCall>.self, FactRevision<ToolCall>.self, FactRevision<LogLine>.self,
        ModelAlias.self, AdoptedRow.self, ImportedLine.self,
    ]

    /// Every view by its name: a kind's, then who holds which alias, then who is in which group.
    static let names = kinds.map { $0.kind } + ["aliases", "groups"]
    static let aliases = kinds.count
    static let groups = kinds.count + 1

    private static let places = [ObjectIdentifier: Int](
        uniqueKeysWithValues: kinds.enumerated().map { (ObjectIdentifier($1), $0) })

    /// Where a kind stands in `names`.
    static func place(of kind: any Stored.Type) -> Int {
        guard let place = self.places[ObjectIdentifier(kind)] else {
            preconditionFailure("\(kind.kind) is missing from ViewCatalog.kinds")
        }
        return place
    }

    /// Raised whenever an event comes to mean something else to a state, or the file's form changes: views of another
    /// version are rebuilt.
    static let version = 16
}
