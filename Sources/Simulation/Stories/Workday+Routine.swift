import LedgerDomain
import LedgerEvents

/// What happens every day.
extension Workday {
    /// People log in and out, agents say that they are alive, storage is metered, and stories of some weeks end.
    mutating func planRoutine() {
        for member in self.organization.members where member.busyOn < self.day && self.dice.chance(perMille: 400) {
            self.planLogin(of: member)
        }
        for agent in self.organization.agents where agent.busyOn < self.day { self.planHeartbeats(of: agent) }
        self.meterStorage()
        self.finishStories()
    }

    private mutating func planLogin(of member: SimulatedMember) {
        var script = self.script(as: member.actor, hour: self.dice.within(7...10))
        script.source.address = "203.0.113.\(self.dice.below(256))"
        let session: SessionID = self.dice.id(at: script.now)
        script.add(
            .user(
                .logIn(
                    .with {
                        $0.id = member.user
                        $0.session = session
                    })))
        // Some only close the window.
        if self.dice.chance(perMille: 700) {
            script.add(
                after: self.dice.within(Milliseconds.hour...(9 * Milliseconds.hour)),
                .user(
                    .logOut(
                        .with {
                            $0.id = member.user
                            $0.session = session
                        })))
        }
        self.plan(script)
    }

    private mutating func planHeartbeats(of agent: SimulatedAgent) {
        var script = self.script(as: .runtime, hour: 0, source: .worker)
        for _ in 0..<3 {
            let metrics = #"{"cpu":0.\#(self.dice.within(1...9)),"memory_mb":\#(self.dice.within(128...2048))}"#
            script.add(
                after: 7 * Milliseconds.hour,
                .agent(
                    .receiveHeartbeat(
                        .with {
                            $0.id = agent.id
                            $0.metrics = JSONText(uncheckedCanonical: metrics)
                        })))
        }
        let metric: MetricID = self.dice.id(at: script.now.advanced(byMilliseconds: 1))
        let rate = Double(self.dice.skewed(0...1000)) / 10
        script.add(
            .metric(
                .record(
                    .with {
                        $0.id = metric
                        // An agent that a user owns says it of the organization that it works for.
                        $0.organization = self.organization.id
                        $0.agent = agent.id
                        $0.metricType = "error_rate"
                        $0.value = rate
                        $0.unit = "percent"
                    })))
        self.plan(script)
    }

    private mutating func meterStorage() {
        var script = self.script(as: .metering, hour: 22, source: .platform)
        self.recordStorage(in: &script)
        self.plan(script)
    }

    @discardableResult
    private mutating func recordStorage(in script: inout Script) -> UsageRecordID {
        let usage: UsageRecordID = self.dice.id(at: script.now.advanced(byMilliseconds: 1))
        let quantity = self.dice.within(1...20)
        script.add(
            .usageRecord(
                .record(
                    .with {
                        $0.id = usage
                        $0.organization = self.organization.id
                        $0.usageType = "storage_gb_days"
                        $0.quantity = Quantity(quantity)
                        $0.resourceKind = Organization.kind
                        $0.resource = EventID(bits: self.organization.id.bits)
                    })))
        return usage
    }

    /// Storage is metered twice by mistake; the second record is voided.
    mutating func correctUsage() -> Bool {
        var script = self.script(as: .metering, hour: 12, source: .platform)
        let usage = self.recordStorage(in: &script)
        script.actor = self.organization.founder.actor
        script.source = .web
        script.add(
            after: Milliseconds.hour,
            .usageRecord(
                .void(
                    .with {
                        $0.id = usage
                        $0.reason = "metered twice"
                    })))
        self.plan(script)
        return true
    }
}
