import LedgerEvents

public indirect enum IntegrationCommand: EntityCommand {
    case connect(IntegrationConnected)
    case rotateCredentials(IntegrationCredentialsRotated)
    case reconfigure(IntegrationReconfigured)
    case disconnect(IntegrationDisconnected)
    case fail(IntegrationFailed)
    case use(IntegrationUsed)
    case remove(IntegrationRemoved)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("integration.connect", role: .admin, creates: true, Self.connect),
        CommandCase("integration.rotate_credentials", role: .admin, Self.rotateCredentials),
        CommandCase("integration.reconfigure", role: .admin, Self.reconfigure),
        CommandCase("integration.disconnect", role: .admin, Self.disconnect),
        CommandCase("integration.fail", Self.fail),
        CommandCase("integration.use", Self.use),
        CommandCase("integration.remove", role: .admin, Self.remove),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .connect(let payload): try visitor.visit(payload)
        case .rotateCredentials(let payload): try visitor.visit(payload)
        case .reconfigure(let payload): try visitor.visit(payload)
        case .disconnect(let payload): try visitor.visit(payload)
        case .fail(let payload): try visitor.visit(payload)
        case .use(let payload): try visitor.visit(payload)
        case .remove(let payload): try visitor.visit(payload)
        }
    }
}
