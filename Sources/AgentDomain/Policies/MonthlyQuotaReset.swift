import LedgerEvents

/// Begins a new quota period for every organization when a month begins, or on a later day if it could not then.
package enum MonthlyQuotaReset: DomainPolicy {
    package static let name = "monthly_quota_reset"
    package static let summary = "begins the month's quota period of every organization"
    package static let gives = ["organization.start_quota_period"]
    package static let hears = [PolicyClockTicked.type]

    package static func answer(_ event: DomainEvent, _ envelope: Envelope, in world: any DecisionContext)
        -> [PolicyCommand]
    {
        guard case .clock(.ticked(let tick)) = event, let now = tick.time, tick.beginsDay else { return [] }
        let month = now.day.startOfMonth
        return world.members(of: Organization.kept, as: Organization.self).compactMap { id in
            guard let organization = world.peek(id), organization.monthlyResetDate <= month else { return nil }
            var started = OrganizationQuotaPeriodStarted()
            started.id = id
            started.start = month
            return PolicyCommand(.organization(.startQuotaPeriod(started)), at: now)
        }
    }
}

extension PolicyClockTicked {
    /// Whether it is the first tick of its day, or of all.
    fileprivate var beginsDay: Bool { self.time?.day != self.previous?.day }
    /// Whether it is the first tick of its month, or of all.
    var beginsMonth: Bool { self.time?.day.startOfMonth != self.previous?.day.startOfMonth }
}
