import LedgerEvents

/// What a correction of a call or a run does to usage: unbilled usage is voided, and of billed usage the opposite is
/// recorded, which goes on the next invoice.
enum UsageCorrection {
    /// - Parameters:
    ///   - old: nil: the call was withdrawn before.
    ///   - new: nil: the call is withdrawn.
    static func usage(
        from old: ModelCall?, to new: ModelCall?, at instant: Instant, in world: any DecisionContext
    ) -> [DomainEvent] {
        guard let call = new ?? old else { return [] }
        return call.buckets.indices.flatMap { bucket -> [DomainEvent] in
            var before = old.flatMap { Metering.usage(of: $0, bucket: bucket) }
            let after = new.flatMap { Metering.usage(of: $0, bucket: bucket) }
            if before?.id == after?.id { return [] }
            if let old, let usage = before, world.find(usage.id) == nil {
                before?.id = Metering.earlierID(of: usage, of: old, bucket: bucket)
            }
            return Self.replace(before, by: after, at: instant, in: world)
        }
    }

    static func usage(of run: WorkflowExecutionReattributed, in world: any DecisionContext) -> [DomainEvent] {
        guard let state = world.peek(run.id) else { return [] }
        func usage(_ end: Instant) -> UsageRecorded {
            Metering.usage(of: run.id, in: run.organization, attempt: state.retryCount, endedAt: end)
        }
        let before = run.previouslyCompletedAt.map(usage)
        let after = run.completedAt.map(usage)
        if before?.id == after?.id { return [] }
        return self.replace(before, by: after, at: run.completedAt ?? .zero, in: world)
    }

    static func usage(of run: WorkflowExecutionWithdrawn, in world: any DecisionContext) -> [DomainEvent] {
        guard let end = run.completedAt else { return [] }
        let usage = Metering.usage(of: run.id, in: run.organization, attempt: run.retryCount, endedAt: end)
        return self.replace(usage, by: nil, at: end, in: world)
    }

    private static func replace(
        _ before: UsageRecorded?, by after: UsageRecorded?, at instant: Instant, in world: any DecisionContext
    ) -> [DomainEvent] {
        var events: [DomainEvent] = []
        if let before { events += self.takeBack(before.id, in: world) }
        if var after {
            while world.find(after.id) != nil { after.id = Metering.nextID(after: after.id) }
            events.append(.usageRecord(.recorded(Metering.rated(after, at: instant, in: world))))
        }
        return events
    }

    /// Takes back the last record of the usage with this id that holds.
    private static func takeBack(_ first: UsageRecordID, in world: any DecisionContext) -> [DomainEvent] {
        var id = first
        while let usage = world.find(id) {
            if !self.isTakenBack(usage, in: world) { return [self.opposite(of: usage, in: world)] }
            id = Metering.nextID(after: id)
        }
        return []
    }

    private static func isTakenBack(_ usage: UsageRecord, in world: any DecisionContext) -> Bool {
        world.peek(ID<UsageVoid>(bits: usage.id.bits)) != nil || world.find(self.reversal(of: usage.id)) != nil
    }

    private static func reversal(of id: UsageRecordID) -> UsageRecordID {
        Metering.nextID(after: UsageRecordID(bits: id.bits ^ 1))
    }

    private static func opposite(of usage: UsageRecord, in world: any DecisionContext) -> DomainEvent {
        let history = BillingHistory(of: usage.organization, in: world)
        let billing = history.billing(of: usage, voidedAt: nil, in: world)
        guard billing.invoice != nil else {
            var voided = UsageVoided()
            voided.id = usage.id
            voided.reason = "telemetry was corrected"
            return .usageRecord(.voided(voided))
        }
        var reversal = usage.recorded
        reversal.id = self.reversal(of: usage.id)
        reversal.reverses = usage.id
        reversal.quantity = -usage.quantity
        reversal.price = billing.rate?.price
        reversal.unitPrice = billing.rate?.unitPrice
        reversal.cost = billing.rate.map { Money(reversal.quantity.cost(at: $0.unitPrice), $0.currency) }
        return .usageRecord(.recorded(reversal))
    }
}
