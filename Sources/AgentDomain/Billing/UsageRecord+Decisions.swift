import LedgerEvents

public indirect enum UsageRecordCommand: EntityCommand {
    case record(UsageRecorded)
    case void(UsageVoided)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("usage_record.record", role: .owner, creates: true, Self.record),
        CommandCase("usage_record.void", role: .owner, Self.void),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .record(let payload): try visitor.visit(payload)
        case .void(let payload): try visitor.visit(payload)
        }
    }
}

@usableFromInline package enum UsageRecordDecider: Decider {
    @usableFromInline package static func decide(
        _ command: UsageRecordCommand, given state: UsageRecord?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [UsageRecordEvent] {
        switch command {
        case .record(let usage):
            if state != nil { return [] }
            try Require.id(usage.id, "usage_record_id")
            if Metering.isOwn(usage.id) {
                throw .invalid(
                    "usage_record_id", "\(usage.id) is a UUID of version 8, which the ledger gives; use version 4 or 7")
            }
            if usage.reverses != nil { throw .invalid("reverses_id", "is written by the ledger alone") }
            try Require.text(usage.usageType, "usage_type", upTo: 100)
            try Require.quantity(usage.quantity, "quantity")
            if let tokens = usage.requestTokens { try Require.quantity(tokens, "request_tokens") }
            try world.requireLive(usage.organization)
            try world.requireOwn(usage.resourceKind, usage.resource, of: usage.organization)
            let rated = Metering.rated(usage, at: order.occurredAt, in: world)
            if let cost = rated.cost { try Require.cost(cost.amount, "total_cost") }
            return [.recorded(rated)]
        case .void(let voided):
            guard let state else { throw .notFound(UsageRecord.kind, voided.id.description) }
            if world.find(ID<UsageVoid>(bits: state.id.bits)) != nil { return [] }
            world.guardAgainst(
                EventQuery.Item(types: [InvoiceDrafted.type, InvoiceCancelled.type], tags: [state.organization.tag]))
            let history = BillingHistory(of: state.organization, in: world)
            if let invoice = history.billing(of: state, voidedAt: nil, in: world).invoice {
                throw .broken("usage record \(state.id) is billed on invoice \(invoice); cancel or credit that first")
            }
            return [.voided(voided)]
        }
    }

    @usableFromInline package static func evolve(
        _ state: inout UsageRecord?, by event: UsageRecordEvent, _ envelope: Envelope
    ) {
        switch event {
        case .recorded(let usage): state = UsageRecord(usage, at: envelope.occurredAt, position: envelope.position)
        // `UsageVoid` says so.
        case .voided: break
        }
    }
}

extension UsageRecord {
    package init(_ usage: UsageRecorded, at instant: Instant, position: Position) {
        self.id = usage.id
        self.organization = usage.organization
        self.usageType = usage.usageType
        self.quantity = usage.quantity
        self.provider = usage.provider
        self.model = usage.model
        self.price = usage.price
        self.unitPrice = usage.unitPrice
        self.cost = usage.cost
        self.resourceKind = usage.resourceKind
        self.resource = usage.resource
        self.requestTokens = usage.requestTokens
        self.occurredAt = instant
        self.position = position
        self.reverses = usage.reverses
        let day = instant.day
        self.periodStart = day.startOfMonth
        self.periodEnd = day.startOfNextMonth.advanced(byDays: -1)
    }

    /// What its event says.
    var recorded: UsageRecorded {
        var usage = UsageRecorded()
        usage.id = self.id
        usage.organization = self.organization
        usage.usageType = self.usageType
        usage.quantity = self.quantity
        usage.provider = self.provider
        usage.model = self.model
        usage.price = self.price
        usage.unitPrice = self.unitPrice
        usage.cost = self.cost
        usage.resourceKind = self.resourceKind
        usage.resource = self.resource
        usage.reverses = self.reverses
        usage.requestTokens = self.requestTokens
        return usage
    }
}

extension UsageRecord: CreatedOnce {
    @usableFromInline package var creation: any EntityPayload { self.recorded }
}
