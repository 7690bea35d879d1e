import LedgerDomain
import LedgerEvents

/// Agents get containers, a place in a marketplace, and types that others are made from.
extension Workday {
    /// A container for the day, larger when the morning has shown that it has to be. The organization is subscribed to
    /// more than the least.
    mutating func lendContainer(in script: inout Script) {
        guard let index = self.claimFreeAgent() else { return }
        let agent = self.organization.agents[index].id
        script.actor = self.organization.administrator.actor
        let container = self.allocateContainer(to: agent, in: &script)
        script.add(
            after: Milliseconds.minute,
            .containerAllocation(
                .change(
                    .with {
                        $0.id = container
                        $0.tier = .pro
                    })))
        script.add(
            after: 6 * Milliseconds.hour,
            .containerAllocation(
                .release(
                    .with {
                        $0.id = container
                        $0.reason = "done for today"
                    })))
        self.keepContainer(in: &script)
    }

    /// Another agent keeps its container for some weeks.
    private mutating func keepContainer(in script: inout Script) {
        guard let index = self.claimFreeAgent() else { return }
        self.organization.agents[index].engagedUntil = self.day.advanced(byDays: Self.daysOpen + 2)
        let container = self.allocateContainer(to: self.organization.agents[index].id, in: &script)
        let count = script.requests.count
        script.add(
            .containerAllocation(
                .release(
                    .with {
                        $0.id = container
                        $0.reason = "runs elsewhere now"
                    })))
        self.postpone(&script, after: count)
    }

    private mutating func allocateContainer(to agent: AgentID, in script: inout Script) -> ContainerAllocationID {
        let container: ContainerAllocationID = self.dice.id(at: script.now)
        script.add(
            after: Milliseconds.minute,
            .containerAllocation(
                .allocate(
                    .with {
                        $0.id = container
                        $0.agent = agent
                        $0.tier = .basic
                    })))
        return container
    }

    /// An agent of the organization that has no container and no place in the marketplace.
    private mutating func claimFreeAgent() -> Int? {
        let day = self.day
        return self.claimAgent { $0.ownerUser == nil && $0.isFree(on: day) }
    }

    /// It fails at first, is used for some hours, and is taken off again.
    mutating func offerAgent() -> Bool {
        guard let index = self.claimFreeAgent() else { return false }
        let agent = self.organization.agents[index].id
        var script = self.script(as: self.organization.administrator.actor, hour: 9)
        let listing = self.organization.agents[index].listing ?? self.dice.id(at: script.now)
        self.organization.agents[index].listing = listing
        self.requestListing(listing, of: agent, in: &script)
        script.add(
            after: Milliseconds.minute,
            .marketplaceListing(
                .fail(
                    .with {
                        $0.id = listing
                        $0.error = "the marketplace did not answer"
                    })))
        self.requestListing(listing, of: agent, in: &script)
        self.publish(listing, in: &script)
        let calls = self.nextSerial()
        script.add(
            after: 6 * Milliseconds.hour,
            .marketplaceListing(
                .reportUsage(
                    .with {
                        $0.id = listing
                        $0.usage = JSONText(uncheckedCanonical: #"{"calls":\#(calls)}"#)
                    })))
        self.unpublish(listing, in: &script)
        self.keepListing(in: &script)
        self.plan(script)
        return true
    }

    /// Another agent stays for some weeks.
    private mutating func keepListing(in script: inout Script) {
        guard let index = self.claimFreeAgent() else { return }
        self.organization.agents[index].engagedUntil = self.day.advanced(byDays: Self.daysOpen + 2)
        let listing = self.organization.agents[index].listing ?? self.dice.id(at: script.now)
        self.organization.agents[index].listing = listing
        self.requestListing(listing, of: self.organization.agents[index].id, in: &script)
        self.publish(listing, in: &script)
        let count = script.requests.count
        self.unpublish(listing, in: &script)
        self.postpone(&script, after: count)
    }

    private mutating func publish(_ listing: MarketplaceListingID, in script: inout Script) {
        let name = "agent-\(self.dice.hexadecimal(8))"
        script.add(
            after: Milliseconds.hour,
            .marketplaceListing(
                .publish(
                    .with {
                        $0.id = listing
                        $0.marketplaceAgent = name
                    })))
    }

    private func unpublish(_ listing: MarketplaceListingID, in script: inout Script) {
        script.add(
            after: Milliseconds.hour,
            .marketplaceListing(
                .unpublish(
                    .with {
                        $0.id = listing
                        $0.reason = "a trial"
                    })))
    }

    private func requestListing(_ listing: MarketplaceListingID, of agent: AgentID, in script: inout Script) {
        script.add(
            after: 10 * Milliseconds.minute,
            .marketplaceListing(
                .request(
                    .with {
                        $0.id = listing
                        $0.agent = agent
                    })))
    }

    mutating func defineType() -> Bool {
        var script = self.script(as: self.organization.administrator.actor, hour: 14)
        let name = "\(self.dice.pick(Names.agents)) type \(self.nextSerial())"
        let type = self.defineType(named: name, in: &script)
        script.add(
            after: Milliseconds.hour,
            .agentType(
                .revise(
                    .with {
                        $0.id = type
                        $0.defaultConfig = JSONText(uncheckedCanonical: #"{"language":"en"}"#)
                        $0.requiredParams = ["language", "tone"]
                    })))
        self.retire(type, in: &script)
        let kept = self.defineType(named: "\(name), kept", in: &script)
        let count = script.requests.count
        self.retire(kept, in: &script)
        self.postpone(&script, after: count)
        self.plan(script)
        return true
    }

    private mutating func defineType(named name: String, in script: inout Script) -> AgentTypeID {
        let type: AgentTypeID = self.dice.id(at: script.now)
        script.add(
            .agentType(
                .define(
                    .with {
                        $0.id = type
                        $0.organization = self.organization.id
                        $0.name = name
                        $0.requiredParams = ["language"]
                    })))
        return type
    }

    private func retire(_ type: AgentTypeID, in script: inout Script) {
        script.add(
            after: Milliseconds.hour,
            .agentType(
                .retire(
                    .with {
                        $0.id = type
                        $0.reason = "nobody made an agent of it"
                    })))
    }
}
