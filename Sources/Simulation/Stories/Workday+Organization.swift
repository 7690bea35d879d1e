import LedgerDomain
import LedgerEvents

/// What an organization changes about itself. All of these fit any day, unless they say so.
extension Workday {
    mutating func rename() -> Bool {
        self.organization.renamed += 1
        let form = Names.legalForms[self.organization.renamed % Names.legalForms.count]
        var script = self.script(as: self.organization.administrator.actor, hour: 9)
        script.add(
            .organization(
                .rename(
                    .with {
                        $0.id = self.organization.id
                        $0.name = "\(self.organization.name) \(form)"
                    })))
        self.plan(script)
        return true
    }

    /// Only a few times: an organization keeps every slug that it ever had.
    mutating func changeSlug() -> Bool {
        guard self.organization.slugsUsed < 4 else { return false }
        self.organization.slugsUsed += 1
        let slug = "\(self.organization.slug)-\(self.organization.slugsUsed)"
        var script = self.script(as: self.organization.administrator.actor, hour: 9)
        script.add(
            .organization(
                .changeSlug(
                    .with {
                        $0.id = self.organization.id
                        $0.slug = slug
                    })))
        self.plan(script)
        return true
    }

    mutating func changeProfile() -> Bool {
        let serial = self.nextSerial()
        var script = self.script(as: self.organization.administrator.actor, hour: 10)
        script.add(
            .organization(
                .changeProfile(
                    .with {
                        $0.id = self.organization.id
                        $0.description = "Edition \(serial) of what we do"
                        $0.url = "https://\(self.organization.slug).example"
                    })))
        self.plan(script)
        return true
    }

    mutating func changeSettings() -> Bool {
        let serial = self.nextSerial()
        var script = self.script(as: self.organization.administrator.actor, hour: 10)
        script.add(
            .organization(
                .changeSettings(
                    .with {
                        $0.id = self.organization.id
                        $0.settings = JSONText(
                            uncheckedCanonical: #"{"locale":"en","retention_days":\#(30 + serial)}"#)
                    })))
        self.plan(script)
        return true
    }

    mutating func changeTier() -> Bool {
        self.organization.tier = self.organization.tier.following
        var script = self.script(as: self.organization.founder.actor, hour: 11)
        script.add(
            .organization(
                .changeTier(
                    .with {
                        $0.id = self.organization.id
                        $0.tier = self.organization.tier
                    })))
        if ContainerTier(of: self.organization.tier) > .basic { self.lendContainer(in: &script) }
        self.plan(script)
        return true
    }

    mutating func changeBilling() -> Bool {
        let serial = self.nextSerial()
        var script = self.script(as: self.organization.founder.actor, hour: 11)
        script.add(
            .organization(
                .changeBillingDetails(
                    .with {
                        $0.id = self.organization.id
                        $0.email = "billing.\(serial)@\(self.organization.slug).example"
                        $0.address = JSONText(uncheckedCanonical: #"{"city":"Hamburg","country":"DE"}"#)
                    })))
        self.plan(script)
        return true
    }

    mutating func changePaymentMethod() -> Bool {
        let method = "pm_\(self.dice.hexadecimal(16))"
        var script = self.script(as: self.organization.founder.actor, hour: 12)
        script.add(
            .organization(
                .changePaymentMethod(
                    .with {
                        $0.id = self.organization.id
                        $0.paymentMethod = method
                    })))
        self.plan(script)
        return true
    }

    mutating func setQuota() -> Bool {
        self.organization.quota += 500
        var script = self.script(as: self.organization.founder.actor, hour: 12)
        script.add(
            .organization(
                .setExecutionQuota(
                    .with {
                        $0.id = self.organization.id
                        $0.quota = self.organization.quota
                    })))
        self.plan(script)
        return true
    }

    /// A new key, and a day later, when nobody uses it any more, the end of the one before; only a few times, because
    /// all of them are kept.
    mutating func exchangeKey() -> Bool {
        guard self.organization.keysIssued < 12, let old = self.organization.key else { return false }
        var script = self.script(as: self.organization.administrator.actor, hour: 13)
        self.issueKey(in: &script)
        script.add(
            after: Milliseconds.day,
            .organization(
                .revokeAPIKey(
                    .with {
                        $0.id = self.organization.id
                        $0.key = old
                        $0.reason = "exchanged"
                    })))
        self.plan(script)
        return true
    }

    mutating func issueKey(in script: inout Script) {
        self.organization.keysIssued += 1
        let key: APIKeyID = self.dice.id(at: script.now)
        let (hash, prefix) = (self.dice.hexadecimal(64), "al_\(self.dice.hexadecimal(6))")
        script.add(
            after: Milliseconds.minute,
            .organization(
                .issueAPIKey(
                    .with {
                        $0.id = self.organization.id
                        $0.key = key
                        $0.name = "key \(self.organization.keysIssued)"
                        $0.hash = hash
                        $0.prefix = prefix
                    })))
        self.organization.key = key
    }

    /// For some hours, in which it starts no runs.
    mutating func suspend() -> Bool {
        var script = self.script(as: .operations, hour: 9, source: .platform)
        script.add(
            .organization(
                .suspend(
                    .with {
                        $0.id = self.organization.id
                        $0.reason = "payment method was declined"
                    })))
        let start = script.now
        script.add(
            after: self.dice.within(Milliseconds.hour...(5 * Milliseconds.hour)),
            .organization(.reactivate(.with { $0.id = self.organization.id })))
        self.organization.suspended = start...script.now
        self.plan(script)
        return true
    }
}

extension SubscriptionTier {
    var following: SubscriptionTier {
        switch self {
        case .starter: .professional
        case .professional: .business
        case .business: .enterprise
        case .enterprise: .starter
        }
    }
}
