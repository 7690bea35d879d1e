import LedgerDomain
import LedgerEvents
import Testing

@Suite("A container allocation")
struct ContainerAllocationTests {
    let scenario = Scenario()
    let acme: OrganizationID
    let writer: AgentID

    init() {
        self.acme = self.scenario.organization()
        self.writer = self.scenario.agent(of: self.acme)
    }

    private func subscribe(_ tier: SubscriptionTier) {
        self.scenario.accept(
            .organization(
                .changeTier(
                    .with {
                        $0.id = self.acme
                        $0.tier = tier
                    })), gives: "organization.tier_changed")
    }

    private func allocate(_ fill: (inout ContainerAllocated) -> Void = { _ in }) -> ContainerAllocated {
        .with {
            $0.id = self.scenario.newID()
            $0.agent = self.writer
            fill(&$0)
        }
    }

    private func allocated(_ fill: (inout ContainerAllocated) -> Void = { _ in }) -> ContainerAllocationID {
        let command = self.allocate(fill)
        self.scenario.accept(.containerAllocation(.allocate(command)), gives: "container_allocation.allocated")
        return command.id
    }

    private func release(_ id: ContainerAllocationID) {
        self.scenario.accept(
            .containerAllocation(.release(.with { $0.id = id })), gives: "container_allocation.released")
    }

    static let tiers: [(SubscriptionTier, ContainerTier, Int, Int, NetworkIsolation)] = [
        (.starter, .basic, 1, 2048, .shared), (.professional, .pro, 4, 8192, .shared),
        (.business, .pro, 4, 8192, .shared), (.enterprise, .enterprise, 16, 32768, .isolated),
    ]

    @Test("gets what the owner's subscription gives: cores, memory and isolation are the tier's", arguments: 0..<4)
    func tiers(index: Int) throws {
        let (subscription, tier, cpu, memory, isolation) = Self.tiers[index]
        if subscription != .starter { self.subscribe(subscription) }
        let command = self.allocate()
        let events = self.scenario.accept(
            .containerAllocation(.allocate(command)), gives: "container_allocation.allocated")
        guard case .containerAllocation(.allocated(let event)) = try #require(events.first) else { return }
        #expect(event.organization == self.acme)
        #expect(event.tier == tier && event.cpuLimit == cpu && event.memoryLimitMebibytes == memory)
        #expect(event.isolation == isolation)
        #expect(self.scenario.find(command.id)?.tier == tier)
    }

    @Test("takes no other limits than its tier's, and no tier above the subscription")
    func limits() {
        func refuse(_ fill: (inout ContainerAllocated) -> Void, _ reason: Rejection.Reason, says words: String) {
            self.scenario.refuse(.containerAllocation(.allocate(self.allocate(fill))), reason, says: words)
        }
        refuse({ $0.cpuLimit = 2 }, .invalidValue, says: "cpu_limit is 2; the tier basic has 1")
        refuse({ $0.memoryLimitMebibytes = 1 }, .invalidValue, says: "memory_limit_mb is 1; the tier basic has 2048")
        refuse({ $0.isolation = .isolated }, .invalidValue, says: "network_isolation must be shared in the tier basic")
        refuse({ $0.tier = .pro }, .ruleBroken, says: "subscribed to starter, which gives containers up to basic")
        refuse({ $0.agent = ID(bits: 99) }, .notFound, says: "there is no agent")
        self.subscribe(.enterprise)
        _ = self.allocated {
            $0.tier = .pro
            $0.cpuLimit = 4
            $0.memoryLimitMebibytes = 8192
            $0.isolation = .shared
        }
    }

    @Test("is an agent's only one until it is released")
    func uniqueness() {
        let first = self.allocated()
        self.scenario.refuse(
            .containerAllocation(.allocate(self.allocate())), .notUnique, says: "the one container of agent", "\(first)"
        )
        self.release(first)
        let second = self.allocated()
        #expect(self.scenario.find(first)?.releasedAt != nil)
        #expect(self.scenario.find(second)?.releasedAt == nil)
        let other = self.scenario.agent("reader", of: self.acme)
        self.scenario.refuse(
            .containerAllocation(
                .allocate(
                    self.allocate {
                        $0.id = second
                        $0.agent = other
                    })), .alreadyExists, says: "\(second)")
    }

    @Test("changes its tier while it lasts")
    func changes() {
        let container = self.allocated()
        func change(_ tier: ContainerTier?) -> DomainCommand {
            .containerAllocation(
                .change(
                    .with {
                        $0.id = container
                        $0.tier = tier
                    }))
        }
        self.scenario.refuse(change(.enterprise), .ruleBroken, says: "not enterprise")
        self.subscribe(.enterprise)
        self.scenario.accept(change(.pro), gives: "container_allocation.changed")
        self.scenario.accept(change(nil), gives: "container_allocation.changed")
        #expect(self.scenario.find(container)?.tier == .enterprise)
        self.release(container)
        self.scenario.refuse(change(.basic), .ruleBroken, says: "was released", "allocate another one")
        self.scenario.refuse(
            .containerAllocation(.release(.with { $0.id = ID(bits: 99) })), .notFound, says: "container_allocation")
    }

    @Test("of a user's agent goes by the user's subscription and belongs to the user")
    func users() {
        let ada = self.scenario.user()
        let agent = self.scenario.newID(Agent.self)
        var created = AgentCreated.context(agent, "hers", nil)
        created.ownerUser = ada
        self.scenario.accept(.agent(.create(created)), gives: "agent.created")
        let container = self.allocated { $0.agent = agent }
        #expect(self.scenario.find(container)?.person == ada)
        #expect(self.scenario.find(container)?.tier == .basic)
    }

    @Test("is not to be had for an agent that is deleted, or an organization that is cancelled")
    func ends() {
        self.scenario.accept(.agent(.delete(.with { $0.id = self.writer })), gives: "agent.deleted")
        self.scenario.refuse(.containerAllocation(.allocate(self.allocate())), .ruleBroken, says: "was deleted")
        let other = self.scenario.agent("reader", of: self.acme)
        self.scenario.cancel(self.acme)
        self.scenario.refuse(
            .containerAllocation(.allocate(self.allocate { $0.agent = other })), .ruleBroken, says: "is cancelled")
    }
}
