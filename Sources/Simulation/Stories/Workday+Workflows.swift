import LedgerDomain
import LedgerEvents

/// Workflows are made, changed, paused and retired. Between stories every workflow is active.
extension Workday {
    /// Makes a workflow of agents that are there, and activates it.
    mutating func makeWorkflow(in script: inout Script) {
        let serial = self.nextSerial()
        let agents = (0..<self.dice.within(1...3)).map { _ in self.dice.pick(self.organization.agents).id }
        let workflow = SimulatedWorkflow(
            id: self.dice.id(at: script.now), schedule: self.dice.id(at: script.now), agents: agents,
            isParallel: self.dice.chance(perMille: 300),
            timeoutSeconds: 300 + 60 * self.dice.skewed(0...55), maxRetries: self.dice.within(0...4), busyOn: self.day)
        let name = "\(self.dice.pick(Names.workflows)) \(serial)"
        let definition = Self.definition(of: workflow, revision: 0)
        script.add(
            after: 2 * Milliseconds.minute,
            .workflow(
                .create(
                    .with {
                        $0.id = workflow.id
                        $0.organization = self.organization.id
                        $0.name = name
                        $0.description = "In \(agents.count == 1 ? "one step" : "\(agents.count) steps")"
                        $0.definition = definition
                        $0.workflowType = agents.count == 1 ? .code : .visual
                        $0.framework = .langgraph
                        $0.agent = agents[0]
                    })))
        script.add(
            after: Milliseconds.minute,
            .workflow(
                .changeExecutionPolicy(
                    .with {
                        $0.id = workflow.id
                        $0.timeoutSeconds = workflow.timeoutSeconds
                        $0.maxRetries = workflow.maxRetries
                        $0.errorHandling = JSONText(uncheckedCanonical: #"{"strategy":"retry"}"#)
                    })))
        script.add(after: Milliseconds.minute, .workflow(.activate(.with { $0.id = workflow.id })))
        self.schedule(workflow, in: &script)
        self.organization.workflows.append(workflow)
    }

    private static func definition(of workflow: SimulatedWorkflow, revision: Int) -> JSONText {
        let steps = workflow.agents.indices.map { #""step-\#($0 + 1)""# }.joined(separator: ",")
        return JSONText(
            uncheckedCanonical:
                #"{"nodes":[\#(steps)],"parallel":\#(workflow.isParallel),"revision":\#(revision)}"#)
    }

    mutating func makeWorkflow() -> Bool {
        guard self.organization.workflows.count < 8 else { return false }
        var script = self.script(as: self.organization.administrator.actor, hour: 10)
        self.makeWorkflow(in: &script)
        self.plan(script)
        return true
    }

    mutating func reviseWorkflow() -> Bool {
        guard let index = self.claimWorkflow() else { return false }
        let serial = self.nextSerial()
        let workflow = self.organization.workflows[index]
        var script = self.script(as: self.organization.administrator.actor, hour: 11)
        script.add(
            .workflow(
                .revise(
                    .with {
                        $0.id = workflow.id
                        $0.definition = Self.definition(of: workflow, revision: serial)
                    })))
        self.plan(script)
        return true
    }

    /// Only a few times: a workflow keeps all its names.
    mutating func renameWorkflow() -> Bool {
        guard let index = self.claimWorkflow(where: { $0.renamed < 3 }) else { return false }
        self.organization.workflows[index].renamed += 1
        let name = "\(self.dice.pick(Names.workflows)) \(self.nextSerial())"
        var script = self.script(as: self.organization.administrator.actor, hour: 12)
        script.add(
            .workflow(
                .rename(
                    .with {
                        $0.id = self.organization.workflows[index].id
                        $0.name = name
                    })))
        self.plan(script)
        return true
    }

    /// For some hours, in which it starts no runs.
    mutating func pauseWorkflow() -> Bool {
        guard let index = self.claimWorkflow() else { return false }
        let workflow = self.organization.workflows[index].id
        var script = self.script(as: self.organization.administrator.actor, hour: 13)
        script.add(
            .workflow(
                .pause(
                    .with {
                        $0.id = workflow
                        $0.reason = "its data source is being moved"
                    })))
        let start = script.now
        script.add(
            after: self.dice.within(Milliseconds.hour...(4 * Milliseconds.hour)),
            .workflow(.activate(.with { $0.id = workflow })))
        self.organization.workflows[index].paused = start...script.now
        self.plan(script)
        return true
    }

    /// It takes no new runs from now on; it goes some days later.
    mutating func retireWorkflow() -> Bool {
        guard self.organization.workflows.count > 3, let index = self.claimWorkflow() else { return false }
        let workflow = self.organization.workflows.remove(at: index).id
        var script = self.script(as: self.organization.founder.actor, hour: 15, daysLater: 3)
        script.add(
            .workflow(
                .archive(
                    .with {
                        $0.id = workflow
                        $0.reason = "replaced"
                    })))
        script.add(after: Milliseconds.hour, .workflow(.delete(.with { $0.id = workflow })))
        self.plan(script)
        return true
    }
}
