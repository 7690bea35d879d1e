import LedgerEvents

public indirect enum WorkflowNodeCommand: EntityCommand {
    case place(WorkflowNodePlaced)
    case configure(WorkflowNodeConfigured)
    case move(WorkflowNodeMoved)
    case enable(WorkflowNodeEnabled)
    case disable(WorkflowNodeDisabled)
    case remove(WorkflowNodeRemoved)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("workflow_node.place", creates: true, Self.place),
        CommandCase("workflow_node.configure", Self.configure),
        CommandCase("workflow_node.move", Self.move),
        CommandCase("workflow_node.enable", Self.enable),
        CommandCase("workflow_node.disable", Self.disable),
        CommandCase("workflow_node.remove", Self.remove),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .place(let payload): try visitor.visit(payload)
        case .configure(let payload): try visitor.visit(payload)
        case .move(let payload): try visitor.visit(payload)
        case .enable(let payload): try visitor.visit(payload)
        case .disable(let payload): try visitor.visit(payload)
        case .remove(let payload): try visitor.visit(payload)
        }
    }
}
