import LedgerEvents

@usableFromInline package enum ProjectDecider: Decider {
    @usableFromInline package static func decide(
        _ command: ProjectCommand, given state: Project?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [ProjectEvent] {
        if case .create(let created) = command { return try self.create(created, state, order, world) }
        guard let state else { throw .notFound(Project.kind, ProjectID(bits: command.target).description) }
        switch command {
        case .create: return []

        case .changePlan(let changed):
            let isSame =
                changed.plan == state.plan && (changed.name ?? state.name) == state.name
                && (changed.description ?? state.description) == state.description
            if isSame { return [] }
            try state.requireUnfinished("changes no more", order)
            try Require.object(changed.plan, "plan_json")
            if let name = changed.name { try Require.text(name, "name") }
            return [.planChanged(changed)]

        case .changeStatus(let changed):
            if changed.status == state.status { return [] }
            guard state.status.successors.contains(changed.status) else {
                throw .invalidTransition(
                    of: Project.kind, from: state.status, to: changed.status, allowed: state.status.successors)
            }
            if changed.status == .completed { try self.requireStepsEnded(state, world) }
            return [.statusChanged(changed)]

        case .attachSubproject(let attached): return try self.attach(attached, to: state, order, world)
        }
    }

    private static func create(
        _ command: ProjectCreated, _ state: Project?, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [ProjectEvent] {
        try Require.id(command.id, "project_id")
        if let state {
            guard state.conversation == command.conversation,
                command.organization == .zero || state.organization == command.organization
            else { throw .alreadyExists(Project.kind, command.id) }
            return []
        }
        var created = command
        let conversation = try world.requireOpenConversation(command.conversation, order)
        created.organization = try conversation.organization(named: command.organization)
        try world.requireOpen(created.organization, order)
        created.user = try world.requirePerson(
            command.user, of: created.organization, order, else: conversation.user)
        if let name = created.name { try Require.text(name, "name") }
        try Require.object(created.plan, "plan_json")
        try Require.object(created.metadata, "metadata")
        created.hierarchyLevel = 0
        if let parent = command.parent {
            created.hierarchyLevel = try world.requireParent(parent, in: created.organization, order).hierarchyLevel + 1
        }
        return [.created(created)]
    }

    private static func attach(
        _ command: ProjectSubprojectAttached, to state: Project, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [ProjectEvent] {
        let subproject = try world.require(command.subproject)
        if subproject.parent == state.id { return [] }
        if subproject.id == state.id { throw .broken("project \(state.id) cannot be part of itself") }
        if let parent = subproject.parent {
            throw .broken("project \(subproject.id) is part of project \(parent) already")
        }
        guard subproject.organization == state.organization else {
            throw .broken("project \(subproject.id) belongs to organization \(subproject.organization)")
        }
        try state.requireUnfinished("takes on no other project", order)
        var above = state.parent
        while let id = above {
            if id == subproject.id {
                throw .broken("project \(state.id) is below project \(id), which cannot become part of it")
            }
            above = try world.require(id).parent
        }
        var attached = command
        attached.hierarchyLevel = state.hierarchyLevel + 1
        attached.descendants = world.projects(below: subproject.id)
        return [.subprojectAttached(attached)]
    }

    private static func requireStepsEnded(_ state: Project, _ world: any DecisionContext) throws(Rejection) {
        var open: [String] = []
        for id in world.members(of: ProjectStep.steps(of: state.id), as: ProjectStep.self) {
            let step = try world.require(id)
            if !step.status.successors.isEmpty { open.append("\(step.name) (\(step.status.rawValue))") }
        }
        if open.isEmpty { return }
        throw .broken("project \(state.id) is completed when all steps have ended; these have not: \(listed(open))")
    }

    @usableFromInline package static func evolve(_ state: inout Project?, by event: ProjectEvent, _ envelope: Envelope)
    {
        if case .created(let created) = event {
            state = Project(created, at: envelope.occurredAt)
            return
        }
        state?.apply(event, at: envelope.occurredAt)
    }
}

extension DecisionContext {
    /// A project of the organization that takes on others.
    fileprivate func requireParent(
        _ id: ProjectID, in organization: OrganizationID, _ order: CommandContext
    ) throws(Rejection) -> Project {
        let parent = try self.require(id)
        guard parent.organization == organization else {
            throw .broken("project \(id) belongs to organization \(parent.organization)")
        }
        try parent.requireUnfinished("takes on no other project", order)
        return parent
    }

    /// All projects below one, level by level.
    fileprivate func projects(below id: ProjectID) -> [ProjectID] {
        var found = self.members(of: Project.subprojects(of: id), as: Project.self)
        var next = 0
        while next < found.count {
            found += self.members(of: Project.subprojects(of: found[next]), as: Project.self)
            next += 1
        }
        return found
    }
}

extension Project {
    init(_ created: ProjectCreated, at instant: Instant) {
        self.id = created.id
        self.organization = created.organization
        self.conversation = created.conversation
        self.user = created.user
        self.name = created.name
        self.description = created.description
        self.plan = created.plan
        self.metadata = created.metadata
        self.parent = created.parent
        self.hierarchyLevel = created.hierarchyLevel
        self.createdAt = instant
        self.updatedAt = instant
    }

    mutating func apply(_ event: ProjectEvent, at instant: Instant) {
        self.updatedAt = instant
        switch event {
        case .created: break
        case .planChanged(let changed):
            self.plan = changed.plan
            self.name = changed.name ?? self.name
            self.description = changed.description ?? self.description
        case .statusChanged(let changed):
            self.status = changed.status
            self.statusReason = changed.reason
            self.errorDetails = changed.errorDetails
        case .subprojectAttached: self.subprojectCount += 1
        }
    }

    func requireUnfinished(_ consequence: String, _ order: CommandContext) throws(Rejection) {
        if order.isHistory { return }
        if self.status.isFinished { throw .broken("project \(self.id) is \(self.status.rawValue) and \(consequence)") }
    }
}

extension Effects {
    /// A project that is made as a part of another counts for it.
    @usableFromInline
    static func place(_ created: ProjectCreated, _ instant: Instant, in store: some StateStore) {
        guard let parent = created.parent else { return }
        store.update(parent) {
            $0?.subprojectCount += 1
            $0?.updatedAt = instant
        }
    }

    /// A project that is attached moves down, with all below it.
    @usableFromInline
    static func place(_ attached: ProjectSubprojectAttached, _ instant: Instant, in store: some StateStore) {
        store.update(attached.subproject) {
            $0?.parent = attached.id
            $0?.hierarchyLevel = attached.hierarchyLevel
            $0?.updatedAt = instant
        }
        for id in attached.descendants {
            store.update(id) {
                // What is attached stood at level 0.
                $0?.hierarchyLevel += attached.hierarchyLevel
                $0?.updatedAt = instant
            }
        }
    }
}
