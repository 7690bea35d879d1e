import LedgerDomain
import LedgerEvents

/// Agents and people are given tasks.
extension Workday {
    /// One is done and approved at the second try, one fails, one takes too long, one is not needed any more; one waits for
    /// an approval and one for its turn, for some weeks.
    mutating func assignTasks() -> Bool {
        guard !self.organization.agents.isEmpty else { return false }
        let (founder, administrator) = (self.organization.founder, self.organization.administrator)
        let agent = self.dice.pick(self.organization.agents).id
        var script = self.script(as: founder.actor, hour: 10)
        let conversation = self.startConversation(with: agent, in: &script)
        let task = self.createTask("Write the monthly report", in: conversation, &script)
        self.assign(task, to: administrator.user, in: &script)
        self.start(task, in: &script)
        for percent in [30, 80] { self.report(percent, of: task, in: &script) }
        self.decide(task, by: administrator, isApproved: false, in: &script)
        self.remark("The second table lacks a total.", on: task, in: &script)
        self.decide(task, by: administrator, isApproved: true, in: &script)
        script.actor = .runtime
        self.complete(task, in: &script)
        script.actor = .evaluator
        let rating = self.dice.within(1...5)
        script.add(
            after: Milliseconds.minute,
            .task(
                .evaluate(
                    .with {
                        $0.id = task
                        $0.evaluation = JSONText(uncheckedCanonical: #"{"rating":\#(rating)}"#)
                    })))
        script.actor = founder.actor
        self.abandonTasks(in: conversation, &script)
        self.leaveTasks(in: conversation, &script)
        self.plan(script)
        return true
    }

    /// Tasks that are done some weeks later, and with them the conversation.
    private mutating func leaveTasks(in conversation: ConversationID, _ script: inout Script) {
        let (founder, administrator) = (self.organization.founder, self.organization.administrator)
        let plan = self.createTask("Plan the next month", in: conversation, &script)
        self.start(plan, in: &script)
        self.report(10, of: plan, in: &script)
        let print = self.createTask("Print the plan", in: conversation, &script)
        self.ask(administrator, about: plan, in: &script)
        let count = script.requests.count
        self.answer(plan, by: administrator, isApproved: true, in: &script)
        script.actor = .runtime
        self.complete(plan, in: &script)
        self.start(print, in: &script)
        self.complete(print, in: &script)
        script.actor = founder.actor
        self.end(conversation, in: &script)
        self.postpone(&script, after: count)
    }

    /// Tasks that come to nothing.
    private mutating func abandonTasks(in conversation: ConversationID, _ script: inout Script) {
        let failing = self.createTask("Translate the report", in: conversation, &script)
        self.start(failing, in: &script)
        let error = self.dice.pick(Names.errors)
        script.add(
            after: Milliseconds.minute,
            .task(
                .fail(
                    .with {
                        $0.id = failing
                        $0.errorCode = error.code
                        $0.errorMessage = error.message
                    })))
        let slow = self.createTask("Read all contracts", in: conversation, &script)
        self.start(slow, in: &script)
        script.add(
            after: 5 * Milliseconds.minute,
            .task(
                .timeOut(
                    .with {
                        $0.id = slow
                        $0.errorMessage = "no answer within five minutes"
                    })))
        let needless = self.createTask("Print the report", in: conversation, &script)
        script.add(
            after: Milliseconds.minute,
            .task(
                .cancel(
                    .with {
                        $0.id = needless
                        $0.reason = "nobody reads paper"
                    })))
    }

    mutating func createTask(
        _ prompt: String, in conversation: ConversationID, _ script: inout Script
    ) -> TaskID {
        let task: TaskID = self.dice.id(at: script.now.advanced(byMilliseconds: 1))
        let priority = self.dice.within(1...5)
        script.add(
            .task(
                .create(
                    .with {
                        $0.id = task
                        $0.conversation = conversation
                        $0.method = "process"
                        $0.prompt = prompt
                        $0.priority = priority
                    })))
        return task
    }

    func start(_ task: TaskID, in script: inout Script) {
        script.add(after: Milliseconds.second, .task(.start(.with { $0.id = task })))
    }

    func complete(_ task: TaskID, in script: inout Script) {
        script.add(
            after: Milliseconds.minute,
            .task(
                .complete(
                    .with {
                        $0.id = task
                        $0.response = "The report is ready."
                    })))
    }

    private func assign(_ task: TaskID, to user: UserID, in script: inout Script) {
        script.add(
            after: Milliseconds.second,
            .task(
                .assign(
                    .with {
                        $0.id = task
                        $0.user = user
                    })))
    }

    private func report(_ percent: Int, of task: TaskID, in script: inout Script) {
        script.add(
            after: Milliseconds.minute,
            .task(
                .reportProgress(
                    .with {
                        $0.id = task
                        $0.progress = percent
                        $0.message = "\(percent) of 100 pages"
                    })))
    }

    /// The founder asks the approver, who decides.
    private func decide(_ task: TaskID, by approver: SimulatedMember, isApproved: Bool, in script: inout Script) {
        self.ask(approver, about: task, in: &script)
        self.answer(task, by: approver, isApproved: isApproved, in: &script)
    }

    private func ask(_ approver: SimulatedMember, about task: TaskID, in script: inout Script) {
        script.actor = self.organization.founder.actor
        script.add(
            after: Milliseconds.minute,
            .task(
                .requestApproval(
                    .with {
                        $0.id = task
                        $0.approver = approver.user
                    })))
    }

    private func answer(_ task: TaskID, by approver: SimulatedMember, isApproved: Bool, in script: inout Script) {
        script.actor = approver.actor
        if isApproved {
            script.add(after: Milliseconds.minute, .task(.approve(.with { $0.id = task })))
        } else {
            script.add(after: Milliseconds.minute, .task(.reject(.with { $0.id = task })))
        }
    }

    private mutating func remark(_ content: String, on task: TaskID, in script: inout Script) {
        let comment: TaskCommentID = self.dice.id(at: script.now.advanced(byMilliseconds: Milliseconds.minute))
        script.add(
            after: Milliseconds.minute,
            .taskComment(
                .record(
                    .with {
                        $0.id = comment
                        $0.task = task
                        $0.content = content
                    })))
    }
}
