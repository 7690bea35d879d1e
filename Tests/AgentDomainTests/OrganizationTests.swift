import LedgerDomain
import LedgerEvents
import Testing

@Suite("An organization")
struct OrganizationTests {
    let scenario = Scenario()
    let acme: OrganizationID

    init() { self.acme = self.scenario.organization("acme") }

    private var state: Organization? { self.scenario.find(self.acme) }

    @Test("begins active, as a starter with 500 runs a month, counted from the day of its creation")
    func beginning() throws {
        let state = try #require(self.state)
        #expect(state.status == .active)
        #expect(state.tier == .starter)
        #expect(state.executionQuota == 500)
        #expect(state.quotaPeriodStart.description == "2025-08-01")
        #expect(state.monthlyResetDate.description == "2025-09-01")
        #expect(state.owner == self.acme)
    }

    @Test("is refused under an id that is missing or taken, and with a name, slug, address or settings that are none")
    func creation() {
        func create(_ change: (inout OrganizationCreated) -> Void) -> DomainCommand {
            var created = OrganizationCreated()
            created.id = self.scenario.newID()
            created.name = "Globex"
            created.slug = "globex"
            change(&created)
            return .organization(.create(created))
        }
        self.scenario.refuse(create { $0.id = .zero }, .invalidValue, says: "organization_id must be given")
        self.scenario.refuse(create { $0.id = self.acme }, .alreadyExists, says: "\(self.acme)")
        self.scenario.refuse(create { $0.name = "" }, .invalidValue, says: "name must not be empty")
        self.scenario.refuse(create { $0.name = "a\u{0}" }, .invalidValue, says: "control characters")
        self.scenario.refuse(create { $0.name = " a" }, .invalidValue, says: "white space")
        self.scenario.refuse(
            create { $0.name = String(repeating: "👩‍👩‍👧‍👦", count: 20) }, .invalidValue, says: "the limit is 400")
        self.scenario.refuse(create { $0.slug = "Globex Inc" }, .invalidValue, says: "a-z, 0-9 and inner dashes")
        self.scenario.refuse(create { $0.url = "ftp://globex" }, .invalidValue, says: "url", "http or https")
        self.scenario.refuse(create { $0.billingEmail = "nobody" }, .invalidValue, says: "billing_email")
        self.scenario.refuse(create { $0.settings = "[]" }, .invalidValue, says: "settings must be a JSON object")
        for rate in ["\"19 %\"", "19", "-0.1", "0.1234567", "0.1900000000000000001", "null"] {
            self.scenario.refuse(
                create { $0.settings = JSONText(uncheckedCanonical: #"{"tax_rate":\#(rate)}"#) }, .invalidValue,
                says: "settings has a tax_rate that is not a fraction")
        }
        self.scenario.accept(create { $0.url = "https://globex.example/a?b=@c" }, gives: "organization.created")
    }

    @Test("keeps every slug it ever had: others cannot take them, even when it is gone, and it can go back to one")
    func slugs() throws {
        let change = { slug in
            DomainCommand.organization(
                .changeSlug(
                    .with {
                        $0.id = self.acme
                        $0.slug = slug
                    }))
        }
        self.scenario.accept(change("acme-corp"), gives: "organization.slug_changed")
        self.scenario.accept(change("acme-group"), gives: "organization.slug_changed")
        self.scenario.accept(change("acme"), gives: "organization.slug_changed")
        #expect(self.state?.formerSlugs == ["acme-corp", "acme-group"])
        self.scenario.delete(self.acme)
        for slug in ["acme", "acme-corp", "acme-group"] {
            self.scenario.refuse(
                .organization(
                    .create(
                        .with {
                            $0.id = self.scenario.newID()
                            $0.name = "Another"
                            $0.slug = slug
                        })), .notUnique, says: "slug \(slug) is taken by organization \(self.acme)")
        }
    }

    @Test("changes name, profile, settings, tier and billing, and says nothing where nothing changes")
    func changes() throws {
        self.scenario.accept(
            .organization(
                .rename(
                    .with {
                        $0.id = self.acme
                        $0.name = "ACME"
                    })), gives: "organization.renamed")
        self.scenario.accept(
            .organization(
                .changeProfile(
                    .with {
                        $0.id = self.acme
                        $0.description = "Anvils"
                        $0.url = "https://acme.example"
                    })), gives: "organization.profile_changed")
        self.scenario.accept(
            .organization(
                .changeSettings(
                    .with {
                        $0.id = self.acme
                        $0.settings = #"{"theme":"dark"}"#
                    })), gives: "organization.settings_changed")
        self.scenario.accept(
            .organization(
                .changeTier(
                    .with {
                        $0.id = self.acme
                        $0.tier = .business
                    })), gives: "organization.tier_changed")
        self.scenario.accept(
            .organization(
                .changeBillingDetails(
                    .with {
                        $0.id = self.acme
                        $0.email = "billing@acme.example"
                        $0.address = #"{"city":"Turin"}"#
                    })), gives: "organization.billing_details_changed")
        self.scenario.accept(
            .organization(
                .changePaymentMethod(
                    .with {
                        $0.id = self.acme
                        $0.paymentMethod = "pm_1Nq"
                    })), gives: "organization.payment_method_changed")
        let state = try #require(self.state)
        #expect(state.name == "ACME")
        #expect(state.description == "Anvils")
        #expect(state.settings == #"{"theme":"dark"}"#)
        #expect(state.tier == .business)
        #expect(state.billingEmail == "billing@acme.example")
        #expect(state.billingAddress == #"{"city":"Turin"}"#)
        #expect(state.paymentMethod == "pm_1Nq")
        #expect(state.updatedAt == self.scenario.now)
        #expect(state.createdAt < state.updatedAt)
    }

    @Test("never has a card's number as its payment method", arguments: ["4111 1111 1111 1111", "4111-1111-1111-1111"])
    func cardNumber(number: String) {
        self.scenario.refuse(
            .organization(
                .changePaymentMethod(
                    .with {
                        $0.id = self.acme
                        $0.paymentMethod = number
                    })), .invalidValue, says: "never a card's number")
    }

    @Test("goes from active to suspended and back, from there to cancelled, and only then away")
    func lifecycle() throws {
        let delete = DomainCommand.organization(.delete(.with { $0.id = self.acme }))
        let cancel = DomainCommand.organization(.cancel(.with { $0.id = self.acme }))
        let reactivate = DomainCommand.organization(.reactivate(.with { $0.id = self.acme }))
        let suspend = DomainCommand.organization(
            .suspend(
                .with {
                    $0.id = self.acme
                    $0.reason = "unpaid"
                }))
        self.scenario.refuse(
            cancel, .invalidTransition, says: "an organization cannot go from active to cancelled; allowed: suspended")
        self.scenario.refuse(delete, .ruleBroken, says: "is active; only a cancelled one")
        self.scenario.accept(suspend, gives: "organization.suspended")
        #expect(self.state?.statusReason == "unpaid")
        self.scenario.accept(reactivate, gives: "organization.reactivated")
        #expect(self.state?.statusReason == nil)
        self.scenario.accept(suspend, gives: "organization.suspended")
        self.scenario.accept(cancel, gives: "organization.cancelled")
        self.scenario.refuse(
            reactivate, .invalidTransition, says: "organization is cancelled; no further transition is allowed")
        self.scenario.accept(delete, gives: "organization.deleted")
        self.scenario.refuse(suspend, .ruleBroken, says: "was deleted at \(self.scenario.now)")
    }

    @Test("sets its quota, 500 where none is said, never below zero")
    func quota() {
        func set(_ quota: Int?) -> DomainCommand {
            .organization(
                .setExecutionQuota(
                    .with {
                        $0.id = self.acme
                        $0.quota = quota
                    }))
        }
        self.scenario.accept(set(nil))
        self.scenario.accept(set(0), gives: "organization.execution_quota_set")
        #expect(self.state?.executionQuota == 0)
        self.scenario.accept(set(nil), gives: "organization.execution_quota_set")
        #expect(self.state?.executionQuota == 500)
        self.scenario.refuse(set(-1), .invalidValue, says: "monthly_execution_quota is -1")
    }

    @Test("begins a quota period when the last one has run out, not before and not ahead of time")
    func quotaPeriods() throws {
        func start(_ day: String?) -> DomainCommand {
            .organization(
                .startQuotaPeriod(
                    .with {
                        $0.id = self.acme
                        $0.start = day.flatMap { Day($0) }
                    }))
        }
        self.scenario.refuse(start("2025-08-15"), .ruleBroken, says: "2025-08-01 runs until 2025-09-01")
        self.scenario.refuse(start("2025-09-01"), .invalidValue, says: "lies in the future; it is 2025-08-01")
        self.scenario.now = try #require(Instant("2025-09-03T00:00:00Z"))
        self.scenario.accept(start("2025-09-01"), gives: "organization.quota_period_started")
        #expect(self.state?.monthlyResetDate.description == "2025-10-01")
        self.scenario.now = try #require(Instant("2025-12-31T00:00:00Z"))
        self.scenario.accept(start(nil), gives: "organization.quota_period_started")
        #expect(self.state?.quotaPeriodStart.description == "2025-12-31")
        #expect(self.state?.monthlyResetDate.description == "2026-01-01")
    }

    @Test("issues keys by their hash alone, each once, and revokes them")
    func keys() throws {
        let key = self.scenario.newID(APIKeyIdentity.self)
        func issue(_ change: (inout OrganizationAPIKeyIssued) -> Void = { _ in }) -> DomainCommand {
            var issued = OrganizationAPIKeyIssued()
            issued.id = self.acme
            issued.key = key
            issued.name = "ci"
            issued.hash = digest("a")
            issued.prefix = "al_live_"
            change(&issued)
            return .organization(.issueAPIKey(issued))
        }
        self.scenario.refuse(
            issue { $0.hash = "al_live_4eC39HqLyjWDarjtT1zdp7dc" }, .invalidValue, says: "never the key")
        self.scenario.refuse(issue { $0.hash = digest("A") }, .invalidValue, says: "lower-case")
        self.scenario.refuse(
            issue { $0.prefix = "al_live_4eC39HqLyjWDarjtT1zdp7dc" }, .invalidValue, says: "1 to 12 characters")
        self.scenario.refuse(issue { $0.key = .zero }, .invalidValue, says: "key_id must be given")
        self.scenario.accept(issue(), gives: "organization.api_key_issued")
        self.scenario.refuse(issue { $0.hash = digest("b") }, .alreadyExists, says: "api_key \(key)")

        let revoke = DomainCommand.organization(
            .revokeAPIKey(
                .with {
                    $0.id = self.acme
                    $0.key = key
                }))
        self.scenario.accept(revoke, gives: "organization.api_key_revoked")
        #expect(self.state?.apiKeys.map(\.revokedAt) == [self.scenario.now])
        let globex = self.scenario.organization("globex")
        self.scenario.refuse(issue { $0.id = globex }, .notUnique, says: "this key_hash is taken")
        self.scenario.refuse(
            issue {
                $0.id = globex
                $0.hash = digest("d")
            }, .notUnique, says: "key_id \(key) is taken by organization \(self.acme)")
        self.scenario.refuse(
            .organization(
                .revokeAPIKey(
                    .with {
                        $0.id = globex
                        $0.key = key
                    })), .notFound, says: "\(key)")
        self.scenario.cancel(self.acme)
        self.scenario.refuse(
            issue {
                $0.key = self.scenario.newID()
                $0.hash = digest("c")
            }, .ruleBroken, says: "is cancelled and gets no new keys")
    }

    @Test("that never was takes no command")
    func unknown() {
        let nobody = self.scenario.newID(Organization.self)
        self.scenario.refuse(
            .organization(.suspend(.with { $0.id = nobody })), .notFound, says: "there is no organization \(nobody)")
    }
}
