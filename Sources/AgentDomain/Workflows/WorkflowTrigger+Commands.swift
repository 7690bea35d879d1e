import LedgerEvents

public indirect enum WorkflowTriggerCommand: EntityCommand {
    case add(WorkflowTriggerAdded)
    case change(WorkflowTriggerChanged)
    case enable(WorkflowTriggerEnabled)
    case disable(WorkflowTriggerDisabled)
    case remove(WorkflowTriggerRemoved)
    case fire(WorkflowTriggerFired)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("workflow_trigger.add", role: .admin, creates: true, Self.add),
        CommandCase("workflow_trigger.change", role: .admin, Self.change),
        CommandCase("workflow_trigger.enable", role: .admin, Self.enable),
        CommandCase("workflow_trigger.disable", role: .admin, Self.disable),
        CommandCase("workflow_trigger.remove", role: .admin, Self.remove),
        CommandCase("workflow_trigger.fire", Self.fire),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .add(let payload): try visitor.visit(payload)
        case .change(let payload): try visitor.visit(payload)
        case .enable(let payload): try visitor.visit(payload)
        case .disable(let payload): try visitor.visit(payload)
        case .remove(let payload): try visitor.visit(payload)
        case .fire(let payload): try visitor.visit(payload)
        }
    }
}
