import LedgerEvents

public indirect enum ContainerAllocationCommand: EntityCommand {
    case allocate(ContainerAllocated)
    case change(ContainerChanged)
    case release(ContainerReleased)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("container_allocation.allocate", creates: true, Self.allocate),
        CommandCase("container_allocation.change", Self.change),
        CommandCase("container_allocation.release", Self.release),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .allocate(let payload): try visitor.visit(payload)
        case .change(let payload): try visitor.visit(payload)
        case .release(let payload): try visitor.visit(payload)
        }
    }
}

@usableFromInline package enum ContainerAllocationDecider: Decider {
    @usableFromInline package static func decide(
        _ command: ContainerAllocationCommand, given state: ContainerAllocation?, _ order: CommandContext,
        in world: any DecisionContext
    ) throws(Rejection) -> [ContainerAllocationEvent] {
        if case .allocate(let allocated) = command { return try self.allocate(allocated, state, order, world) }
        guard let state else {
            throw .notFound(ContainerAllocation.kind, ContainerAllocationID(bits: command.target).description)
        }
        switch command {
        case .allocate: return []
        case .change(let changed): return try self.change(changed, state, order, world)
        case .release(let released): return state.releasedAt == nil ? [.released(released)] : []
        }
    }

    private static func allocate(
        _ command: ContainerAllocated, _ state: ContainerAllocation?, _ order: CommandContext,
        _ world: any DecisionContext
    ) throws(Rejection) -> [ContainerAllocationEvent] {
        try Require.id(command.id, "container_allocation_id")
        if let state {
            guard state.agent == command.agent else { throw .alreadyExists(ContainerAllocation.kind, command.id) }
            return []
        }
        let agent = try world.requireLive(command.agent, order)
        try world.requireFree(
            ContainerAllocation.alias(of: agent.id), for: command.id, what: "the one container of agent \(agent.id)")
        var allocated = command
        allocated.organization = agent.organization
        allocated.ownerUser = agent.organization == nil ? agent.ownerUser : nil
        let tier = try self.tier(command.tier, of: agent, order, world)
        try self.settle(tier, &allocated.cpuLimit, &allocated.memoryLimitMebibytes, &allocated.isolation)
        allocated.tier = tier
        return [.allocated(allocated)]
    }

    private static func change(
        _ command: ContainerChanged, _ state: ContainerAllocation, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [ContainerAllocationEvent] {
        if let instant = state.releasedAt {
            throw .broken("container_allocation \(state.id) was released at \(instant); allocate another one")
        }
        let tier = try self.tier(
            command.tier, of: try world.requireLive(state.agent, order), order, world)
        var changed = command
        try self.settle(tier, &changed.cpuLimit, &changed.memoryLimitMebibytes, &changed.isolation)
        changed.tier = tier
        return tier == state.tier ? [] : [.changed(changed)]
    }

    /// The tier asked for, or what the owner's subscription gives; never more than that.
    private static func tier(
        _ asked: ContainerTier?, of agent: Agent, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> ContainerTier {
        let subscription: SubscriptionTier
        if let id = agent.organization {
            subscription = try world.requireOpen(id, order).tier
            world.guardAgainst(EventQuery.Item(types: [OrganizationTierChanged.type], tags: [id.tag]))
        } else if let id = agent.ownerUser {
            subscription = try world.requireNameable(id, order).tier
            world.guardAgainst(EventQuery.Item(types: [UserTierChanged.type], tags: [id.tag]))
        } else {
            subscription = .starter
        }
        let most = ContainerTier(of: subscription)
        guard let asked else { return most }
        guard asked <= most else {
            throw .broken(
                "the owner of agent \(agent.id) is subscribed to \(subscription.rawValue), which gives containers up to "
                    + "\(most.rawValue), not \(asked.rawValue)")
        }
        return asked
    }

    /// Fills in what the tier fixes, and refuses anything else.
    private static func settle(
        _ tier: ContainerTier, _ cpu: inout Int, _ memory: inout Int, _ isolation: inout NetworkIsolation?
    ) throws(Rejection) {
        let name = tier.rawValue
        guard cpu == 0 || cpu == tier.cpuLimit else {
            throw .invalid("cpu_limit", "is \(cpu); the tier \(name) has \(tier.cpuLimit)")
        }
        guard memory == 0 || memory == tier.memoryLimitMebibytes else {
            throw .invalid("memory_limit_mb", "is \(memory); the tier \(name) has \(tier.memoryLimitMebibytes)")
        }
        guard isolation == nil || isolation == tier.isolation else {
            throw .invalid("network_isolation", "must be \(tier.isolation.rawValue) in the tier \(name)")
        }
        (cpu, memory, isolation) = (tier.cpuLimit, tier.memoryLimitMebibytes, tier.isolation)
    }

    @usableFromInline package static func evolve(
        _ state: inout ContainerAllocation?, by event: ContainerAllocationEvent, _ envelope: Envelope
    ) {
        if case .allocated(let allocated) = event { state = ContainerAllocation(allocated, at: envelope.occurredAt) }
        state?.apply(event, at: envelope.occurredAt)
    }
}

extension ContainerAllocation {
    init(_ allocated: ContainerAllocated, at instant: Instant) {
        self.id = allocated.id
        self.agent = allocated.agent
        self.organization = allocated.organization
        self.ownerUser = allocated.ownerUser
        self.tier = allocated.tier ?? .basic
        self.createdAt = instant
    }

    mutating func apply(_ event: ContainerAllocationEvent, at instant: Instant) {
        self.updatedAt = instant
        switch event {
        case .allocated: break
        case .changed(let changed): self.tier = changed.tier ?? self.tier
        case .released(let released):
            self.releasedAt = instant
            self.releaseReason = released.reason
        }
    }
}

extension DecisionContext {
    /// An agent that is not deleted, save for history. Only its end guards the append.
    func requireLive(_ id: AgentID, _ order: CommandContext) throws(Rejection) -> Agent {
        guard let agent = self.peek(id) else { throw .notFound(Agent.kind, id.description) }
        if let instant = agent.deletedAt, !order.isHistory { throw .deleted(Agent.kind, id, instant) }
        self.guardAgainst(EventQuery.Item(types: [AgentDeleted.type, AgentWithdrawn.type], tags: [id.tag]))
        return agent
    }
}
