import LedgerEvents

@usableFromInline package enum TaskDecider: Decider {
    @usableFromInline package static func decide(
        _ command: TaskCommand, given state: AgentTask?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [TaskEvent] {
        if case .create(let created) = command { return try self.create(created, state, order, world) }
        guard let state else { throw .notFound(AgentTask.kind, TaskID(bits: command.target).description) }
        switch (command, state.status) {
        case (.create, _): return []

        case (.start(let started), .pending): return [.started(started)]
        case (.start, .inProgress): return []
        case (.start, _): throw state.refusal(.inProgress)

        case (.reportProgress(let reported), .inProgress): return try self.report(reported, state)
        // One that comes again after the end.
        case (.reportProgress(let reported), _) where state.stands(at: reported): return []
        case (.reportProgress, let status):
            throw .broken("a task makes progress while it is in_progress; task \(state.id) is \(status.rawValue)")

        case (.complete(let completed), .inProgress):
            try self.requireAgreement(to: state)
            try Require.object(completed.responseMetadata, "response_metadata")
            try Require.object(completed.llmMetadata, "llm_metadata")
            try Require.object(completed.deliverableMetadata, "deliverable_metadata")
            return [.completed(completed)]
        case (.complete, .completed): return []
        case (.complete, _): throw state.refusal(.completed)

        case (.fail(let failed), .inProgress): return [.failed(failed)]
        case (.fail, .failed): return []
        case (.fail, _): throw state.refusal(.failed)

        case (.timeOut(let timedOut), .inProgress): return [.timedOut(timedOut)]
        case (.timeOut, .timeout): return []
        case (.timeOut, _): throw state.refusal(.timeout)

        case (.cancel(let cancelled), .pending), (.cancel(let cancelled), .inProgress): return [.cancelled(cancelled)]
        case (.cancel, .cancelled): return []
        case (.cancel, _): throw state.refusal(.cancelled)

        case (.evaluate(let evaluated), _): return try self.evaluate(evaluated, state)
        case (.assign(let assigned), _): return try self.assign(assigned, state, order, world)
        case (.requestApproval(let requested), _): return try self.request(requested, state, order, world)
        case (.approve(let approved), _):
            let number = try self.decide(approved.number, .approved, state, order)
            return number.map { number in
                var approved = approved
                approved.number = number
                return [.approved(approved)]
            } ?? []
        case (.reject(let rejected), _):
            let number = try self.decide(rejected.number, .rejected, state, order)
            return number.map { number in
                var rejected = rejected
                rejected.number = number
                return [.rejected(rejected)]
            } ?? []
        }
    }

    private static func create(
        _ command: TaskCreated, _ state: AgentTask?, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [TaskEvent] {
        try Require.id(command.id, "task_id")
        if let state {
            guard command.organization == .zero || state.organization == command.organization,
                state.conversation == command.conversation, state.method == command.method,
                state.prompt == command.prompt
            else { throw .alreadyExists(AgentTask.kind, command.id) }
            return []
        }
        var created = command
        var asker: UserID?
        if let id = command.conversation {
            let conversation = try world.requireOpenConversation(id, order)
            created.organization = try conversation.organization(named: command.organization)
            created.agentName = command.agentName ?? conversation.agentName
            asker = conversation.user
        }
        try world.requireOpen(created.organization, order)
        created.user = try world.requirePerson(command.user, of: created.organization, order, else: asker)
        try Require.name(created.method, "method")
        if created.prompt.isEmpty { throw .invalid("prompt", "must not be empty") }
        if let title = created.title { try Require.text(title, "title") }
        try Require.name(created.agentName, "agent_name")
        try Require.object(created.params, "params")
        try Require.object(created.metadata, "metadata")
        let timeout = command.timeoutSeconds ?? AgentTask.defaultTimeoutSeconds
        guard (1...Int(Int32.max)).contains(timeout) else {
            throw .invalid("timeout_seconds", "is \(timeout); it must be 1 to \(Int32.max)")
        }
        created.timeoutSeconds = timeout
        created.deliverableType = command.deliverableType ?? AgentTask.defaultDeliverableType
        try Require.name(created.deliverableType, "deliverable_type")
        return [.created(created)]
    }

    private static func report(_ command: TaskProgressReported, _ state: AgentTask) throws(Rejection) -> [TaskEvent] {
        guard (0...100).contains(command.progress) else {
            throw .invalid("progress", "is \(command.progress); it must lie within 0 and 100")
        }
        guard command.progress >= state.progress else {
            throw .invalid("progress", "is at \(state.progress) already and never goes back to \(command.progress)")
        }
        return state.stands(at: command) ? [] : [.progressReported(command)]
    }

    private static func evaluate(_ command: TaskEvaluated, _ state: AgentTask) throws(Rejection) -> [TaskEvent] {
        guard state.status.isFinished else {
            throw .broken("a task is judged when it has ended; task \(state.id) is \(state.status.rawValue)")
        }
        try Require.object(command.evaluation, "evaluation")
        return command.evaluation == state.evaluation ? [] : [.evaluated(command)]
    }

    // MARK: People

    private static func assign(
        _ command: TaskAssigned, _ state: AgentTask, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [TaskEvent] {
        guard (command.user == nil) != (command.agent == nil) else {
            throw .broken("name a user or an agent, one of the two")
        }
        if command.user == state.assignedUser, command.agent == state.assignedAgent { return [] }
        try state.requireUnfinished("is not assigned any more", order)
        if let user = command.user { try world.requireMember(user, of: state.organization, "user_id", order) }
        if let agent = command.agent { try world.requireAvailable(agent, to: state.organization, order) }
        return [.assigned(command)]
    }

    private static func request(
        _ command: TaskApprovalRequested, _ state: AgentTask, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [TaskEvent] {
        if let open = state.approvals.last, open.status == .pending {
            if open.approver == command.approver { return [] }
            throw .broken("approval \(open.number) of task \(state.id) is pending; approve or reject it first")
        }
        try state.requireUnfinished("needs no approval any more", order)
        if let approver = command.approver {
            try world.requireMember(approver, of: state.organization, "approver_id", order)
        }
        var requested = command
        requested.number = state.approvals.count + 1
        return [.approvalRequested(requested)]
    }

    /// The number of the request that is decided; nil when it was decided like this already.
    private static func decide(
        _ number: Int, _ wanted: TaskApproval.Status, _ state: AgentTask, _ order: CommandContext
    ) throws(Rejection) -> Int? {
        guard let approval = number == 0 ? state.approvals.last : state.approvals.first(where: { $0.number == number })
        else {
            let which = number == 0 ? "no approval" : "no approval \(number)"
            throw Rejection(.notFound, "\(which) of task \(state.id) was asked for")
        }
        if approval.status == wanted { return nil }
        guard approval.status == .pending else {
            throw .invalidTransition(
                of: "task approval", from: approval.status, to: wanted, allowed: approval.status.successors)
        }
        if let approver = approval.approver, !order.actor.isSystem, order.actor.user != approver.bits {
            throw Rejection(
                .notAuthorized,
                "\(order.actor) does not decide approval \(approval.number) of task \(state.id); user \(approver) does")
        }
        return approval.number
    }

    /// Whoever was asked has to agree before the task is completed; it may fail or be cancelled without.
    private static func requireAgreement(to state: AgentTask) throws(Rejection) {
        guard let approval = state.approvals.last, approval.status != .approved else { return }
        throw .broken(
            "approval \(approval.number) of task \(state.id) is \(approval.status.rawValue); it is completed once it "
                + "is approved, or fails, or is cancelled")
    }

    @usableFromInline package static func evolve(_ state: inout AgentTask?, by event: TaskEvent, _ envelope: Envelope) {
        if case .created(let created) = event {
            state = AgentTask(created, at: envelope.occurredAt)
            return
        }
        state?.apply(event, envelope)
    }
}

extension AgentTask {
    func refusal(_ wanted: Status) -> Rejection {
        .invalidTransition(of: Self.kind, from: self.status, to: wanted, allowed: self.status.successors)
    }

    func stands(at report: TaskProgressReported) -> Bool {
        report.progress == self.progress && (report.message ?? self.progressMessage) == self.progressMessage
    }

    func requireUnfinished(_ consequence: String, _ order: CommandContext) throws(Rejection) {
        if order.isHistory { return }
        if self.status.isFinished { throw .broken("task \(self.id) is \(self.status.rawValue) and \(consequence)") }
    }
}
