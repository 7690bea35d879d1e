import LedgerEvents

/// Whether the ledger's rules accept a value, for importers that adopt it in another form where they do not.
package enum Accepted {
    package static func email(_ text: String) -> Bool {
        self.holds { () throws(Rejection) in try Require.email(text, "") }
    }

    /// An http or https address in which no secret stands.
    package static func url(_ text: String) -> Bool { self.holds { () throws(Rejection) in try Require.url(text, "") } }

    package static func passwordHash(_ text: String) -> Bool {
        self.holds { () throws(Rejection) in try Require.passwordHash(text, "") }
    }

    package static func secretReference(_ text: String) -> Bool {
        self.holds { () throws(Rejection) in try Require.secretReference(text, "") }
    }

    package static func sealedSecret(_ text: String) -> Bool {
        self.holds { () throws(Rejection) in try Require.sealedSecret(text, "") }
    }

    package static func schedule(_ text: String) -> Bool {
        self.holds { () throws(Rejection) in _ = try CronExpression(text) }
    }

    package static func conditions(_ json: JSONText) -> Bool {
        self.holds { () throws(Rejection) in _ = try AlertCondition(json) }
    }

    /// Channels of alerts, without secrets.
    package static func channels(_ json: JSONText) -> Bool {
        var settings = AlertRuleSettings()
        settings.name = "name"
        settings.conditions = AlertCondition.never
        settings.channels = json
        return self.holds { () throws(Rejection) in try settings.check() }
    }

    package static func settings(_ settings: WorkflowTriggerSettings, of type: WorkflowTriggerType) -> Bool {
        var settings = settings
        return self.holds { () throws(Rejection) in try settings.settle(for: type) }
    }

    /// A payment provider's reference, and no card's number.
    package static func paymentMethod(_ text: String) -> Bool { Organization.isPaymentReference(text) }

    package static func apiKey(_ key: OrganizationAPIKey) -> Bool {
        self.holds { () throws(Rejection) in
            try Require.name(key.name, "")
            try Require.noSecret(key.name, "")
            try Require.apiKey(hash: key.hash, prefix: key.prefix)
        }
    }

    private static func holds(_ check: () throws(Rejection) -> Void) -> Bool {
        do {
            try check()
            return true
        } catch {
            return false
        }
    }
}

extension AlertCondition {
    /// A condition for a rule whose own cannot be understood; such a rule is disabled.
    package static let never = JSONText(uncheckedCanonical: #"{"consecutive_failures":1000}"#)
}
