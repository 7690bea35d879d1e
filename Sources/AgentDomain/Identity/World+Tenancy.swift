import LedgerEvents

extension DecisionContext {
    /// Refuses what the state of the organization does not allow. What an import reports has happened
    /// already: only a deleted organization refuses it.
    package func requireActivity(_ terms: CommandTerms, in id: OrganizationID, _ order: CommandContext)
        throws(Rejection)
    {
        guard let condition = self.condition(of: id) else { return }
        // What happened under another roof was allowed there.
        if order.isHistory || condition.allows(terms.activity) { return }
        if order.isReport, condition != .deleted { return }
        throw .broken(
            "organization \(id) is \(condition.rawValue) and does not allow \(terms.name)"
                + (condition == .suspended ? "; reactivate it first" : ""))
    }

    /// The state of an organization; what changes it guards the append.
    func condition(of id: OrganizationID) -> OrganizationCondition? {
        let found = self.lend(id) { organization in
            organization.map { (status: $0.status, deletedAt: $0.deletedAt) }
        }
        guard let found else { return nil }
        self.guardAgainst(
            EventQuery.Item(
                types: [OrganizationSuspended.type, OrganizationCancelled.type, OrganizationDeleted.type],
                tags: [id.tag]))
        if found.deletedAt != nil { return .deleted }
        return switch found.status {
        case .active: .active
        case .suspended: .suspended
        case .cancelled: .cancelled
        }
    }

    /// Refuses a user who is deleted or deactivated, or who is a member of other organizations and not of this one. Who
    /// founded it has a place in it until it has an owner, and the people of a platform who are members of none may be
    /// anywhere.
    func requireMember(
        _ user: UserID, of organization: OrganizationID, _ field: String, _ order: CommandContext
    ) throws(Rejection) {
        try self.requireNameable(user, order)
        if order.isHistory || self.role(of: user, in: organization) != nil { return }
        let others = self.members(of: Membership.memberships(of: user), as: Membership.self)
        guard others.contains(where: { self.peek($0)?.removedAt == nil }) else { return }
        throw .broken("\(field): user \(user) is no member of organization \(organization)")
    }

    /// Refuses a command on behalf of somebody who could not give one in the organization.
    package func requirePrincipal(_ principal: Principal, in organization: OrganizationID?, _ order: CommandContext)
        throws(Rejection)
    {
        if principal.isSystem { throw .invalid("on_behalf_of", "must name a user or a key, not \(principal)") }
        guard let user = principal.user.map({ UserID(bits: $0) }) else {
            if let organization, self.holdsKey(principal, of: organization) { return }
            throw .broken("on_behalf_of: \(principal) is no live key of the organization")
        }
        if let organization { return try self.requireMember(user, of: organization, "on_behalf_of", order) }
        try self.requireNameable(user, order)
    }

    /// Refuses an envelope that names a run, or another thing, of another organization. What belongs to no organization
    /// names nothing of one, save where trusted code says so.
    package func requireOwn(
        correlation: CorrelationID?, causation: EventID?, of organization: OrganizationID?, _ order: CommandContext
    ) throws(Rejection) {
        if organization == nil, order.actor.isSystem { return }
        if let correlation, let owner = self.owner(of: correlation), owner != organization {
            throw Self.foreign("correlation_id", correlation.description, organization)
        }
        if let causation, self.owners(of: causation.bits).contains(where: { $0 != organization }) {
            throw Self.foreign("causation_id", causation.description, organization)
        }
    }

    private static func foreign(_ field: String, _ id: String, _ organization: OrganizationID?) -> Rejection {
        .broken(
            "\(field) \(id) names nothing of \(organization.map { "organization \($0)" } ?? "what the command is about")"
        )
    }

    private func owner(of correlation: CorrelationID) -> OrganizationID? {
        let root = self.holder(of: WorkflowExecution.alias(of: correlation), as: WorkflowExecution.self)
        return self.lend(root ?? WorkflowExecutionID(bits: correlation.bits)) { $0?.owner }
    }

    /// Refuses the id of another organization's conversation; a conversation that the ledger does not know may have any.
    func requireOwnConversation(
        _ id: String?, of organization: OrganizationID, _ order: CommandContext
    ) throws(Rejection) {
        // Telemetry names the conversations of its sender.
        guard order.isChecked, let id, let bits = UUIDText.parse(id) else { return }
        guard let owner = self.lend(ConversationID(bits: bits), { $0?.owner }), owner != organization else { return }
        throw .notFound(Conversation.kind, "\(id) in organization \(organization)")
    }

    /// Refuses a mention of a thing of another organization, as if it did not exist. Whatever kind it is said to be of, the
    /// id of another organization's thing is refused.
    func requireOwn(
        _ kind: String, _ id: EventID, of organization: OrganizationID, isAnyKind: Bool = true
    ) throws(Rejection) {
        let owner = self.owner(of: kind, id.bits)
        let isForeign =
            owner.map { $0 != organization }
            ?? (isAnyKind && self.owners(of: id.bits).contains { $0 != organization })
        if isForeign { throw .notFound(kind.isEmpty ? "thing" : kind, "\(id) in organization \(organization)") }
    }

    /// The owners of everything that has this id, whatever it is.
    private func owners(of id: UInt128) -> some Sequence<OrganizationID> {
        WorldKinds.owned.lazy.compactMap { self.owner(of: $0, id) }
    }

    private func owner(of kind: String, _ id: UInt128) -> OrganizationID? {
        switch kind {
        case Organization.kind: self.lend(OrganizationID(bits: id)) { $0?.id }
        case Agent.kind: self.lend(AgentID(bits: id)) { $0?.owner }
        case AgentType.kind: self.lend(AgentTypeID(bits: id)) { $0?.organization }
        case ContainerAllocation.kind: self.lend(ContainerAllocationID(bits: id)) { $0?.owner }
        case MarketplaceListing.kind: self.lend(MarketplaceListingID(bits: id)) { $0?.owner }
        case Workflow.kind: self.lend(WorkflowID(bits: id)) { $0?.owner }
        case WorkflowNode.kind: self.lend(WorkflowNodeID(bits: id)) { $0?.owner }
        case WorkflowTrigger.kind: self.lend(WorkflowTriggerID(bits: id)) { $0?.owner }
        case Integration.kind: self.lend(IntegrationID(bits: id)) { $0?.owner }
        case WorkflowExecution.kind: self.lend(WorkflowExecutionID(bits: id)) { $0?.owner }
        case AgentExecution.kind: self.lend(AgentExecutionID(bits: id)) { $0?.owner }
        case ModelCall.kind: self.lend(ModelCallID(bits: id)) { $0?.owner }
        case ToolCall.kind: self.lend(ToolCallID(bits: id)) { $0?.owner }
        case LogLine.kind: self.lend(LogLineID(bits: id)) { $0?.owner }
        case Metric.kind: self.lend(MetricID(bits: id)) { $0?.owner }
        case Evaluation.kind: self.lend(EvaluationID(bits: id)) { $0?.owner }
        case AlertRule.kind: self.lend(AlertRuleID(bits: id)) { $0?.owner }
        case Alert.kind: self.lend(AlertID(bits: id)) { $0?.owner }
        case UsageRecord.kind: self.lend(UsageRecordID(bits: id)) { $0?.owner }
        case Invoice.kind: self.lend(InvoiceID(bits: id)) { $0?.owner }
        case Membership.kind: self.lend(MembershipID(bits: id)) { $0?.owner }
        case Conversation.kind: self.lend(ConversationID(bits: id)) { $0?.owner }
        case ConversationMessage.kind: self.lend(ConversationMessageID(bits: id)) { $0?.owner }
        case AgentTask.kind: self.lend(TaskID(bits: id)) { $0?.owner }
        case TaskComment.kind: self.lend(TaskCommentID(bits: id)) { $0?.owner }
        case Project.kind: self.lend(ProjectID(bits: id)) { $0?.owner }
        case ProjectStep.kind: self.lend(ProjectStepID(bits: id)) { $0?.owner }
        case Deliverable.kind: self.lend(DeliverableID(bits: id)) { $0?.owner }
        case DeliverableVersion.kind: self.lend(DeliverableVersionID(bits: id)) { $0?.owner }
        case DocumentCollection.kind: self.lend(DocumentCollectionID(bits: id)) { $0?.owner }
        case Document.kind: self.lend(DocumentID(bits: id)) { $0?.owner }
        case DocumentChunk.kind: self.lend(DocumentChunkID(bits: id)) { $0?.owner }
        case TraceSpan.kind: self.lend(TraceSpanID(bits: id)) { $0?.owner }
        case LogRecord.kind: self.lend(LogRecordID(bits: id)) { $0?.owner }
        case _: nil
        }
    }
}

/// The kinds of things that belong to organizations, the most numerous last.
private enum WorldKinds {
    static let owned = [
        Organization.kind, Agent.kind, AgentType.kind, ContainerAllocation.kind, MarketplaceListing.kind, Workflow.kind,
        WorkflowNode.kind, WorkflowTrigger.kind, Integration.kind, WorkflowExecution.kind, AgentExecution.kind,
        AlertRule.kind, Alert.kind, Invoice.kind, Membership.kind, Conversation.kind, ConversationMessage.kind,
        AgentTask.kind, TaskComment.kind, Project.kind, ProjectStep.kind, Deliverable.kind, DeliverableVersion.kind,
        DocumentCollection.kind, Document.kind, DocumentChunk.kind, Evaluation.kind, UsageRecord.kind, ModelCall.kind,
        ToolCall.kind, LogLine.kind, Metric.kind, TraceSpan.kind, LogRecord.kind,
    ]
}
