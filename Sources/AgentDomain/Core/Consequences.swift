import LedgerEvents

/// What an event brings with it, for the same append: usage with a call or the end of a run, the run of a trigger that
/// fired.
package enum Consequences {
    /// - Parameters:
    ///   - instant: when the event happened.
    ///   - world: with the event's own effects in it.
    package static func of(_ event: DomainEvent, at instant: Instant, in world: any DecisionContext) -> [DomainEvent] {
        switch event {
        case .modelCall(.recorded(let call)): Metering.usage(of: call, at: instant, in: world)
        case .modelCall(.revised(let revised)):
            UsageCorrection.usage(from: revised.previous?.fact, to: revised.fact, at: instant, in: world)
        case .modelCall(.withdrawn(let withdrawn)):
            UsageCorrection.usage(from: withdrawn.previous?.fact, to: nil, at: instant, in: world)
        case .workflowExecution(.reattributed(let run)):
            UsageCorrection.usage(of: run, in: world)
        case .workflowExecution(.withdrawn(let run)): UsageCorrection.usage(of: run, in: world)
        case .workflowExecution(.completed(let ended)): Metering.usage(of: ended.id, at: instant, in: world)
        case .workflowExecution(.failed(let ended)): Metering.usage(of: ended.id, at: instant, in: world)
        case .workflowExecution(.timedOut(let ended)): Metering.usage(of: ended.id, at: instant, in: world)
        case .workflowTrigger(.fired(let fired)): WorkflowTriggerDecider.run(of: fired, in: world)
        case .organization, .user, .membership, .agentType, .agent, .containerAllocation, .marketplaceListing,
            .workflow, .workflowNode, .workflowTrigger, .integration, .workflowExecution, .agentExecution, .toolCall,
            .logLine, .metric, .evaluation, .alertRule, .alert, .price, .usageRecord, .invoice, .conversation,
            .conversationMessage, .task, .taskComment, .project, .projectStep, .deliverable, .deliverableVersion,
            .documentCollection, .document, .documentChunk, .projectionRebuild, .export, .replay, .accessDenial,
            .retentionPolicy, .clock, .policy, .traceResource, .traceSpan, .logRecord, .refusedSpan, .unchangedLine,
            .traceAssembly, .modelAlias, .adoptedRow:
            []
        }
    }
}
