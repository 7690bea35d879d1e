import LedgerEvents

public indirect enum ProjectStepCommand: EntityCommand {
    case add(ProjectStepAdded)
    case start(ProjectStepStarted)
    case complete(ProjectStepCompleted)
    case fail(ProjectStepFailed)
    case skip(ProjectStepSkipped)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("project_step.add", creates: true, Self.add),
        CommandCase("project_step.start", Self.start),
        CommandCase("project_step.complete", Self.complete),
        CommandCase("project_step.fail", Self.fail),
        CommandCase("project_step.skip", Self.skip),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .add(let payload): try visitor.visit(payload)
        case .start(let payload): try visitor.visit(payload)
        case .complete(let payload): try visitor.visit(payload)
        case .fail(let payload): try visitor.visit(payload)
        case .skip(let payload): try visitor.visit(payload)
        }
    }
}
