import LedgerEvents

public indirect enum MarketplaceListingCommand: EntityCommand {
    case request(MarketplaceListingRequested)
    case publish(MarketplaceListingPublished)
    case unpublish(MarketplaceListingUnpublished)
    case fail(MarketplaceListingFailed)
    case reportUsage(MarketplaceListingUsageReported)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("marketplace_listing.request", role: .admin, creates: true, Self.request),
        CommandCase("marketplace_listing.publish", role: .admin, Self.publish),
        CommandCase("marketplace_listing.unpublish", role: .admin, Self.unpublish),
        CommandCase("marketplace_listing.fail", role: .admin, Self.fail),
        CommandCase("marketplace_listing.report_usage", role: .admin, Self.reportUsage),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .request(let payload): try visitor.visit(payload)
        case .publish(let payload): try visitor.visit(payload)
        case .unpublish(let payload): try visitor.visit(payload)
        case .fail(let payload): try visitor.visit(payload)
        case .reportUsage(let payload): try visitor.visit(payload)
        }
    }
}

@usableFromInline package enum MarketplaceListingDecider: Decider {
    @usableFromInline package static func decide(
        _ command: MarketplaceListingCommand, given state: MarketplaceListing?, _ order: CommandContext,
        in world: any DecisionContext
    ) throws(Rejection) -> [MarketplaceListingEvent] {
        if case .request(let requested) = command { return try self.request(requested, state, order, world) }
        guard let state else {
            throw .notFound(MarketplaceListing.kind, MarketplaceListingID(bits: command.target).description)
        }
        switch (command, state.status) {
        case (.request, _): return []

        case (.publish(let published), .pending), (.publish(let published), .error):
            _ = try world.requireLive(state.agent, order)
            try Require.name(published.marketplaceAgent, "marketplace_agent_id")
            try Require.noSecret(published.marketplaceAgent, "marketplace_agent_id")
            return [.published(published)]
        case (.publish, .published): return []
        case (.publish, .unpublished): throw state.refusal(.published)

        case (.unpublish(let unpublished), .pending), (.unpublish(let unpublished), .published),
            (.unpublish(let unpublished), .error):
            return [.unpublished(unpublished)]
        case (.unpublish, .unpublished): return []

        case (.fail(let failed), .pending), (.fail(let failed), .published): return try self.fail(failed)
        case (.fail(let failed), .error): return failed.error == state.statusReason ? [] : try self.fail(failed)
        case (.fail, .unpublished): throw state.refusal(.error)

        case (.reportUsage(let reported), _):
            try Require.object(reported.usage, "usage_metrics")
            guard state.publishedAt != nil else {
                throw .broken("marketplace_listing \(state.id) was never published; there is no use of it to report")
            }
            return reported.usage == state.usage ? [] : [.usageReported(reported)]
        }
    }

    private static func request(
        _ command: MarketplaceListingRequested, _ state: MarketplaceListing?, _ order: CommandContext,
        _ world: any DecisionContext
    ) throws(Rejection) -> [MarketplaceListingEvent] {
        try Require.id(command.id, "marketplace_listing_id")
        var requested = command
        requested.marketplace = command.marketplace ?? state?.marketplace ?? MarketplaceListing.defaultMarketplace
        if let state {
            guard state.agent == command.agent, state.marketplace == requested.marketplace else {
                throw .alreadyExists(MarketplaceListing.kind, command.id)
            }
            switch state.status {
            case .pending, .published: return []
            case .unpublished, .error: break
            }
        }
        try Require.text(requested.marketplace ?? "", "marketplace_name", upTo: 50)
        try Require.name(requested.marketplace, "marketplace_name")
        let agent = try world.requireLive(command.agent, order)
        try world.requireFree(
            MarketplaceListing.alias(of: agent.id), for: command.id, what: "the one listing of agent \(agent.id)")
        if let organization = agent.organization { try world.requireOpen(organization, order) }
        requested.organization = agent.organization
        requested.ownerUser = agent.organization == nil ? agent.ownerUser : nil
        return [.requested(requested)]
    }

    private static func fail(_ command: MarketplaceListingFailed) throws(Rejection) -> [MarketplaceListingEvent] {
        try Require.text(command.error, "error_message", upTo: 4000)
        return [.failed(command)]
    }

    @usableFromInline package static func evolve(
        _ state: inout MarketplaceListing?, by event: MarketplaceListingEvent, _ envelope: Envelope
    ) {
        if case .requested(let requested) = event, state == nil {
            state = MarketplaceListing(requested, at: envelope.occurredAt)
        }
        state?.apply(event, at: envelope.occurredAt)
    }
}

extension MarketplaceListing {
    func refusal(_ wanted: Status) -> Rejection {
        .invalidTransition(of: Self.kind, from: self.status, to: wanted, allowed: self.status.successors)
    }

    init(_ requested: MarketplaceListingRequested, at instant: Instant) {
        self.id = requested.id
        self.agent = requested.agent
        self.organization = requested.organization
        self.ownerUser = requested.ownerUser
        self.marketplace = requested.marketplace ?? Self.defaultMarketplace
        self.createdAt = instant
    }

    mutating func apply(_ event: MarketplaceListingEvent, at instant: Instant) {
        self.updatedAt = instant
        switch event {
        case .requested:
            self.status = .pending
            self.statusReason = nil
        case .published(let published):
            self.status = .published
            self.statusReason = nil
            self.marketplaceAgent = published.marketplaceAgent ?? self.marketplaceAgent
            self.publishedAt = instant
            self.unpublishedAt = nil
        case .unpublished(let unpublished):
            self.status = .unpublished
            self.statusReason = unpublished.reason
            self.unpublishedAt = instant
        case .failed(let failed):
            self.status = .error
            self.statusReason = failed.error
        case .usageReported(let reported): self.usage = reported.usage
        }
    }
}
