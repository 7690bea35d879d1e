import LedgerEvents

public indirect enum AgentCommand: EntityCommand {
    case create(AgentCreated)
    case configure(AgentConfigured)
    case rename(AgentRenamed)
    case shareWithOrganization(AgentSharedWithOrganization)
    case unshare(AgentUnshared)
    case activate(AgentActivated)
    case deactivate(AgentDeactivated)
    case fail(AgentFailed)
    case deploy(AgentDeployed)
    case undeploy(AgentUndeployed)
    case rotateAPIKey(AgentAPIKeyRotated)
    case changeWebhook(AgentWebhookChanged)
    case schedule(AgentScheduled)
    case receiveHeartbeat(AgentHeartbeatReceived)
    case archiveVersion(AgentVersionArchived)
    case delete(AgentDeleted)
    /// Given by assembly alone, as is `redate`.
    case withdraw(AgentWithdrawn)
    case redate(AgentRedated)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("agent.create", creates: true, Self.create),
        CommandCase("agent.configure", Self.configure),
        CommandCase("agent.rename", Self.rename),
        CommandCase("agent.share_with_organization", role: .admin, Self.shareWithOrganization),
        CommandCase("agent.unshare", role: .admin, Self.unshare),
        CommandCase("agent.activate", Self.activate),
        CommandCase("agent.deactivate", Self.deactivate),
        CommandCase("agent.fail", Self.fail),
        CommandCase("agent.deploy", Self.deploy),
        CommandCase("agent.undeploy", Self.undeploy),
        CommandCase("agent.rotate_api_key", role: .admin, Self.rotateAPIKey),
        CommandCase("agent.change_webhook", Self.changeWebhook),
        CommandCase("agent.schedule", Self.schedule),
        CommandCase("agent.receive_heartbeat", Self.receiveHeartbeat),
        CommandCase("agent.archive_version", Self.archiveVersion),
        CommandCase("agent.delete", role: .owner, Self.delete),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .create(let payload): try visitor.visit(payload)
        case .configure(let payload): try visitor.visit(payload)
        case .rename(let payload): try visitor.visit(payload)
        case .shareWithOrganization(let payload): try visitor.visit(payload)
        case .unshare(let payload): try visitor.visit(payload)
        case .activate(let payload): try visitor.visit(payload)
        case .deactivate(let payload): try visitor.visit(payload)
        case .fail(let payload): try visitor.visit(payload)
        case .deploy(let payload): try visitor.visit(payload)
        case .undeploy(let payload): try visitor.visit(payload)
        case .rotateAPIKey(let payload): try visitor.visit(payload)
        case .changeWebhook(let payload): try visitor.visit(payload)
        case .schedule(let payload): try visitor.visit(payload)
        case .receiveHeartbeat(let payload): try visitor.visit(payload)
        case .archiveVersion(let payload): try visitor.visit(payload)
        case .delete(let payload): try visitor.visit(payload)
        case .withdraw(let payload): try visitor.visit(payload)
        case .redate(let payload): try visitor.visit(payload)
        }
    }
}
