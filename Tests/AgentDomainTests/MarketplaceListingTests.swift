import LedgerDomain
import LedgerEvents
import Testing

@Suite("A marketplace listing")
struct MarketplaceListingTests {
    let scenario = Scenario()
    let acme: OrganizationID
    let writer: AgentID
    let listing: MarketplaceListingID

    init() {
        self.acme = self.scenario.organization()
        self.writer = self.scenario.agent(of: self.acme)
        self.listing = self.scenario.newID()
    }

    private var state: MarketplaceListing? { self.scenario.find(self.listing) }

    private func request(_ fill: (inout MarketplaceListingRequested) -> Void = { _ in }) -> DomainCommand {
        .marketplaceListing(
            .request(
                .with {
                    $0.id = self.listing
                    $0.agent = self.writer
                    fill(&$0)
                }))
    }

    private var publish: DomainCommand {
        .marketplaceListing(
            .publish(
                .with {
                    $0.id = self.listing
                    $0.marketplaceAgent = "w-1"
                }))
    }

    private var unpublish: DomainCommand { .marketplaceListing(.unpublish(.with { $0.id = self.listing })) }

    private func fail(_ error: String) -> DomainCommand {
        .marketplaceListing(
            .fail(
                .with {
                    $0.id = self.listing
                    $0.error = error
                }))
    }

    private func report(_ usage: JSONText) -> DomainCommand {
        .marketplaceListing(
            .reportUsage(
                .with {
                    $0.id = self.listing
                    $0.usage = usage
                }))
    }

    @Test("is requested in hyphrki unless another marketplace is named")
    func marketplace() {
        self.scenario.accept(self.request(), gives: "marketplace_listing.requested")
        #expect(self.state?.marketplace == "hyphrki")
        #expect(self.state?.owner == self.acme)
        #expect(self.state?.status == .pending)
        self.scenario.refuse(self.request { $0.marketplace = "bazaar" }, .alreadyExists, says: "\(self.listing)")
        let other = self.scenario.agent("reader", of: self.acme)
        let id = self.scenario.newID(MarketplaceListing.self)
        self.scenario.accept(
            self.request {
                $0.id = id
                $0.agent = other
                $0.marketplace = "bazaar"
            }, gives: "marketplace_listing.requested")
        #expect(self.scenario.find(id)?.marketplace == "bazaar")
    }

    @Test("is published, taken off, and requested again")
    func life() {
        self.scenario.accept(self.request(), gives: "marketplace_listing.requested")
        self.scenario.accept(self.publish, gives: "marketplace_listing.published")
        #expect(self.state?.marketplaceAgent == "w-1")
        #expect(self.state?.publishedAt == self.scenario.now)
        self.scenario.accept(self.unpublish, gives: "marketplace_listing.unpublished")
        #expect(self.state?.unpublishedAt == self.scenario.now)
        self.scenario.refuse(
            self.publish, .invalidTransition, says: "from unpublished to published", "allowed: pending")
        self.scenario.refuse(self.fail("x"), .invalidTransition, says: "from unpublished to error")
        self.scenario.accept(self.request(), gives: "marketplace_listing.requested")
        self.scenario.accept(self.fail("no answer"), gives: "marketplace_listing.failed")
        #expect(self.state?.status == .error && self.state?.statusReason == "no answer")
        self.scenario.accept(self.publish, gives: "marketplace_listing.published")
        #expect(self.state?.unpublishedAt == nil && self.state?.statusReason == nil)
    }

    @Test("is an agent's only one")
    func uniqueness() {
        self.scenario.accept(self.request(), gives: "marketplace_listing.requested")
        self.scenario.refuse(
            self.request { $0.id = self.scenario.newID() }, .notUnique, says: "the one listing of agent",
            "\(self.listing)")
    }

    @Test("has its use reported once it was published")
    func usage() {
        self.scenario.accept(self.request(), gives: "marketplace_listing.requested")
        self.scenario.refuse(self.report(#"{"calls":1}"#), .ruleBroken, says: "was never published")
        self.scenario.accept(self.publish, gives: "marketplace_listing.published")
        self.scenario.accept(self.report(#"{"calls":1}"#), gives: "marketplace_listing.usage_reported")
        #expect(self.state?.usage == #"{"calls":1}"#)
        self.scenario.refuse(self.report("[1]"), .invalidValue, says: "usage_metrics must be a JSON object")
    }

    @Test("needs an agent that lives, a name of up to 50 characters, and a reason where it fails")
    func refusals() {
        self.scenario.refuse(self.publish, .notFound, says: "marketplace_listing")
        self.scenario.refuse(self.request { $0.agent = ID(bits: 99) }, .notFound, says: "there is no agent")
        self.scenario.refuse(
            self.request { $0.marketplace = String(repeating: "m", count: 51) }, .invalidValue,
            says: "marketplace_name is 51 characters long; the limit is 50")
        self.scenario.accept(self.request(), gives: "marketplace_listing.requested")
        self.scenario.refuse(self.fail(""), .invalidValue, says: "error_message")
        self.scenario.accept(self.agentDeleted, gives: "agent.deleted")
        self.scenario.refuse(self.publish, .ruleBroken, says: "was deleted")
        self.scenario.accept(self.unpublish, gives: "marketplace_listing.unpublished")
        self.scenario.refuse(self.request(), .ruleBroken, says: "was deleted")
    }

    private var agentDeleted: DomainCommand { .agent(.delete(.with { $0.id = self.writer })) }
}
