import LedgerEvents

@usableFromInline package enum OrganizationDecider: Decider {
    @usableFromInline package static func decide(
        _ command: OrganizationCommand, given state: Organization?, _ order: CommandContext,
        in world: any DecisionContext
    ) throws(Rejection) -> [OrganizationEvent] {
        if case .create(let created) = command { return try self.create(created, state, world) }
        guard let state else { throw .notFound(Organization.kind, OrganizationID(bits: command.target).description) }
        if let instant = state.deletedAt {
            if case .delete = command { return [] }
            throw .deleted(Organization.kind, state.id, instant)
        }
        switch (command, state.status) {
        case (.create, _): return []
        case (.rename(let renamed), _):
            try Require.name(renamed.name, "name")
            return renamed.name == state.name ? [] : [.renamed(renamed)]
        case (.changeSlug(let changed), _):
            if changed.slug == state.slug { return [] }
            try self.requireFree(changed.slug, for: state.id, world)
            return [.slugChanged(changed)]
        case (.changeProfile(let changed), _):
            try Require.url(changed.url, "url")
            return changed.description == state.description && changed.url == state.url
                ? [] : [.profileChanged(changed)]
        case (.changeSettings(let changed), _):
            try self.requireSound(changed.settings)
            return changed.settings == state.settings ? [] : [.settingsChanged(changed)]
        case (.changeTier(let changed), _): return changed.tier == state.tier ? [] : [.tierChanged(changed)]

        case (.suspend(let suspended), .active): return [.suspended(suspended)]
        case (.suspend, .suspended): return []
        case (.suspend, _): throw state.refusal(.suspended)

        case (.reactivate(let reactivated), .suspended): return [.reactivated(reactivated)]
        case (.reactivate, .active): return []
        case (.reactivate, _): throw state.refusal(.active)

        case (.cancel(let cancelled), .suspended): return [.cancelled(cancelled)]
        case (.cancel, .cancelled): return []
        case (.cancel, _): throw state.refusal(.cancelled)

        case (.delete(let deleted), .cancelled): return [.deleted(deleted)]
        case (.delete, _):
            throw .broken(
                "organization \(state.id) is \(state.status.rawValue); only a cancelled one can be deleted")

        case (.changeBillingDetails(let changed), _): return try self.changeBilling(changed, state)
        case (.changePaymentMethod(let changed), _): return try self.changePaymentMethod(changed, state)
        case (.setExecutionQuota(let set), _): return try self.setQuota(set, state)
        case (.startQuotaPeriod(let started), _): return try self.startPeriod(started, state, order)

        case (.issueAPIKey, .cancelled): throw .broken("organization \(state.id) is cancelled and gets no new keys")
        case (.issueAPIKey(let issued), _): return try self.issue(issued, state, world)
        case (.revokeAPIKey(let revoked), _):
            guard let key = state.apiKeys.first(where: { $0.id == revoked.key }) else {
                throw .notFound("api_key of this organization with key_id", revoked.key.description)
            }
            return key.revokedAt == nil ? [.apiKeyRevoked(revoked)] : []
        }
    }

    private static func create(
        _ command: OrganizationCreated, _ state: Organization?, _ world: any DecisionContext
    ) throws(Rejection) -> [OrganizationEvent] {
        try Require.id(command.id, "organization_id")
        if let state {
            guard state.slug == command.slug || state.formerSlugs.contains(command.slug) else {
                throw .alreadyExists(Organization.kind, command.id)
            }
            return []
        }
        try Require.name(command.name, "name")
        try Require.url(command.url, "url")
        try self.requireSound(command.settings)
        if let email = command.billingEmail { try Require.email(email, "billing_email") }
        try self.requireFree(command.slug, for: command.id, world)
        return [.created(command)]
    }

    private static func requireSound(_ settings: JSONText) throws(Rejection) {
        try Require.object(settings, "settings")
        try Require.noSecrets(in: settings, "settings")
        if Organization.taxRate(in: settings) == nil {
            throw .invalid("settings", "has a tax_rate that is not a fraction such as 0.19 with at most six digits")
        }
    }

    private static func requireFree(
        _ slug: String, for id: OrganizationID, _ world: any DecisionContext
    ) throws(Rejection) {
        try Require.slug(slug, "slug")
        try world.requireFree(Organization.alias(ofSlug: slug), for: id, what: "slug \(slug)")
    }

    private static func changeBilling(
        _ command: OrganizationBillingDetailsChanged, _ state: Organization
    ) throws(Rejection) -> [OrganizationEvent] {
        if let email = command.email { try Require.email(email, "billing_email") }
        try Require.object(command.address, "billing_address")
        let stands = command.email == state.billingEmail && command.address == state.billingAddress
        return stands ? [] : [.billingDetailsChanged(command)]
    }

    private static func changePaymentMethod(
        _ command: OrganizationPaymentMethodChanged, _ state: Organization
    ) throws(Rejection) -> [OrganizationEvent] {
        if let method = command.paymentMethod {
            try Require.noSecret(method, "payment_method_id")
            try Require.name(method, "payment_method_id")
            if !Organization.isPaymentReference(method) {
                throw .invalid("payment_method_id", "must be the payment provider's reference, never a card's number")
            }
        }
        return command.paymentMethod == state.paymentMethod ? [] : [.paymentMethodChanged(command)]
    }

    private static func setQuota(
        _ command: OrganizationExecutionQuotaSet, _ state: Organization
    ) throws(Rejection) -> [OrganizationEvent] {
        let quota = command.quota ?? Organization.defaultExecutionQuota
        try Require.notNegative(quota, "monthly_execution_quota")
        var set = command
        set.quota = quota
        return quota == state.executionQuota ? [] : [.executionQuotaSet(set)]
    }

    private static func startPeriod(
        _ command: OrganizationQuotaPeriodStarted, _ state: Organization, _ order: CommandContext
    ) throws(Rejection) -> [OrganizationEvent] {
        let start = command.start ?? order.occurredAt.day
        if start == state.quotaPeriodStart { return [] }
        guard start >= state.monthlyResetDate else {
            throw .broken(
                "the period that began on \(state.quotaPeriodStart) runs until \(state.monthlyResetDate); "
                    + "the next cannot begin on \(start)")
        }
        let today = min(order.occurredAt, order.now ?? order.occurredAt).day
        guard start <= today else {
            throw .invalid("period_start", "\(start) lies in the future; it is \(today)")
        }
        var started = command
        started.start = start
        return [.quotaPeriodStarted(started)]
    }

    private static func issue(
        _ command: OrganizationAPIKeyIssued, _ state: Organization, _ world: any DecisionContext
    ) throws(Rejection) -> [OrganizationEvent] {
        try Require.id(command.key, "key_id")
        try Require.noSecret(command.name, "name")
        try Require.name(command.name, "name")
        try Require.apiKey(hash: command.hash, prefix: command.prefix)
        if let key = state.apiKeys.first(where: { $0.id == command.key || $0.hash == command.hash }) {
            guard key.id == command.key, key.hash == command.hash else {
                throw .alreadyExists("api_key", key.id)
            }
            return []
        }
        try world.requireFree(Organization.alias(ofKeyHash: command.hash), for: state.id, what: "this key_hash")
        try world.requireFree(Organization.alias(of: command.key), for: state.id, what: "key_id \(command.key)")
        return [.apiKeyIssued(command)]
    }

    @usableFromInline package static func evolve(
        _ state: inout Organization?, by event: OrganizationEvent, _ envelope: Envelope
    ) {
        if case .created(let created) = event {
            state = Organization(created, envelope)
            state?.isObserved = envelope.isTelemetry
            return
        }
        state?.apply(event, at: envelope.occurredAt)
    }
}

extension Organization {
    func refusal(_ wanted: Status) -> Rejection {
        .invalidTransition(of: Self.kind, from: self.status, to: wanted, allowed: self.status.successors)
    }

    init(_ created: OrganizationCreated, _ envelope: Envelope) {
        self.id = created.id
        self.name = created.name
        self.slug = created.slug
        self.tier = created.tier
        self.description = created.description
        self.url = created.url
        self.settings = created.settings
        self.billingEmail = created.billingEmail
        self.executionQuota = Self.defaultExecutionQuota
        self.quotaPeriodStart = envelope.occurredAt.day
        self.createdBy = envelope.actor.user.map { UserID(bits: $0) }
        self.createdAt = envelope.occurredAt
        self.updatedAt = envelope.occurredAt
    }

    mutating func apply(_ event: OrganizationEvent, at instant: Instant) {
        self.updatedAt = instant
        switch event {
        case .created: break
        case .renamed(let renamed): self.name = renamed.name
        case .slugChanged(let changed):
            self.formerSlugs.removeAll { $0 == changed.slug }
            self.formerSlugs.append(self.slug)
            self.slug = changed.slug
        case .profileChanged(let changed):
            self.description = changed.description
            self.url = changed.url
        case .settingsChanged(let changed): self.settings = changed.settings
        case .tierChanged(let changed): self.tier = changed.tier
        case .suspended(let suspended):
            self.status = .suspended
            self.statusReason = suspended.reason
        case .reactivated:
            self.status = .active
            self.statusReason = nil
        case .cancelled(let cancelled):
            self.status = .cancelled
            self.statusReason = cancelled.reason
        case .deleted: self.deletedAt = instant
        case .billingDetailsChanged(let changed):
            self.billingEmail = changed.email
            self.billingAddress = changed.address
        case .paymentMethodChanged(let changed): self.paymentMethod = changed.paymentMethod
        case .executionQuotaSet(let set): self.executionQuota = set.quota ?? Self.defaultExecutionQuota
        case .quotaPeriodStarted(let started): self.quotaPeriodStart = started.start ?? instant.day
        case .apiKeyIssued(let issued): self.apiKeys.append(OrganizationAPIKey(issued, at: instant))
        case .apiKeyRevoked(let revoked):
            for index in self.apiKeys.indices where self.apiKeys[index].id == revoked.key {
                self.apiKeys[index].revokedAt = instant
            }
        }
    }
}

extension Organization {
    /// Whether it is no card's number: 12 to 19 digits (ISO/IEC 7812-1), however they are grouped.
    static func isPaymentReference(_ text: String) -> Bool {
        let bare = text.filter { $0 != " " && $0 != "-" }
        return !((12...19).contains(bare.count) && bare.allSatisfy(\.isNumber))
    }
}

extension OrganizationAPIKey {
    init(_ issued: OrganizationAPIKeyIssued, at instant: Instant) {
        self.id = issued.key
        self.name = issued.name
        self.hash = issued.hash
        self.prefix = issued.prefix
        self.issuedAt = instant
    }
}
