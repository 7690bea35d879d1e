import LedgerEvents

extension AgentTask {
    init(_ created: TaskCreated, at instant: Instant) {
        self.id = created.id
        self.organization = created.organization
        self.conversation = created.conversation
        self.user = created.user
        self.title = created.title
        self.agentName = created.agentName
        self.method = created.method
        self.prompt = created.prompt
        self.params = created.params
        self.priority = created.priority
        self.timeoutSeconds = created.timeoutSeconds ?? Self.defaultTimeoutSeconds
        self.deliverableType = created.deliverableType ?? Self.defaultDeliverableType
        self.metadata = created.metadata
        self.createdAt = instant
        self.updatedAt = instant
    }

    mutating func apply(_ event: TaskEvent, _ envelope: Envelope) {
        let instant = envelope.occurredAt
        let actor = envelope.actor.user.map { UserID(bits: $0) }
        self.updatedAt = instant
        switch event {
        case .created: break
        case .started:
            self.status = .inProgress
            self.startedAt = instant
        case .progressReported(let reported):
            self.progress = reported.progress
            self.progressMessage = reported.message ?? self.progressMessage
        case .completed(let completed):
            self.finish(.completed, at: instant)
            self.progress = 100
            self.response = completed.response
            self.responseMetadata = completed.responseMetadata
            self.llmMetadata = completed.llmMetadata
            self.deliverableMetadata = completed.deliverableMetadata
        case .failed(let failed):
            self.finish(.failed, at: instant)
            self.errorCode = failed.errorCode
            self.errorMessage = failed.errorMessage
            self.errorData = failed.errorData
        case .timedOut(let timedOut):
            self.finish(.timeout, at: instant)
            self.errorCode = "timeout"
            self.errorMessage = timedOut.errorMessage
        case .cancelled(let cancelled):
            self.finish(.cancelled, at: instant)
            self.statusReason = cancelled.reason
        case .evaluated(let evaluated): self.evaluation = evaluated.evaluation
        case .assigned(let assigned):
            self.assignedUser = assigned.user
            self.assignedAgent = assigned.agent
        case .approvalRequested(let requested):
            var approval = TaskApproval()
            approval.number = requested.number
            approval.approver = requested.approver
            approval.message = requested.message
            approval.requestedBy = actor
            approval.requestedAt = instant
            self.approvals.append(approval)
        case .approved(let approved): self.decide(approved.number, .approved, approved.comment, actor, at: instant)
        case .rejected(let rejected): self.decide(rejected.number, .rejected, rejected.comment, actor, at: instant)
        }
    }

    private mutating func finish(_ status: Status, at instant: Instant) {
        self.status = status
        self.completedAt = instant
    }

    private mutating func decide(
        _ number: Int, _ status: TaskApproval.Status, _ comment: String?, _ actor: UserID?, at instant: Instant
    ) {
        for index in self.approvals.indices where self.approvals[index].number == number {
            self.approvals[index].status = status
            self.approvals[index].comment = comment
            self.approvals[index].decidedBy = actor
            self.approvals[index].decidedAt = instant
        }
    }
}
