import LedgerDomain
import LedgerEvents

/// Agents are made, changed, shared, mended and retired. Between stories every agent is active and deployed.
extension Workday {
    /// Makes an agent and brings it up.
    mutating func makeAgent(in script: inout Script) {
        let serial = self.nextSerial()
        let kind = self.dice.pick(Names.agents)
        let ownerUser = self.dice.chance(perMille: 150) ? self.organization.founder.user : nil
        let agent = SimulatedAgent(
            id: self.dice.id(at: script.now), ownerUser: ownerUser,
            protocol: self.dice.pick([.context, .context, .context, .api, .external]),
            model: self.dice.below(SimulatedModel.known.count), busyOn: self.day)
        let asking = script.actor
        script.actor = self.keeper(of: agent)
        let configuration = self.configuration(of: agent, "Does \(kind.lowercased()) work")
        script.add(
            after: 2 * Milliseconds.minute,
            .agent(
                .create(
                    .with {
                        $0.id = agent.id
                        $0.organization = ownerUser == nil ? self.organization.id : nil
                        $0.ownerUser = ownerUser
                        $0.name = "\(kind) \(serial)"
                        $0.slug = "org-\(self.organization.number)-\(kind.lowercased())-\(serial)"
                        $0.configuration = configuration
                    })))
        if ownerUser != nil { self.share(agent.id, with: self.organization.id, in: &script) }
        script.add(after: Milliseconds.minute, .agent(.activate(.with { $0.id = agent.id })))
        self.deploy(agent.id, in: &script)
        script.actor = asking
        self.organization.agents.append(agent)
    }

    /// Who looks after it: what belongs to a person is changed by that person alone.
    private func keeper(of agent: SimulatedAgent) -> Principal {
        (agent.ownerUser == nil ? self.organization.administrator : self.organization.founder).actor
    }

    private mutating func configuration(of agent: SimulatedAgent, _ description: String) -> AgentConfiguration {
        var configuration = AgentConfiguration()
        configuration.description = description
        configuration.authoring = agent.protocol == .context ? .visual : .code
        configuration.protocol = agent.protocol
        configuration.department = self.dice.pick(Names.departments)
        configuration.tags = ["simulated"]
        switch agent.protocol {
        case .context:
            let model = SimulatedModel.known[agent.model].name
            configuration.framework = .langgraph
            configuration.capabilities = ["chat", "tools"]
            configuration.context = "You are a careful colleague. Say so when you do not know."
            configuration.llmConfig = JSONText(
                uncheckedCanonical: #"{"model":"\#(model)","temperature":0.\#(self.dice.within(1...9))}"#)
        case .api:
            configuration.capabilities = ["chat"]
            let url = "https://agents.org-\(self.organization.number).example/run"
            configuration.endpoint = JSONText(uncheckedCanonical: #"{"method":"POST","url":"\#(url)"}"#)
        case .external:
            configuration.capabilities = ["delegation"]
            let url = "https://partner-\(self.dice.within(1...40)).example/.well-known/agent.json"
            configuration.endpoint = JSONText(uncheckedCanonical: #"{"agent_card":"\#(url)"}"#)
        }
        return configuration
    }

    private func share(_ agent: AgentID, with organization: OrganizationID, in script: inout Script) {
        script.add(
            after: Milliseconds.minute,
            .agent(
                .shareWithOrganization(
                    .with {
                        $0.id = agent
                        $0.organization = organization
                    })))
    }

    private mutating func deploy(_ agent: AgentID, in script: inout Script) {
        let container = "container-\(self.dice.hexadecimal(12))"
        script.add(
            after: Milliseconds.minute,
            .agent(
                .deploy(
                    .with {
                        $0.id = agent
                        $0.container = container
                    })))
    }

    mutating func makeAgent() -> Bool {
        guard self.organization.agents.count < 10 else { return false }
        var script = self.script(as: self.organization.administrator.actor, hour: 9)
        self.makeAgent(in: &script)
        self.plan(script)
        return true
    }

    /// A new revision; the one before is put away. Only a few times: an agent keeps all its versions.
    mutating func configureAgent() -> Bool {
        guard let index = self.claimAgent(where: { $0.revision < 8 }) else { return false }
        let serial = self.nextSerial()
        let old = self.organization.agents[index].revision
        self.organization.agents[index].revision += 1
        let agent = self.organization.agents[index]
        let configuration = self.configuration(of: agent, "Works by instruction \(serial)")
        var script = self.script(as: self.keeper(of: agent), hour: 10)
        script.add(
            .agent(
                .configure(
                    .with {
                        $0.id = agent.id
                        $0.configuration = configuration
                    })))
        script.add(
            after: Milliseconds.hour,
            .agent(
                .archiveVersion(
                    .with {
                        $0.id = agent.id
                        $0.version = "1.0.\(old)"
                    })))
        self.plan(script)
        return true
    }

    mutating func renameAgent() -> Bool {
        guard let index = self.claimAgent(where: { $0.renamed < 3 }) else { return false }
        self.organization.agents[index].renamed += 1
        let name = "\(self.dice.pick(Names.agents)) \(self.nextSerial())"
        let keeper = self.keeper(of: self.organization.agents[index])
        var script = self.script(as: keeper, hour: 11)
        script.add(
            .agent(
                .rename(
                    .with {
                        $0.id = self.organization.agents[index].id
                        $0.name = name
                    })))
        self.plan(script)
        return true
    }

    /// Lent to a neighbour for a day.
    mutating func shareAgent(with neighbours: [SimulatedOrganization]) -> Bool {
        guard !neighbours.isEmpty, let index = self.claimAgent() else { return false }
        let agent = self.organization.agents[index].id
        let neighbour = self.dice.pick(neighbours).id
        let keeper = self.keeper(of: self.organization.agents[index])
        var script = self.script(as: keeper, hour: 8)
        self.share(agent, with: neighbour, in: &script)
        script.add(
            after: 8 * Milliseconds.hour,
            .agent(
                .unshare(
                    .with {
                        $0.id = agent
                        $0.organization = neighbour
                    })))
        self.plan(script)
        return true
    }

    /// It breaks down, is taken off, moved to another container and started again.
    mutating func restartAgent() -> Bool {
        guard let index = self.claimAgent() else { return false }
        let agent = self.organization.agents[index].id
        var script = self.script(as: .runtime, hour: 9, source: .worker)
        script.add(
            .agent(
                .fail(
                    .with {
                        $0.id = agent
                        $0.error = "its container ran out of memory"
                    })))
        script.actor = self.keeper(of: self.organization.agents[index])
        script.source = .web
        script.add(
            after: 10 * Milliseconds.minute,
            .agent(
                .deactivate(
                    .with {
                        $0.id = agent
                        $0.reason = "under repair"
                    })))
        script.add(after: Milliseconds.minute, .agent(.undeploy(.with { $0.id = agent })))
        self.deploy(agent, in: &script)
        script.add(after: Milliseconds.minute, .agent(.activate(.with { $0.id = agent })))
        self.plan(script)
        return true
    }

    /// A new key, a new webhook, and a schedule for some hours.
    mutating func reconnectAgent() -> Bool {
        guard let index = self.claimAgent() else { return false }
        let agent = self.organization.agents[index].id
        let serial = self.nextSerial()
        let (hash, prefix) = (self.dice.hexadecimal(64), "ak_\(self.dice.hexadecimal(6))")
        let minute = self.dice.below(60)
        var script = self.script(as: self.keeper(of: self.organization.agents[index]), hour: 10)
        script.add(
            .agent(
                .rotateAPIKey(
                    .with {
                        $0.id = agent
                        $0.hash = hash
                        $0.prefix = prefix
                    })))
        script.add(
            after: Milliseconds.minute,
            .agent(
                .changeWebhook(
                    .with {
                        $0.id = agent
                        $0.url = "https://hooks.org-\(self.organization.number).example/\(serial)"
                    })))
        script.add(
            after: Milliseconds.minute,
            .agent(
                .schedule(
                    .with {
                        $0.id = agent
                        $0.schedule = "\(minute) 8-18/2 * * 1-5"
                    })))
        script.add(after: 6 * Milliseconds.hour, .agent(.schedule(.with { $0.id = agent })))
        self.plan(script)
        return true
    }

    /// Others take over at once; it goes some days from now, when no run that knows it is under way any more.
    mutating func retireAgent() -> Bool {
        let day = self.day
        guard self.organization.agents.count > 4, let index = self.claimAgent(where: { $0.isFree(on: day) }) else {
            return false
        }
        let agent = self.organization.agents.remove(at: index).id
        for place in self.organization.workflows.indices {
            for step in self.organization.workflows[place].agents.indices
            where self.organization.workflows[place].agents[step] == agent {
                let successor = self.dice.pick(self.organization.agents).id
                self.organization.workflows[place].agents[step] = successor
            }
        }
        var script = self.script(as: self.organization.founder.actor, hour: 15, daysLater: 3)
        script.add(.agent(.undeploy(.with { $0.id = agent })))
        script.add(after: Milliseconds.minute, .agent(.deactivate(.with { $0.id = agent })))
        script.add(after: Milliseconds.hour, .agent(.delete(.with { $0.id = agent })))
        self.plan(script)
        return true
    }
}
