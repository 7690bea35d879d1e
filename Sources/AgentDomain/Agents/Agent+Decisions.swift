import LedgerEvents

@usableFromInline package enum AgentDecider: Decider {
    @usableFromInline package static func decide(
        _ command: AgentCommand, given state: Agent?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [AgentEvent] {
        if case .create(let created) = command { return try self.create(created, state, order, world) }
        if state == nil, command.isCorrection { return [] }
        guard let state else { throw .notFound(Agent.kind, AgentID(bits: command.target).description) }
        if let instant = state.deletedAt {
            if case .delete = command { return [] }
            throw .deleted(Agent.kind, state.id, instant)
        }
        switch (command, state.status) {
        case (.create, _): return []
        case (.configure(let configured), _): return try self.configure(configured, state, world)
        case (.rename(let renamed), _): return try self.rename(renamed, state, world)
        case (.shareWithOrganization(let shared), _): return try self.share(shared, state, order, world)
        case (.unshare(let unshared), _):
            return state.sharedWith.contains(unshared.organization) ? [.unshared(unshared)] : []

        case (.activate(let activated), .draft), (.activate(let activated), .inactive),
            (.activate(let activated), .error):
            return [.activated(activated)]
        case (.activate, .active): return []

        case (.deactivate(let deactivated), .active), (.deactivate(let deactivated), .error):
            return [.deactivated(deactivated)]
        case (.deactivate, .inactive): return []
        case (.deactivate, _): throw state.refusal(.inactive)

        case (.fail(let failed), .active): return [.failed(failed)]
        case (.fail(let failed), .error): return failed.error == state.errorMessage ? [] : [.failed(failed)]
        case (.fail, _): throw state.refusal(.error)

        case (.deploy(let deployed), _):
            try Require.text(deployed.container, "container_id")
            try Require.noSecret(deployed.container, "container_id")
            return deployed.container == state.container ? [] : [.deployed(deployed)]
        case (.undeploy(let undeployed), _): return state.container == nil ? [] : [.undeployed(undeployed)]
        case (.rotateAPIKey(let rotated), _): return try self.rotate(rotated, state, world)
        case (.changeWebhook(let changed), _):
            try Require.url(changed.url, "webhook_url")
            return changed.url == state.webhookURL ? [] : [.webhookChanged(changed)]
        case (.schedule(let scheduled), _):
            if let schedule = scheduled.schedule { _ = try CronExpression(schedule) }
            return scheduled.schedule == state.schedule ? [] : [.scheduled(scheduled)]
        case (.receiveHeartbeat(let heartbeat), _):
            try Require.object(heartbeat.metrics, "metrics")
            try Require.noSecrets(in: heartbeat.metrics, "metrics")
            // One that comes late, or twice, says nothing new.
            if let last = state.lastHeartbeatAt, last >= order.occurredAt { return [] }
            return [.heartbeatReceived(heartbeat)]
        case (.archiveVersion(let archived), _): return try self.archive(archived, state)
        case (.delete(let deleted), _): return [.deleted(deleted)]
        case (.withdraw(var withdrawn), _):
            // What somebody has taken in hand since stays.
            guard state.isObserved, state.updatedAt == state.createdAt else {
                if !state.isInDoubt { return [] }
                var redated = AgentRedated()
                redated.id = state.id
                redated.organization = state.organization ?? .zero
                redated.createdAt = state.createdAt
                return [.redated(redated)]
            }
            withdrawn.organization = state.organization ?? .zero
            return [.withdrawn(withdrawn)]
        case (.redate(var redated), _):
            guard state.isObserved, state.isInDoubt || state.createdAt != redated.createdAt else { return [] }
            redated.organization = state.organization ?? .zero
            return [.redated(redated)]
        }
    }

    private static func create(
        _ command: AgentCreated, _ state: Agent?, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [AgentEvent] {
        try Require.id(command.id, "agent_id")
        if let state {
            guard state.organization == command.organization, state.ownerUser == command.ownerUser,
                state.name == command.name || state.formerNames.contains(command.name)
            else { throw .alreadyExists(Agent.kind, command.id) }
            return []
        }
        var created = command
        created.version = try Require.version(command.version ?? SemanticVersion.first, "version").text
        created.createdBy = order.actor.user.map { UserID(bits: $0) } ?? command.createdBy
        if let user = created.createdBy, order.actor.user == nil {
            try world.requireNameable(user, order)
            if let organization = command.organization {
                try world.requireMember(user, of: organization, "created_by", order)
            }
        }
        try created.configuration.settle()
        if let type = command.template {
            try world.requireType(type, for: command.organization).requireParams(in: created.configuration)
        }
        let owner = try self.owner(of: command, order, world)
        try self.requireFree(command.name, ownedBy: owner, for: command.id, world)
        if let slug = command.slug {
            try Require.slug(slug, "slug")
            try world.requireFree(Agent.alias(ofSlug: slug), for: command.id, what: "slug \(slug)")
        }
        return [.created(created)]
    }

    private static func owner(
        of command: AgentCreated, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> UInt128 {
        switch (command.organization, command.ownerUser) {
        case (let organization?, nil): return try world.requireOpen(organization, order).id.bits
        case (nil, let user?): return try world.requireNameable(user, order).id.bits
        case (nil, nil), (_?, _?):
            throw .broken("an agent belongs to exactly one: give organization_id or owner_user_id")
        }
    }

    private static func requireFree(
        _ name: String, ownedBy owner: UInt128, for id: AgentID, _ world: any DecisionContext
    ) throws(Rejection) {
        try Require.name(name, "name")
        try world.requireFree(Agent.alias(of: name, ownedBy: owner), for: id, what: "name \"\(name)\"")
    }

    private static func configure(
        _ command: AgentConfigured, _ state: Agent, _ world: any DecisionContext
    ) throws(Rejection) -> [AgentEvent] {
        var configured = command
        try configured.configuration.settle()
        let isSame = configured.configuration == state.configuration
        if isSame, command.version == nil || command.version == state.version { return [] }
        // Of an old log, the type may be known by its id alone.
        if let type = state.template { try world.find(type)?.requireParams(in: configured.configuration) }
        configured.version = try SemanticVersion.following(state.version, asked: command.version)
        configured.revision = state.revision + 1
        return [.configured(configured)]
    }

    private static func rename(_ command: AgentRenamed, _ state: Agent, _ world: any DecisionContext) throws(Rejection)
        -> [AgentEvent]
    {
        if command.name == state.name { return [] }
        let owner = state.organization?.bits ?? state.ownerUser?.bits ?? 0
        try self.requireFree(command.name, ownedBy: owner, for: state.id, world)
        return [.renamed(command)]
    }

    private static func share(
        _ command: AgentSharedWithOrganization, _ state: Agent, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [AgentEvent] {
        if state.sharedWith.contains(command.organization) { return [] }
        if state.organization == command.organization {
            throw .broken("organization \(command.organization) owns agent \(state.id) and needs no share")
        }
        try world.requireLive(command.organization, order)
        return [.shared(command)]
    }

    private static func rotate(_ command: AgentAPIKeyRotated, _ state: Agent, _ world: any DecisionContext)
        throws(Rejection)
        -> [AgentEvent]
    {
        try Require.apiKey(hash: command.hash, prefix: command.prefix)
        if command.hash == state.apiKeyHash { return [] }
        try world.requireFree(Agent.alias(ofKeyHash: command.hash), for: state.id, what: "this key_hash")
        return [.apiKeyRotated(command)]
    }

    private static func archive(_ command: AgentVersionArchived, _ state: Agent) throws(Rejection) -> [AgentEvent] {
        guard let version = state.versions.first(where: { $0.version == command.version }) else {
            let known = state.versions.map(\.version).joined(separator: ", ")
            throw Rejection(.notFound, "agent \(state.id) has no version \(command.version); there are \(known)")
        }
        if version.archivedAt != nil { return [] }
        if version.version == state.version {
            throw .broken(
                "\(version.version) is the current version of agent \(state.id); only older ones are archived")
        }
        return [.versionArchived(command)]
    }

    @usableFromInline package static func evolve(_ state: inout Agent?, by event: AgentEvent, _ envelope: Envelope) {
        if case .created(let created) = event {
            state = Agent(created, at: envelope.occurredAt)
            state?.isObserved = envelope.isTelemetry
            return
        }
        switch event {
        case .withdrawn: return state = nil
        case .redated(let redated): return state?.confirm(since: redated.createdAt) ?? ()
        case _: break
        }
        state?.apply(event, at: envelope.occurredAt)
    }
}

extension Agent {
    func refusal(_ wanted: Status) -> Rejection {
        .invalidTransition(of: Self.kind, from: self.status, to: wanted, allowed: self.status.successors)
    }

    /// Whether the organization may run it.
    func isAvailable(to organization: OrganizationID) -> Bool {
        self.organization == organization || self.sharedWith.contains(organization)
    }

    init(_ created: AgentCreated, at instant: Instant) {
        self.id = created.id
        self.organization = created.organization
        self.ownerUser = created.ownerUser
        self.name = created.name
        self.slug = created.slug
        self.template = created.template
        self.createdBy = created.createdBy
        self.createdAt = instant
        self.updatedAt = instant
        self.revise(1, created.version, created.configuration, instant)
    }

    private mutating func revise(
        _ revision: Int, _ version: String?, _ configuration: AgentConfiguration, _ instant: Instant
    ) {
        self.revision = revision
        self.configuration = configuration
        var entry = AgentVersion()
        entry.revision = revision
        entry.version = version ?? SemanticVersion.first
        entry.configuredAt = instant
        self.versions.append(entry)
    }

    mutating func apply(_ event: AgentEvent, at instant: Instant) {
        self.updatedAt = instant
        switch event {
        case .created: break
        case .configured(let configured):
            self.revise(configured.revision, configured.version, configured.configuration, instant)
        case .renamed(let renamed):
            self.formerNames.removeAll { $0 == renamed.name }
            self.formerNames.append(self.name)
            self.name = renamed.name
        case .shared(let shared): self.sharedWith.append(shared.organization)
        case .unshared(let unshared): self.sharedWith.removeAll { $0 == unshared.organization }
        case .activated:
            self.status = .active
            self.errorMessage = nil
        case .deactivated:
            self.status = .inactive
            self.errorMessage = nil
        case .failed(let failed):
            self.status = .error
            self.errorMessage = failed.error
        case .deployed(let deployed):
            self.container = deployed.container
            self.deployedAt = instant
        case .undeployed: self.container = nil
        case .apiKeyRotated(let rotated):
            self.apiKeyHash = rotated.hash
            self.apiKeyPrefix = rotated.prefix
            self.apiKeyRotatedAt = instant
        case .webhookChanged(let changed): self.webhookURL = changed.url
        case .scheduled(let scheduled): self.schedule = scheduled.schedule
        case .heartbeatReceived(let heartbeat):
            self.lastHeartbeatAt = instant
            self.heartbeatMetrics = heartbeat.metrics
        case .versionArchived(let archived):
            for index in self.versions.indices where self.versions[index].version == archived.version {
                self.versions[index].archivedAt = instant
            }
        case .deleted: self.deletedAt = instant
        case .withdrawn, .redated: break
        }
    }
}

extension AgentCommand {
    /// Whether assembly gives it, which may be late.
    fileprivate var isCorrection: Bool {
        switch self {
        case .withdraw, .redate: true
        case _: false
        }
    }
}
