import LedgerDomain
import LedgerEvents

/// Work in several steps.
extension Workday {
    /// Planned in a conversation, run step by step, with a part of its own that takes some weeks longer.
    mutating func runProject() -> Bool {
        guard !self.organization.agents.isEmpty else { return false }
        let agent = self.dice.pick(self.organization.agents).id
        var script = self.script(as: self.organization.founder.actor, hour: 11)
        let conversation = self.startConversation(with: agent, in: &script)
        let project = self.createProject("Yearly report", in: conversation, &script)
        let part = self.createProject("Translations", in: conversation, &script)
        script.add(
            after: Milliseconds.minute,
            .project(
                .attachSubproject(
                    .with {
                        $0.id = project
                        $0.subproject = part
                    })))
        script.add(
            after: Milliseconds.minute,
            .project(
                .changePlan(
                    .with {
                        $0.id = project
                        $0.plan = JSONText(uncheckedCanonical: #"{"steps":["collect","draft","print","send"]}"#)
                    })))
        let collect = self.addStep("collect", to: project, after: [], in: &script)
        let draft = self.addStep("draft", to: project, after: ["collect"], in: &script)
        let print = self.addStep("print", to: project, after: ["draft"], in: &script)
        let send = self.addStep("send", to: project, after: ["draft", "print"], in: &script)
        self.changeStatus(of: project, to: .inProgress, in: &script)
        script.actor = .runtime
        self.runStep(collect, in: &script)
        self.runStep(draft, in: &script)
        self.deliver(draft, in: conversation, &script)
        script.add(
            after: Milliseconds.minute,
            .projectStep(
                .skip(
                    .with {
                        $0.id = print
                        $0.reason = "nobody reads paper"
                    })))
        self.failStep(send, in: &script)
        self.changeStatus(of: project, to: .completed, in: &script)
        script.actor = self.organization.founder.actor
        let translate = self.addStep("translate", to: part, after: [], in: &script)
        let check = self.addStep("check", to: part, after: ["translate"], in: &script)
        self.changeStatus(of: part, to: .inProgress, in: &script)
        script.actor = .runtime
        self.startStep(translate, in: &script)
        let count = script.requests.count
        self.completeStep(translate, in: &script)
        self.runStep(check, in: &script)
        self.changeStatus(of: part, to: .completed, in: &script)
        script.actor = self.organization.founder.actor
        self.end(conversation, in: &script)
        self.postpone(&script, after: count)
        self.plan(script)
        return true
    }

    private mutating func createProject(
        _ name: String, in conversation: ConversationID, _ script: inout Script
    ) -> ProjectID {
        let project: ProjectID = self.dice.id(at: script.now.advanced(byMilliseconds: Milliseconds.minute))
        script.add(
            after: Milliseconds.minute,
            .project(
                .create(
                    .with {
                        $0.id = project
                        $0.conversation = conversation
                        $0.name = name
                    })))
        return project
    }

    private func changeStatus(of project: ProjectID, to status: Project.Status, in script: inout Script) {
        script.add(
            after: Milliseconds.minute,
            .project(
                .changeStatus(
                    .with {
                        $0.id = project
                        $0.status = status
                    })))
    }

    private mutating func addStep(
        _ name: String, to project: ProjectID, after dependencies: [String], in script: inout Script
    ) -> ProjectStepID {
        let step: ProjectStepID = self.dice.id(at: script.now.advanced(byMilliseconds: Milliseconds.second))
        script.add(
            after: Milliseconds.second,
            .projectStep(
                .add(
                    .with {
                        $0.id = step
                        $0.project = project
                        $0.name = name
                        $0.stepType = "agent"
                        $0.title = "The report: \(name)"
                        $0.dependencies = dependencies
                    })))
        return step
    }

    private mutating func runStep(_ step: ProjectStepID, in script: inout Script) {
        self.startStep(step, in: &script)
        self.completeStep(step, in: &script)
    }

    private mutating func completeStep(_ step: ProjectStepID, in script: inout Script) {
        let pages = self.dice.within(3...40)
        script.add(
            after: 5 * Milliseconds.minute,
            .projectStep(
                .complete(
                    .with {
                        $0.id = step
                        $0.result = JSONText(uncheckedCanonical: #"{"pages":\#(pages)}"#)
                    })))
    }

    private mutating func failStep(_ step: ProjectStepID, in script: inout Script) {
        self.startStep(step, in: &script)
        let error = self.dice.pick(Names.errors)
        script.add(
            after: Milliseconds.minute,
            .projectStep(
                .fail(
                    .with {
                        $0.id = step
                        $0.reason = error.message
                        $0.errorDetails = JSONText(uncheckedCanonical: #"{"code":"\#(error.code)"}"#)
                    })))
    }

    private func startStep(_ step: ProjectStepID, in script: inout Script) {
        script.add(after: Milliseconds.minute, .projectStep(.start(.with { $0.id = step })))
    }
}
