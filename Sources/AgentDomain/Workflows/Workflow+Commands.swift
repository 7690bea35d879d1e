import LedgerEvents

public indirect enum WorkflowCommand: EntityCommand {
    case create(WorkflowCreated)
    case revise(WorkflowRevised)
    case changeExecutionPolicy(WorkflowExecutionPolicyChanged)
    case rename(WorkflowRenamed)
    case activate(WorkflowActivated)
    case pause(WorkflowPaused)
    case archive(WorkflowArchived)
    case delete(WorkflowDeleted)
    /// Given by assembly alone, as is `redate`.
    case withdraw(WorkflowWithdrawn)
    case redate(WorkflowRedated)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("workflow.create", creates: true, Self.create),
        CommandCase("workflow.revise", Self.revise),
        CommandCase("workflow.change_execution_policy", Self.changeExecutionPolicy),
        CommandCase("workflow.rename", Self.rename),
        CommandCase("workflow.activate", Self.activate),
        CommandCase("workflow.pause", Self.pause),
        CommandCase("workflow.archive", Self.archive),
        CommandCase("workflow.delete", role: .owner, Self.delete),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .create(let payload): try visitor.visit(payload)
        case .revise(let payload): try visitor.visit(payload)
        case .changeExecutionPolicy(let payload): try visitor.visit(payload)
        case .rename(let payload): try visitor.visit(payload)
        case .activate(let payload): try visitor.visit(payload)
        case .pause(let payload): try visitor.visit(payload)
        case .archive(let payload): try visitor.visit(payload)
        case .delete(let payload): try visitor.visit(payload)
        case .withdraw(let payload): try visitor.visit(payload)
        case .redate(let payload): try visitor.visit(payload)
        }
    }
}
