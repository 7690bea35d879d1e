import LedgerEvents

/// The runs that count against an organization's monthly quota.
@usableFromInline package struct QuotaUsage: Stored {
    @usableFromInline package static let kind = "quota_usage"
    @usableFromInline package static let isToldByItsTag = false

    /// The first day of the period that is being counted.
    package var periodStart = Day.zero
    /// That were started in the period; every attempt counts.
    package var executions = 0
    /// That were asked for and have not been started, whenever that was.
    package var waiting = 0

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "period_start", &self.periodStart)
        try v.field(2, "executions", &self.executions)
        try v.field(3, "waiting", &self.waiting)
    }

    /// A later period starts from nothing; what belongs to an earlier one no longer counts.
    mutating func begin(_ day: Day) {
        guard day > self.periodStart else { return }
        self.periodStart = day
        self.executions = 0
    }

    private mutating func count(_ day: Day) {
        self.begin(day.startOfMonth)
        if day >= self.periodStart { self.executions += 1 }
    }

    /// Runs of the period of a day that were started or wait to be.
    func taken(on day: Day) -> Int {
        self.waiting + (day.startOfMonth > self.periodStart.startOfMonth ? 0 : self.executions)
    }

    @usableFromInline
    enum Change {
        case waits, starts, isCancelled
    }

    @usableFromInline
    static func note(_ change: Change, _ id: WorkflowExecutionID, _ envelope: Envelope, in store: some StateStore) {
        let found = store.lend(id) { run in run.map { (organization: $0.organization, startedAt: $0.startedAt) } }
        guard let run = found else { return }
        // A run that was under way when it was cancelled does not wait any more.
        if change == .isCancelled, run.startedAt != nil { return }
        store.update(ID<QuotaUsage>(bits: run.organization.bits)) { usage in
            var counted = usage ?? QuotaUsage()
            switch change {
            case .waits: counted.waiting += 1
            case .starts:
                counted.waiting -= 1
                // People and keys cannot move a run out of the period by its date.
                let day = envelope.occurredAt.day
                counted.count(envelope.actor.isSystem ? day : max(day, counted.periodStart))
            case .isCancelled: counted.waiting -= 1
            }
            usage = counted
        }
    }

    /// Corrects when a run was started; nil: it was not.
    @usableFromInline
    static func move(
        _ organization: OrganizationID, from old: Instant?, to new: Instant?, in store: some StateStore
    ) {
        if old?.day.startOfMonth == new?.day.startOfMonth { return }
        store.update(ID<QuotaUsage>(bits: organization.bits)) { usage in
            var counted = usage ?? QuotaUsage()
            if let old, old.day >= counted.periodStart { counted.executions -= 1 }
            if let new { counted.count(new.day) }
            usage = counted
        }
    }

    @usableFromInline
    static func begin(_ period: OrganizationQuotaPeriodStarted, _ envelope: Envelope, in store: some StateStore) {
        store.update(ID<QuotaUsage>(bits: period.id.bits)) { usage in
            var counted = usage ?? QuotaUsage()
            counted.begin(period.start ?? envelope.occurredAt.day)
            usage = counted
        }
    }
}

extension DecisionContext {
    /// Refuses a run beyond the organization's monthly quota. Runs that wait to be started are taken as started, so that
    /// what was allowed can be started.
    ///
    /// A run that is dated ahead counts now. Only a `system:` actor's report of a run that has happened already is not
    /// limited.
    func requireQuota(of id: OrganizationID, _ order: CommandContext) throws(Rejection) {
        if order.isReport { return }
        self.guardAgainst(
            EventQuery.Item(
                types: [
                    WorkflowExecutionQueued.type, WorkflowExecutionRetryScheduled.type,
                    OrganizationExecutionQuotaSet.type,
                ], tags: [id.tag]))
        guard let organization = self.peek(id) else { return }
        let taken =
            self.peek(ID<QuotaUsage>(bits: id.bits))?.taken(
                on: min(order.occurredAt, order.now ?? order.occurredAt).day) ?? 0
        guard taken < organization.executionQuota else {
            throw Rejection(
                .notAuthorized,
                "organization \(id) has taken \(taken) of the \(organization.executionQuota) runs that it may have this "
                    + "month; wait for the next, or raise monthly_execution_quota")
        }
    }

    /// Refuses the start of a run in a month to come: the quota would begin anew with it.
    func requireBegun(_ order: CommandContext) throws(Rejection) {
        guard !order.isReport, let now = order.now else { return }
        // Clocks differ a little.
        let latest = now.advanced(bySeconds: 300)
        if order.occurredAt.day.startOfMonth > latest.day.startOfMonth {
            throw .invalid("occurred_at", "\(order.occurredAt) lies in a month that has not begun")
        }
    }
}
