import LedgerEvents

/// Every event there is, by entity. A new entity is one case here, in `DomainCommand`, and in both `accept`s.
@usableFromInline package enum DomainEvent: Equatable, Sendable {
    case organization(OrganizationEvent)
    case user(UserEvent)
    case membership(MembershipEvent)
    case agent(AgentEvent)
    case agentType(AgentTypeEvent)
    case containerAllocation(ContainerAllocationEvent)
    case marketplaceListing(MarketplaceListingEvent)
    case workflow(WorkflowEvent)
    case workflowExecution(WorkflowExecutionEvent)
    case agentExecution(AgentExecutionEvent)
    case modelCall(ModelCallEvent)
    case toolCall(ToolCallEvent)
    case logLine(LogLineEvent)
    case metric(MetricEvent)
    case evaluation(EvaluationEvent)
    case price(PriceEvent)
    case usageRecord(UsageRecordEvent)
    case invoice(InvoiceEvent)
    case clock(PolicyClockEvent)
    case policy(PolicyProgressEvent)
    case projectionRebuild(ProjectionRebuildEvent)
    case export(LedgerExportEvent)
    case replay(LedgerReplayEvent)
    case accessDenial(AccessDenialEvent)
    case retentionPolicy(RetentionPolicyEvent)
    case alertRule(AlertRuleEvent)
    case alert(AlertEvent)
    case workflowTrigger(WorkflowTriggerEvent)
    case workflowNode(WorkflowNodeEvent)
    case integration(IntegrationEvent)
    case conversation(ConversationEvent)
    case conversationMessage(ConversationMessageEvent)
    case task(TaskEvent)
    case taskComment(TaskCommentEvent)
    case project(ProjectEvent)
    case projectStep(ProjectStepEvent)
    case deliverable(DeliverableEvent)
    case deliverableVersion(DeliverableVersionEvent)
    case documentCollection(DocumentCollectionEvent)
    case document(DocumentEvent)
    case documentChunk(DocumentChunkEvent)
    case traceResource(TraceResourceEvent)
    case traceSpan(TraceSpanEvent)
    case logRecord(LogRecordEvent)
    case refusedSpan(RefusedSpanEvent)
    case unchangedLine(UnchangedLineEvent)
    case traceAssembly(TraceAssemblyEvent)
    case modelAlias(ModelAliasEvent)
    case adoptedRow(AdoptedRowEvent)

    /// Every event of the catalogue.
    package static let cases: [EventCase<DomainEvent>] =
        OrganizationEvent.cases.map { EventCase($0, DomainEvent.organization) }
        + UserEvent.cases.map { EventCase($0, DomainEvent.user) }
        + MembershipEvent.cases.map { EventCase($0, DomainEvent.membership) }
        + AgentEvent.cases.map { EventCase($0, DomainEvent.agent) }
        + AgentTypeEvent.cases.map { EventCase($0, DomainEvent.agentType) }
        + ContainerAllocationEvent.cases.map { EventCase($0, DomainEvent.containerAllocation) }
        + MarketplaceListingEvent.cases.map { EventCase($0, DomainEvent.marketplaceListing) }
        + WorkflowEvent.cases.map { EventCase($0, DomainEvent.workflow) }
        + WorkflowExecutionEvent.cases.map { EventCase($0, DomainEvent.workflowExecution) }
        + AgentExecutionEvent.cases.map { EventCase($0, DomainEvent.agentExecution) }
        + ModelCallEvent.cases.map { EventCase($0, DomainEvent.modelCall) }
        + ToolCallEvent.cases.map { EventCase($0, DomainEvent.toolCall) }
        + LogLineEvent.cases.map { EventCase($0, DomainEvent.logLine) }
        + MetricEvent.cases.map { EventCase($0, DomainEvent.metric) }
        + EvaluationEvent.cases.map { EventCase($0, DomainEvent.evaluation) }
        + PriceEvent.cases.map { EventCase($0, DomainEvent.price) }
        + UsageRecordEvent.cases.map { EventCase($0, DomainEvent.usageRecord) }
        + InvoiceEvent.cases.map { EventCase($0, DomainEvent.invoice) }
        + PolicyClockEvent.cases.map { EventCase($0, DomainEvent.clock) }
        + PolicyProgressEvent.cases.map { EventCase($0, DomainEvent.policy) }
        + ProjectionRebuildEvent.cases.map { EventCase($0, DomainEvent.projectionRebuild) }
        + LedgerExportEvent.cases.map { EventCase($0, DomainEvent.export) }
        + LedgerReplayEvent.cases.map { EventCase($0, DomainEvent.replay) }
        + AccessDenialEvent.cases.map { EventCase($0, DomainEvent.accessDenial) }
        + RetentionPolicyEvent.cases.map { EventCase($0, DomainEvent.retentionPolicy) }
        + AlertRuleEvent.cases.map { EventCase($0, DomainEvent.alertRule) }
        + AlertEvent.cases.map { EventCase($0, DomainEvent.alert) }
        + WorkflowTriggerEvent.cases.map { EventCase($0, DomainEvent.workflowTrigger) }
        + WorkflowNodeEvent.cases.map { EventCase($0, DomainEvent.workflowNode) }
        + IntegrationEvent.cases.map { EventCase($0, DomainEvent.integration) }
        + ConversationEvent.cases.map { EventCase($0, DomainEvent.conversation) }
        + ConversationMessageEvent.cases.map { EventCase($0, DomainEvent.conversationMessage) }
        + TaskEvent.cases.map { EventCase($0, DomainEvent.task) }
        + TaskCommentEvent.cases.map { EventCase($0, DomainEvent.taskComment) }
        + ProjectEvent.cases.map { EventCase($0, DomainEvent.project) }
        + ProjectStepEvent.cases.map { EventCase($0, DomainEvent.projectStep) }
        + DeliverableEvent.cases.map { EventCase($0, DomainEvent.deliverable) }
        + DeliverableVersionEvent.cases.map { EventCase($0, DomainEvent.deliverableVersion) }
        + DocumentCollectionEvent.cases.map { EventCase($0, DomainEvent.documentCollection) }
        + DocumentEvent.cases.map { EventCase($0, DomainEvent.document) }
        + DocumentChunkEvent.cases.map { EventCase($0, DomainEvent.documentChunk) }
        + TraceResourceEvent.cases.map { EventCase($0, DomainEvent.traceResource) }
        + TraceSpanEvent.cases.map { EventCase($0, DomainEvent.traceSpan) }
        + LogRecordEvent.cases.map { EventCase($0, DomainEvent.logRecord) }
        + RefusedSpanEvent.cases.map { EventCase($0, DomainEvent.refusedSpan) }
        + UnchangedLineEvent.cases.map { EventCase($0, DomainEvent.unchangedLine) }
        + TraceAssemblyEvent.cases.map { EventCase($0, DomainEvent.traceAssembly) }
        + ModelAliasEvent.cases.map { EventCase($0, DomainEvent.modelAlias) }
        + AdoptedRowEvent.cases.map { EventCase($0, DomainEvent.adoptedRow) }

    /// Hands the event over with the entity it belongs to.
    @inlinable
    package func accept<V: EntityEventVisitor>(_ visitor: inout V) throws {
        switch self {
        case .organization(let event): try visitor.visit(Organization.self, event)
        case .user(let event): try visitor.visit(User.self, event)
        case .membership(let event): try visitor.visit(Membership.self, event)
        case .agent(let event): try visitor.visit(Agent.self, event)
        case .agentType(let event): try visitor.visit(AgentType.self, event)
        case .containerAllocation(let event): try visitor.visit(ContainerAllocation.self, event)
        case .marketplaceListing(let event): try visitor.visit(MarketplaceListing.self, event)
        case .workflow(let event): try visitor.visit(Workflow.self, event)
        case .workflowExecution(let event): try visitor.visit(WorkflowExecution.self, event)
        case .agentExecution(let event): try visitor.visit(AgentExecution.self, event)
        case .modelCall(let event): try visitor.visit(ModelCall.self, event)
        case .toolCall(let event): try visitor.visit(ToolCall.self, event)
        case .logLine(let event): try visitor.visit(LogLine.self, event)
        case .metric(let event): try visitor.visit(Metric.self, event)
        case .evaluation(let event): try visitor.visit(Evaluation.self, event)
        case .price(let event): try visitor.visit(Price.self, event)
        case .usageRecord(let event): try visitor.visit(UsageRecord.self, event)
        case .invoice(let event): try visitor.visit(Invoice.self, event)
        case .clock(let event): try visitor.visit(PolicyClock.self, event)
        case .policy(let event): try visitor.visit(PolicyProgress.self, event)
        case .projectionRebuild(let event): try visitor.visit(ProjectionRebuild.self, event)
        case .export(let event): try visitor.visit(LedgerExport.self, event)
        case .replay(let event): try visitor.visit(LedgerReplay.self, event)
        case .accessDenial(let event): try visitor.visit(AccessDenial.self, event)
        case .retentionPolicy(let event): try visitor.visit(RetentionPolicy.self, event)
        case .alertRule(let event): try visitor.visit(AlertRule.self, event)
        case .alert(let event): try visitor.visit(Alert.self, event)
        case .workflowTrigger(let event): try visitor.visit(WorkflowTrigger.self, event)
        case .workflowNode(let event): try visitor.visit(WorkflowNode.self, event)
        case .integration(let event): try visitor.visit(Integration.self, event)
        case .conversation(let event): try visitor.visit(Conversation.self, event)
        case .conversationMessage(let event): try visitor.visit(ConversationMessage.self, event)
        case .task(let event): try visitor.visit(AgentTask.self, event)
        case .taskComment(let event): try visitor.visit(TaskComment.self, event)
        case .project(let event): try visitor.visit(Project.self, event)
        case .projectStep(let event): try visitor.visit(ProjectStep.self, event)
        case .deliverable(let event): try visitor.visit(Deliverable.self, event)
        case .deliverableVersion(let event): try visitor.visit(DeliverableVersion.self, event)
        case .documentCollection(let event): try visitor.visit(DocumentCollection.self, event)
        case .document(let event): try visitor.visit(Document.self, event)
        case .documentChunk(let event): try visitor.visit(DocumentChunk.self, event)
        case .traceResource(let event): try visitor.visit(TraceResource.self, event)
        case .traceSpan(let event): try visitor.visit(TraceSpan.self, event)
        case .logRecord(let event): try visitor.visit(LogRecord.self, event)
        case .refusedSpan(let event): try visitor.visit(RefusedSpan.self, event)
        case .unchangedLine(let event): try visitor.visit(UnchangedLine.self, event)
        case .traceAssembly(let event): try visitor.visit(TraceAssembly.self, event)
        case .modelAlias(let event): try visitor.visit(ModelAlias.self, event)
        case .adoptedRow(let event): try visitor.visit(AdoptedRow.self, event)
        }
    }
}

/// Every command there is, by entity.
@usableFromInline package enum DomainCommand: Equatable, Sendable {
    case organization(OrganizationCommand)
    case user(UserCommand)
    case membership(MembershipCommand)
    case agent(AgentCommand)
    case agentType(AgentTypeCommand)
    case containerAllocation(ContainerAllocationCommand)
    case marketplaceListing(MarketplaceListingCommand)
    case workflow(WorkflowCommand)
    case workflowExecution(WorkflowExecutionCommand)
    case agentExecution(AgentExecutionCommand)
    case modelCall(ModelCallCommand)
    case toolCall(ToolCallCommand)
    case logLine(LogLineCommand)
    case metric(MetricCommand)
    case evaluation(EvaluationCommand)
    case price(PriceCommand)
    case usageRecord(UsageRecordCommand)
    case invoice(InvoiceCommand)
    case clock(PolicyClockCommand)
    case policy(PolicyProgressCommand)
    case projectionRebuild(ProjectionRebuildCommand)
    case export(LedgerExportCommand)
    case replay(LedgerReplayCommand)
    case accessDenial(AccessDenialCommand)
    case retentionPolicy(RetentionPolicyCommand)
    case alertRule(AlertRuleCommand)
    case alert(AlertCommand)
    case workflowTrigger(WorkflowTriggerCommand)
    case workflowNode(WorkflowNodeCommand)
    case integration(IntegrationCommand)
    case conversation(ConversationCommand)
    case conversationMessage(ConversationMessageCommand)
    case task(TaskCommand)
    case taskComment(TaskCommentCommand)
    case project(ProjectCommand)
    case projectStep(ProjectStepCommand)
    case deliverable(DeliverableCommand)
    case deliverableVersion(DeliverableVersionCommand)
    case documentCollection(DocumentCollectionCommand)
    case document(DocumentCommand)
    case documentChunk(DocumentChunkCommand)
    case traceResource(TraceResourceCommand)
    case traceSpan(TraceSpanCommand)
    case logRecord(LogRecordCommand)
    case refusedSpan(RefusedSpanCommand)
    case unchangedLine(UnchangedLineCommand)
    case traceAssembly(TraceAssemblyCommand)
    case modelAlias(ModelAliasCommand)
    case adoptedRow(AdoptedRowCommand)

    /// Every command of the catalogue.
    package static let cases: [CommandCase<DomainCommand>] =
        OrganizationCommand.cases.map { CommandCase($0, DomainCommand.organization) }
        + UserCommand.cases.map { CommandCase($0, DomainCommand.user) }
        + MembershipCommand.cases.map { CommandCase($0, DomainCommand.membership) }
        + AgentCommand.cases.map { CommandCase($0, DomainCommand.agent) }
        + AgentTypeCommand.cases.map { CommandCase($0, DomainCommand.agentType) }
        + ContainerAllocationCommand.cases.map { CommandCase($0, DomainCommand.containerAllocation) }
        + MarketplaceListingCommand.cases.map { CommandCase($0, DomainCommand.marketplaceListing) }
        + WorkflowCommand.cases.map { CommandCase($0, DomainCommand.workflow) }
        + WorkflowExecutionCommand.cases.map { CommandCase($0, DomainCommand.workflowExecution) }
        + AgentExecutionCommand.cases.map { CommandCase($0, DomainCommand.agentExecution) }
        + ModelCallCommand.cases.map { CommandCase($0, DomainCommand.modelCall) }
        + ToolCallCommand.cases.map { CommandCase($0, DomainCommand.toolCall) }
        + LogLineCommand.cases.map { CommandCase($0, DomainCommand.logLine) }
        + MetricCommand.cases.map { CommandCase($0, DomainCommand.metric) }
        + EvaluationCommand.cases.map { CommandCase($0, DomainCommand.evaluation) }
        + PriceCommand.cases.map { CommandCase($0, DomainCommand.price) }
        + UsageRecordCommand.cases.map { CommandCase($0, DomainCommand.usageRecord) }
        + InvoiceCommand.cases.map { CommandCase($0, DomainCommand.invoice) }
        + PolicyClockCommand.cases.map { CommandCase($0, DomainCommand.clock) }
        + PolicyProgressCommand.cases.map { CommandCase($0, DomainCommand.policy) }
        + ProjectionRebuildCommand.cases.map { CommandCase($0, DomainCommand.projectionRebuild) }
        + LedgerExportCommand.cases.map { CommandCase($0, DomainCommand.export) }
        + LedgerReplayCommand.cases.map { CommandCase($0, DomainCommand.replay) }
        + AccessDenialCommand.cases.map { CommandCase($0, DomainCommand.accessDenial) }
        + RetentionPolicyCommand.cases.map { CommandCase($0, DomainCommand.retentionPolicy) }
        + AlertRuleCommand.cases.map { CommandCase($0, DomainCommand.alertRule) }
        + AlertCommand.cases.map { CommandCase($0, DomainCommand.alert) }
        + WorkflowTriggerCommand.cases.map { CommandCase($0, DomainCommand.workflowTrigger) }
        + WorkflowNodeCommand.cases.map { CommandCase($0, DomainCommand.workflowNode) }
        + IntegrationCommand.cases.map { CommandCase($0, DomainCommand.integration) }
        + ConversationCommand.cases.map { CommandCase($0, DomainCommand.conversation) }
        + ConversationMessageCommand.cases.map { CommandCase($0, DomainCommand.conversationMessage) }
        + TaskCommand.cases.map { CommandCase($0, DomainCommand.task) }
        + TaskCommentCommand.cases.map { CommandCase($0, DomainCommand.taskComment) }
        + ProjectCommand.cases.map { CommandCase($0, DomainCommand.project) }
        + ProjectStepCommand.cases.map { CommandCase($0, DomainCommand.projectStep) }
        + DeliverableCommand.cases.map { CommandCase($0, DomainCommand.deliverable) }
        + DeliverableVersionCommand.cases.map { CommandCase($0, DomainCommand.deliverableVersion) }
        + DocumentCollectionCommand.cases.map { CommandCase($0, DomainCommand.documentCollection) }
        + DocumentCommand.cases.map { CommandCase($0, DomainCommand.document) }
        + DocumentChunkCommand.cases.map { CommandCase($0, DomainCommand.documentChunk) }
        + TraceResourceCommand.cases.map { CommandCase($0, DomainCommand.traceResource) }
        + TraceSpanCommand.cases.map { CommandCase($0, DomainCommand.traceSpan) }
        + LogRecordCommand.cases.map { CommandCase($0, DomainCommand.logRecord) }
        + RefusedSpanCommand.cases.map { CommandCase($0, DomainCommand.refusedSpan) }
        + UnchangedLineCommand.cases.map { CommandCase($0, DomainCommand.unchangedLine) }
        + TraceAssemblyCommand.cases.map { CommandCase($0, DomainCommand.traceAssembly) }
        + ModelAliasCommand.cases.map { CommandCase($0, DomainCommand.modelAlias) }
        + AdoptedRowCommand.cases.map { CommandCase($0, DomainCommand.adoptedRow) }

    /// Hands the command over with the entity it belongs to, and the way from its events to the catalogue's.
    @inlinable
    package func accept<V: EntityCommandVisitor>(_ visitor: inout V) throws {
        switch self {
        case .organization(let command): try visitor.visit(Organization.self, command, DomainEvent.organization)
        case .user(let command): try visitor.visit(User.self, command, DomainEvent.user)
        case .membership(let command): try visitor.visit(Membership.self, command, DomainEvent.membership)
        case .agent(let command): try visitor.visit(Agent.self, command, DomainEvent.agent)
        case .agentType(let command): try visitor.visit(AgentType.self, command, DomainEvent.agentType)
        case .containerAllocation(let command):
            try visitor.visit(ContainerAllocation.self, command, DomainEvent.containerAllocation)
        case .marketplaceListing(let command):
            try visitor.visit(MarketplaceListing.self, command, DomainEvent.marketplaceListing)
        case .workflow(let command): try visitor.visit(Workflow.self, command, DomainEvent.workflow)
        case .workflowExecution(let command):
            try visitor.visit(WorkflowExecution.self, command, DomainEvent.workflowExecution)
        case .agentExecution(let command): try visitor.visit(AgentExecution.self, command, DomainEvent.agentExecution)
        case .modelCall(let command): try visitor.visit(ModelCall.self, command, DomainEvent.modelCall)
        case .toolCall(let command): try visitor.visit(ToolCall.self, command, DomainEvent.toolCall)
        case .logLine(let command): try visitor.visit(LogLine.self, command, DomainEvent.logLine)
        case .metric(let command): try visitor.visit(Metric.self, command, DomainEvent.metric)
        case .evaluation(let command): try visitor.visit(Evaluation.self, command, DomainEvent.evaluation)
        case .price(let command): try visitor.visit(Price.self, command, DomainEvent.price)
        case .usageRecord(let command): try visitor.visit(UsageRecord.self, command, DomainEvent.usageRecord)
        case .invoice(let command): try visitor.visit(Invoice.self, command, DomainEvent.invoice)
        case .clock(let command): try visitor.visit(PolicyClock.self, command, DomainEvent.clock)
        case .policy(let command): try visitor.visit(PolicyProgress.self, command, DomainEvent.policy)
        case .projectionRebuild(let command):
            try visitor.visit(ProjectionRebuild.self, command, DomainEvent.projectionRebuild)
        case .export(let command): try visitor.visit(LedgerExport.self, command, DomainEvent.export)
        case .replay(let command): try visitor.visit(LedgerReplay.self, command, DomainEvent.replay)
        case .accessDenial(let command): try visitor.visit(AccessDenial.self, command, DomainEvent.accessDenial)
        case .retentionPolicy(let command):
            try visitor.visit(RetentionPolicy.self, command, DomainEvent.retentionPolicy)
        case .alertRule(let command): try visitor.visit(AlertRule.self, command, DomainEvent.alertRule)
        case .alert(let command): try visitor.visit(Alert.self, command, DomainEvent.alert)
        case .workflowTrigger(let command):
            try visitor.visit(WorkflowTrigger.self, command, DomainEvent.workflowTrigger)
        case .workflowNode(let command): try visitor.visit(WorkflowNode.self, command, DomainEvent.workflowNode)
        case .integration(let command): try visitor.visit(Integration.self, command, DomainEvent.integration)
        case .conversation(let command): try visitor.visit(Conversation.self, command, DomainEvent.conversation)
        case .conversationMessage(let command):
            try visitor.visit(ConversationMessage.self, command, DomainEvent.conversationMessage)
        case .task(let command): try visitor.visit(AgentTask.self, command, DomainEvent.task)
        case .taskComment(let command): try visitor.visit(TaskComment.self, command, DomainEvent.taskComment)
        case .project(let command): try visitor.visit(Project.self, command, DomainEvent.project)
        case .projectStep(let command): try visitor.visit(ProjectStep.self, command, DomainEvent.projectStep)
        case .deliverable(let command): try visitor.visit(Deliverable.self, command, DomainEvent.deliverable)
        case .deliverableVersion(let command):
            try visitor.visit(DeliverableVersion.self, command, DomainEvent.deliverableVersion)
        case .documentCollection(let command):
            try visitor.visit(DocumentCollection.self, command, DomainEvent.documentCollection)
        case .document(let command): try visitor.visit(Document.self, command, DomainEvent.document)
        case .documentChunk(let command): try visitor.visit(DocumentChunk.self, command, DomainEvent.documentChunk)
        case .traceResource(let command): try visitor.visit(TraceResource.self, command, DomainEvent.traceResource)
        case .traceSpan(let command): try visitor.visit(TraceSpan.self, command, DomainEvent.traceSpan)
        case .logRecord(let command): try visitor.visit(LogRecord.self, command, DomainEvent.logRecord)
        case .refusedSpan(let command): try visitor.visit(RefusedSpan.self, command, DomainEvent.refusedSpan)
        case .unchangedLine(let command): try visitor.visit(UnchangedLine.self, command, DomainEvent.unchangedLine)
        case .traceAssembly(let command): try visitor.visit(TraceAssembly.self, command, DomainEvent.traceAssembly)
        case .modelAlias(let command): try visitor.visit(ModelAlias.self, command, DomainEvent.modelAlias)
        case .adoptedRow(let command): try visitor.visit(AdoptedRow.self, command, DomainEvent.adoptedRow)
        }
    }
}

@usableFromInline package protocol EntityEventVisitor {
    mutating func visit<E: Entity>(_ entity: E.Type, _ event: E.Rules.Event) throws
}

@usableFromInline package protocol EntityCommandVisitor {
    /// - Parameter embed: makes an event of the entity one of the catalogue.
    mutating func visit<E: Entity>(
        _ entity: E.Type, _ command: E.Rules.Command, _ embed: (E.Rules.Event) -> DomainEvent) throws
}

extension DomainEvent {
    /// The thing that the event is about.
    package var target: (kind: String, id: UInt128) {
        var reader = EventTarget()
        do {
            try self.accept(&reader)
        } catch {
            preconditionFailure("reading a target cannot fail: \(error)")
        }
        return (reader.kind, reader.id)
    }

    /// The id of the thing that the event is about, and what it says as JSON.
    package var audit: (entity: UInt128, data: JSONText) {
        var writer = PayloadWriter()
        do {
            try self.accept(&writer)
        } catch {
            preconditionFailure("writing a payload cannot fail: \(error)")
        }
        return (writer.entity, writer.data)
    }
}

private struct EventTarget: EntityEventVisitor {
    var kind = ""
    var id: UInt128 = 0

    mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) {
        self.kind = E.kind
        self.id = event.target
    }
}

private struct PayloadWriter: EntityEventVisitor, PayloadVisitor {
    var entity: UInt128 = 0
    var data = JSONText.emptyObject

    mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) throws { try event.accept(&self) }

    mutating func visit<Payload: EntityPayload>(_ payload: consuming Payload) {
        self.entity = payload.id.bits
        self.data = JSONText(uncheckedCanonical: JSONWriter.text(payload))
    }
}
