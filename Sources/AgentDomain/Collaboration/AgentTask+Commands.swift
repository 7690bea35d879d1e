import LedgerEvents

public indirect enum TaskCommand: EntityCommand {
    case create(TaskCreated)
    case start(TaskStarted)
    case reportProgress(TaskProgressReported)
    case complete(TaskCompleted)
    case fail(TaskFailed)
    case timeOut(TaskTimedOut)
    case cancel(TaskCancelled)
    case evaluate(TaskEvaluated)
    case assign(TaskAssigned)
    case requestApproval(TaskApprovalRequested)
    case approve(TaskApproved)
    case reject(TaskRejected)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("task.create", creates: true, Self.create),
        CommandCase("task.start", Self.start),
        CommandCase("task.report_progress", Self.reportProgress),
        CommandCase("task.complete", Self.complete),
        CommandCase("task.fail", Self.fail),
        CommandCase("task.time_out", Self.timeOut),
        CommandCase("task.cancel", Self.cancel),
        CommandCase("task.evaluate", Self.evaluate),
        CommandCase("task.assign", Self.assign),
        CommandCase("task.request_approval", Self.requestApproval),
        CommandCase("task.approve", Self.approve),
        CommandCase("task.reject", Self.reject),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .create(let payload): try visitor.visit(payload)
        case .start(let payload): try visitor.visit(payload)
        case .reportProgress(let payload): try visitor.visit(payload)
        case .complete(let payload): try visitor.visit(payload)
        case .fail(let payload): try visitor.visit(payload)
        case .timeOut(let payload): try visitor.visit(payload)
        case .cancel(let payload): try visitor.visit(payload)
        case .evaluate(let payload): try visitor.visit(payload)
        case .assign(let payload): try visitor.visit(payload)
        case .requestApproval(let payload): try visitor.visit(payload)
        case .approve(let payload): try visitor.visit(payload)
        case .reject(let payload): try visitor.visit(payload)
        }
    }
}
