import LedgerEvents

public indirect enum ProjectCommand: EntityCommand {
    case create(ProjectCreated)
    case changePlan(ProjectPlanChanged)
    case changeStatus(ProjectStatusChanged)
    case attachSubproject(ProjectSubprojectAttached)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("project.create", creates: true, Self.create),
        CommandCase("project.change_plan", Self.changePlan),
        CommandCase("project.change_status", Self.changeStatus),
        CommandCase("project.attach_subproject", Self.attachSubproject),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .create(let payload): try visitor.visit(payload)
        case .changePlan(let payload): try visitor.visit(payload)
        case .changeStatus(let payload): try visitor.visit(payload)
        case .attachSubproject(let payload): try visitor.visit(payload)
        }
    }
}
