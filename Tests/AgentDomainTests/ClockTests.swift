import LedgerDomain
import LedgerEvents
import Testing

@Suite("The clock")
struct ClockTests {
    let scenario = Scenario()

    private func tick(_ time: String?) -> DomainCommand {
        .clock(
            .tick(
                .with {
                    $0.id = PolicyClock.only
                    $0.time = time.flatMap { Instant($0) }
                }))
    }

    @Test("goes on, and remembers when it ticked before")
    func ticks() {
        self.scenario.accept(self.tick("2025-08-01T12:00:00Z"), gives: "clock.ticked")
        let events = self.scenario.accept(self.tick("2025-08-01T13:00:00Z"), gives: "clock.ticked")
        let ticked = PolicyClockTicked.with {
            $0.id = PolicyClock.only
            $0.time = Instant("2025-08-01T13:00:00Z")
            $0.previous = Instant("2025-08-01T12:00:00Z")
        }
        #expect(events == [.clock(.ticked(ticked))])
        #expect(self.scenario.find(PolicyClock.only)?.time == Instant("2025-08-01T13:00:00Z"))
    }

    @Test("is as late as the command where that says nothing else")
    func defaultTime() {
        self.scenario.accept(self.tick(nil), gives: "clock.ticked")
        #expect(self.scenario.find(PolicyClock.only)?.time == self.scenario.now)
    }

    @Test("never goes back: an earlier time has passed already")
    func earlier() throws {
        self.scenario.accept(self.tick("2025-08-01T12:00:00Z"), gives: "clock.ticked")
        self.scenario.accept(self.tick("2025-08-01T11:00:00Z"))
        #expect(self.scenario.find(PolicyClock.only)?.time == Instant("2025-08-01T12:00:00Z"))
    }

    @Test("is not set ahead of the machine's, save where that is meant")
    func ahead() throws {
        let now = try #require(Instant("2025-08-01T12:00:00Z"))
        for (isAhead, isAllowed) in [(false, false), (true, true)] {
            let order = CommandContext(actor: .system("test"), occurredAt: now, now: now, isAhead: isAhead)
            guard case .clock(let command) = self.tick("9999-12-31T00:00:00Z") else { return }
            let events = try? PolicyClockDecider.decide(command, given: nil, order, in: self.scenario)
            #expect((events != nil) == isAllowed)
        }
    }

    @Test("is the only one")
    func others() {
        self.scenario.refuse(
            .clock(.tick(.with { $0.id = PolicyClockID(bits: 7) })), .invalidValue, says: "clock_id", "there is one",
            "leave it out")
    }

    @Test("need not be named in a command's JSON")
    func json() throws {
        let tick = try #require(DomainCommand.cases.first { $0.name == "clock.tick" })
        let command = try JSONText(parsing: "{}").reading { try tick.decode(&$0) { 7 } }
        #expect(command == .clock(.tick(.with { $0.id = PolicyClock.only })))
    }
}

@Suite("A policy's checkpoint")
struct PolicyProgressTests {
    let scenario = Scenario()

    private func advance(_ name: String, _ through: UInt64, id: PolicyID? = nil) -> DomainCommand {
        .policy(
            .advance(
                .with {
                    $0.id = id ?? PolicyProgress.id(of: name)
                    $0.name = name
                    $0.through = Position(through)
                }))
    }

    @Test("moves on, and never back")
    func advances() {
        self.scenario.accept(self.advance("retry_scheduling", 7), gives: "policy.advanced")
        self.scenario.accept(self.advance("retry_scheduling", 6))
        self.scenario.accept(self.advance("retry_scheduling", 8), gives: "policy.advanced")
        self.scenario.accept(self.advance("overdue_invoices", 5), gives: "policy.advanced")
        let progress = self.scenario.find(PolicyProgress.id(of: "retry_scheduling"))
        #expect(progress?.through == Position(8))
        #expect(progress?.name == "retry_scheduling")
    }

    @Test("has the id of the policy's name")
    func ids() {
        self.scenario.refuse(
            self.advance("retry_scheduling", 7, id: PolicyProgress.id(of: "other")), .invalidValue, says: "policy_id",
            "retry_scheduling")
    }
}

@Suite("The policies of the catalogue")
struct PolicyCatalogTests {
    @Test("have names that an actor and a key can hold, each its own, and hear of events that there are")
    func names() {
        let policies = PolicyCatalog.policies
        #expect(Set(policies.map { $0.name }).count == policies.count)
        let types = Set(DomainEvent.cases.map(\.type))
        for policy in policies {
            #expect(policy.name.wholeMatch(of: /[a-z]+(?:_[a-z]+)*/) != nil, "\(policy.name)")
            #expect(Principal(policy.actor.description) == policy.actor)
            #expect(!policy.hears.isEmpty && Set(policy.hears).isSubset(of: types), "\(policy.name)")
            #expect(!policy.summary.isEmpty)
        }
    }
}
