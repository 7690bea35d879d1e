import LedgerEvents

public indirect enum DeliverableVersionCommand: EntityCommand {
    case add(DeliverableVersionAdded)
    case makeCurrent(DeliverableVersionMadeCurrent)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("deliverable_version.add", creates: true, Self.add),
        CommandCase("deliverable_version.make_current", Self.makeCurrent),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .add(let payload): try visitor.visit(payload)
        case .makeCurrent(let payload): try visitor.visit(payload)
        }
    }
}
