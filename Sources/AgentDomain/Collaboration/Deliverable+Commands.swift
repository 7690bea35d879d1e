import LedgerEvents

public indirect enum DeliverableCommand: EntityCommand {
    case create(DeliverableCreated)
    case retitle(DeliverableRetitled)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("deliverable.create", creates: true, Self.create),
        CommandCase("deliverable.retitle", Self.retitle),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .create(let payload): try visitor.visit(payload)
        case .retitle(let payload): try visitor.visit(payload)
        }
    }
}
