import EventSourcing

public enum UsageRecordCommand: EntityCommand {
    case record(UsageRecorded)
    case void(UsageVoided)

    public static let cases: [CommandCase<Self>] = [
        CommandCase("usage_record.record", role: .owner, creates: true, Self.record),
        CommandCase("usage_record.void", role: .owner, Self.void),
    ]

    @inlinable
    public func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .record(let payload): try visitor.visit(payload)
        case .void(let payload): try visitor.visit(payload)
        }
    }
}

public enum UsageRecordDecider: Decider {
    public static func decide(
        _ command: UsageRecordCommand, given state: UsageRecord?, _ order: Order, in world: any World
    ) throws(Rejection) -> [UsageRecordEvent] {
        switch command {
        case .record(let usage):
            if state != nil { return [] }
            try Require.id(usage.id, "usage_record_id")
            try Require.text(usage.usageType, "usage_type", upTo: 100)
            try Require.quantity(usage.quantity, "quantity")
            try world.requireLive(usage.organization)
            let rated = Metering.rated(usage, at: order.occurredAt, in: world)
            if let cost = rated.cost { try Require.cost(cost.amount, "total_cost") }
            return [.recorded(rated)]
        case .void(let voided):
            guard let state else { throw .notFound(UsageRecord.kind, voided.id.description) }
            if state.voidedAt != nil { return [] }
            world.guardAgainst(
                Query.Item(types: [InvoiceDrafted.type, InvoiceCancelled.type], tags: [state.organization.tag]))
            if let invoice = state.invoice {
                throw .broken("usage record \(state.id) is billed on invoice \(invoice); cancel or credit that first")
            }
            return [.voided(voided)]
        }
    }

    public static func evolve(_ state: inout UsageRecord?, by event: UsageRecordEvent, _ envelope: Envelope) {
        switch event {
        case .recorded(let usage): state = UsageRecord(usage, envelope)
        case .voided(let voided):
            state?.voidedAt = envelope.occurredAt
            state?.voidReason = voided.reason
        }
    }
}

extension UsageRecord {
    init(_ usage: UsageRecorded, _ envelope: Envelope) {
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
        self.occurredAt = envelope.occurredAt
        self.recordedAtPosition = envelope.position
        let day = envelope.occurredAt.day
        self.periodStart = day.startOfMonth
        self.periodEnd = day.startOfNextMonth.advanced(byDays: -1)
    }
}
