import LedgerEvents

public indirect enum AlertCommand: EntityCommand {
    case trigger(AlertTriggered)
    case resolve(AlertResolved)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("alert.trigger", role: .admin, creates: true, Self.trigger),
        CommandCase("alert.resolve", role: .admin, Self.resolve),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .trigger(let payload): try visitor.visit(payload)
        case .resolve(let payload): try visitor.visit(payload)
        }
    }
}
