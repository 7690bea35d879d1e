import LedgerEvents

@usableFromInline package enum DeliverableDecider: Decider {
    @usableFromInline package static func decide(
        _ command: DeliverableCommand, given state: Deliverable?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [DeliverableEvent] {
        switch command {
        case .create(let created): return try self.create(created, state, order, world)
        case .retitle(let retitled):
            guard let state else { throw .notFound(Deliverable.kind, retitled.id.description) }
            if retitled.title == state.title { return [] }
            try Require.text(retitled.title, "title")
            return [.retitled(retitled)]
        }
    }

    private static func create(
        _ command: DeliverableCreated, _ state: Deliverable?, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [DeliverableEvent] {
        try Require.id(command.id, "deliverable_id")
        if let state {
            guard command.organization == .zero || state.organization == command.organization,
                state.type == command.type, command.task == state.task, command.projectStep == state.projectStep
            else { throw .alreadyExists(Deliverable.kind, command.id) }
            return []
        }
        try Require.text(command.title, "title")
        try Require.name(command.type, "type")
        try Require.name(command.agentName, "agent_name")
        try Require.object(command.metadata, "metadata")
        var origin = DeliverableOrigin(command)
        try origin.fill(from: world)
        var created = origin.deliverable
        try world.requireOpen(created.organization, order)
        created.user = try world.requirePerson(
            command.user, of: created.organization, order, else: origin.user)
        return [.created(created)]
    }

    @usableFromInline package static func evolve(
        _ state: inout Deliverable?, by event: DeliverableEvent, _ envelope: Envelope
    ) {
        switch event {
        case .created(let created): state = Deliverable(created, at: envelope.occurredAt)
        case .retitled(let retitled):
            state?.title = retitled.title
            state?.updatedAt = envelope.occurredAt
        }
    }
}

/// Where a deliverable belongs: each thing that it was made in or for says more of it, and none may contradict.
/// Guards nothing: what is looked at of them never changes.
private struct DeliverableOrigin {
    var deliverable: DeliverableCreated
    var user: UserID?

    init(_ deliverable: DeliverableCreated) { self.deliverable = deliverable }

    mutating func fill(from world: any DecisionContext) throws(Rejection) {
        if let id = self.deliverable.projectStep {
            guard let step = world.peek(id) else { throw .notFound(ProjectStep.kind, id.description) }
            if let named = self.deliverable.project, named != step.project {
                throw .broken("project_step \(id) is of project \(step.project), not of \(named)")
            }
            self.deliverable.project = step.project
            try self.agree(step.organization, "project_step \(id)")
        }
        if let id = self.deliverable.project {
            guard let project = world.peek(id) else { throw .notFound(Project.kind, id.description) }
            try self.agree(project.organization, "project \(id)")
            self.user = project.user
            self.deliverable.conversation = self.deliverable.conversation ?? project.conversation
        }
        if let id = self.deliverable.task {
            guard let task = world.peek(id) else { throw .notFound(AgentTask.kind, id.description) }
            try self.agree(task.organization, "task \(id)")
            self.user = self.user ?? task.user
            self.deliverable.agentName = self.deliverable.agentName ?? task.agentName
            self.deliverable.conversation = self.deliverable.conversation ?? task.conversation
        }
        if let id = self.deliverable.conversation {
            guard let conversation = world.peek(id) else { throw .notFound(Conversation.kind, id.description) }
            try self.agree(conversation.organization, "conversation \(id)")
            self.user = self.user ?? conversation.user
            self.deliverable.agentName = self.deliverable.agentName ?? conversation.agentName
        }
    }

    private mutating func agree(_ organization: OrganizationID, _ what: String) throws(Rejection) {
        if self.deliverable.organization == .zero { self.deliverable.organization = organization }
        guard self.deliverable.organization == organization else {
            throw .broken("\(what) belongs to organization \(organization), not to \(self.deliverable.organization)")
        }
    }
}

extension Deliverable {
    init(_ created: DeliverableCreated, at instant: Instant) {
        self.id = created.id
        self.organization = created.organization
        self.user = created.user
        self.conversation = created.conversation
        self.title = created.title
        self.type = created.type
        self.task = created.task
        self.projectStep = created.projectStep
        self.project = created.project
        self.agentName = created.agentName
        self.metadata = created.metadata
        self.createdAt = instant
        self.updatedAt = instant
    }
}
