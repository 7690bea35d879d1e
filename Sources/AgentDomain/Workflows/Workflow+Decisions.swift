import LedgerEvents

@usableFromInline package enum WorkflowDecider: Decider {
    @usableFromInline package static func decide(
        _ command: WorkflowCommand, given state: Workflow?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [WorkflowEvent] {
        if case .create(let created) = command { return try self.create(created, state, order, world) }
        if state == nil, command.isCorrection { return [] }
        guard let state else { throw .notFound(Workflow.kind, WorkflowID(bits: command.target).description) }
        if let instant = state.deletedAt {
            if case .delete = command { return [] }
            throw .deleted(Workflow.kind, state.id, instant)
        }
        switch (command, state.status) {
        case (.create, _): return []

        case (.revise, .archived), (.changeExecutionPolicy, .archived), (.rename, .archived):
            throw .broken("workflow \(state.id) is archived and changes no more")
        case (.revise(let revised), _): return try self.revise(revised, state)
        case (.changeExecutionPolicy(let changed), _): return try self.changePolicy(changed, state)
        case (.rename(let renamed), _):
            if renamed.name == state.name { return [] }
            try self.requireFree(renamed.name, in: state.organization, for: state.id, world)
            return [.renamed(renamed)]

        case (.activate(let activated), .draft), (.activate(let activated), .paused): return [.activated(activated)]
        case (.activate, .active): return []
        case (.activate, _): throw state.refusal(.active)

        case (.pause(let paused), .active): return [.paused(paused)]
        case (.pause, .paused): return []
        case (.pause, _): throw state.refusal(.paused)

        case (.archive(let archived), .draft), (.archive(let archived), .active), (.archive(let archived), .paused):
            return [.archived(archived)]
        case (.archive, .archived): return []

        case (.delete(let deleted), _): return [.deleted(deleted)]
        case (.withdraw(var withdrawn), _):
            // What somebody has taken in hand since stays.
            guard state.isObserved, state.updatedAt == state.createdAt else {
                if !state.isInDoubt { return [] }
                var redated = WorkflowRedated()
                redated.id = state.id
                redated.organization = state.organization
                redated.createdAt = state.createdAt
                return [.redated(redated)]
            }
            withdrawn.organization = state.organization
            return [.withdrawn(withdrawn)]
        case (.redate(var redated), _):
            guard state.isObserved, state.isInDoubt || state.createdAt != redated.createdAt else { return [] }
            redated.organization = state.organization
            return [.redated(redated)]
        }
    }

    private static func create(
        _ command: WorkflowCreated, _ state: Workflow?, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [WorkflowEvent] {
        try Require.id(command.id, "workflow_id")
        if let state {
            guard state.organization == command.organization,
                state.name == command.name || state.formerNames.contains(command.name)
            else { throw .alreadyExists(Workflow.kind, command.id) }
            return []
        }
        var created = command
        created.version = try Require.version(command.version ?? SemanticVersion.first, "version").text
        created.createdBy = order.actor.user.map { UserID(bits: $0) } ?? command.createdBy
        if let user = created.createdBy, order.actor.user == nil {
            try world.requireMember(user, of: command.organization, "created_by", order)
        }
        try Require.object(command.definition, "definition")
        try Require.noSecrets(in: command.definition, "definition")
        try world.requireOpen(command.organization, order)
        try self.requireFree(command.name, in: command.organization, for: command.id, world)
        if let agent = command.agent { try world.requireAvailable(agent, to: command.organization, order) }
        return [.created(created)]
    }

    private static func requireFree(
        _ name: String, in organization: OrganizationID, for id: WorkflowID, _ world: any DecisionContext
    ) throws(Rejection) {
        try Require.name(name, "name")
        try world.requireFree(Workflow.alias(of: name, in: organization), for: id, what: "name \"\(name)\"")
    }

    private static func revise(_ command: WorkflowRevised, _ state: Workflow) throws(Rejection) -> [WorkflowEvent] {
        try Require.object(command.definition, "definition")
        try Require.noSecrets(in: command.definition, "definition")
        var revised = command
        revised.description = command.description ?? state.description
        let isSame = command.definition == state.definition && revised.description == state.description
        if isSame, command.version == nil || command.version == state.version { return [] }
        revised.version = try SemanticVersion.following(state.version, asked: command.version)
        revised.revision = state.revision + 1
        return [.revised(revised)]
    }

    private static func changePolicy(
        _ command: WorkflowExecutionPolicyChanged, _ state: Workflow
    ) throws(Rejection) -> [WorkflowEvent] {
        let timeout = command.timeoutSeconds ?? state.executionTimeoutSeconds
        let retries = command.maxRetries ?? state.maxRetries
        let handling = command.errorHandling ?? state.errorHandling
        guard (1...Int(Int32.max)).contains(timeout) else {
            throw .invalid("timeout_seconds", "is \(timeout); it must be 1 to \(Int32.max)")
        }
        guard (0...Int(Int32.max)).contains(retries) else {
            throw .invalid("max_retries", "is \(retries); it must be 0 to \(Int32.max)")
        }
        try Require.object(handling, "error_handling")
        try Require.noSecrets(in: handling, "error_handling")
        if timeout == state.executionTimeoutSeconds, retries == state.maxRetries, handling == state.errorHandling {
            return []
        }
        var changed = command
        changed.timeoutSeconds = timeout
        changed.maxRetries = retries
        changed.errorHandling = handling
        return [.executionPolicyChanged(changed)]
    }

    @usableFromInline package static func evolve(
        _ state: inout Workflow?, by event: WorkflowEvent, _ envelope: Envelope
    ) {
        if case .created(let created) = event {
            state = Workflow(created, at: envelope.occurredAt)
            state?.isObserved = envelope.isTelemetry
        }
        switch event {
        case .withdrawn: return state = nil
        case .redated(let redated): return state?.confirm(since: redated.createdAt) ?? ()
        case _: break
        }
        state?.apply(event, envelope)
    }
}

extension Workflow {
    func refusal(_ wanted: Status) -> Rejection {
        .invalidTransition(of: Self.kind, from: self.status, to: wanted, allowed: self.status.successors)
    }

    init(_ created: WorkflowCreated, at instant: Instant) {
        self.id = created.id
        self.organization = created.organization
        self.name = created.name
        self.description = created.description
        self.revision = 1
        self.version = created.version ?? SemanticVersion.first
        self.definition = created.definition
        self.workflowType = created.workflowType
        self.framework = created.framework
        self.agent = created.agent
        self.executionTimeoutSeconds = Self.defaultTimeoutSeconds
        self.maxRetries = Self.defaultMaxRetries
        self.createdBy = created.createdBy
        self.createdAt = instant
    }

    mutating func apply(_ event: WorkflowEvent, _ envelope: Envelope) {
        self.updatedAt = envelope.occurredAt
        self.updatedBy = envelope.actor.user.map { UserID(bits: $0) } ?? self.updatedBy
        switch event {
        case .created: break
        case .revised(let revised):
            self.revision = revised.revision
            self.version = revised.version ?? self.version
            self.definition = revised.definition
            self.description = revised.description
        case .executionPolicyChanged(let changed):
            self.executionTimeoutSeconds = changed.timeoutSeconds ?? self.executionTimeoutSeconds
            self.maxRetries = changed.maxRetries ?? self.maxRetries
            self.errorHandling = changed.errorHandling ?? self.errorHandling
        case .renamed(let renamed):
            self.formerNames.removeAll { $0 == renamed.name }
            self.formerNames.append(self.name)
            self.name = renamed.name
        case .activated:
            self.status = .active
            self.statusReason = nil
        case .paused(let paused):
            self.status = .paused
            self.statusReason = paused.reason
        case .archived(let archived):
            self.status = .archived
            self.statusReason = archived.reason
        case .deleted: self.deletedAt = envelope.occurredAt
        case .withdrawn, .redated: break
        }
    }
}

extension DecisionContext {
    /// A workflow that can still be changed, or history of one. Only what ends that guards the append.
    func requireEditable(_ id: WorkflowID, _ order: CommandContext) throws(Rejection) -> Workflow {
        guard let workflow = self.peek(id) else { throw .notFound(Workflow.kind, id.description) }
        if let instant = workflow.deletedAt, !order.isHistory { throw .deleted(Workflow.kind, id, instant) }
        if workflow.status == .archived, !order.isHistory {
            throw .broken("workflow \(id) is archived and changes no more")
        }
        self.guardAgainst(
            EventQuery.Item(
                types: [WorkflowArchived.type, WorkflowDeleted.type, WorkflowWithdrawn.type], tags: [id.tag]))
        return workflow
    }

    /// Refuses a workflow that is not to run now.
    func requireActive(_ id: WorkflowID, _ order: CommandContext) throws(Rejection) {
        let workflow = try self.requireEditable(id, order)
        guard workflow.status == .active else {
            throw .broken("workflow \(id) is \(workflow.status.rawValue) and runs nothing; activate it")
        }
        self.guardAgainst(EventQuery.Item(types: [WorkflowPaused.type], tags: [id.tag]))
    }
}

extension WorkflowCommand {
    /// Whether assembly gives it, which may be late.
    fileprivate var isCorrection: Bool {
        switch self {
        case .withdraw, .redate: true
        case _: false
        }
    }
}
