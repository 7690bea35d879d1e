import LedgerEvents

@usableFromInline package enum ProjectStepDecider: Decider {
    @usableFromInline package static func decide(
        _ command: ProjectStepCommand, given state: ProjectStep?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [ProjectStepEvent] {
        if case .add(let added) = command { return try self.add(added, state, order, world) }
        guard let state else { throw .notFound(ProjectStep.kind, ProjectStepID(bits: command.target).description) }
        switch (command, state.status) {
        case (.add, _): return []

        case (.start(let started), .pending):
            try self.requireProject(state.project, is: .inProgress, order, world)
            try self.requireDependencies(of: state, world)
            var started = started
            started.project = state.project
            return [.started(started)]
        case (.start, .inProgress): return []
        case (.start, _): throw state.refusal(.inProgress)

        case (.complete(let completed), .inProgress):
            var completed = completed
            completed.project = state.project
            return [.completed(completed)]
        case (.complete, .completed): return []
        case (.complete, _): throw state.refusal(.completed)

        case (.fail(let failed), .inProgress):
            var failed = failed
            failed.project = state.project
            return [.failed(failed)]
        case (.fail, .failed): return []
        case (.fail, _): throw state.refusal(.failed)

        case (.skip(let skipped), .pending):
            var skipped = skipped
            skipped.project = state.project
            return [.skipped(skipped)]
        case (.skip, .skipped): return []
        case (.skip, _): throw state.refusal(.skipped)
        }
    }

    private static func add(
        _ command: ProjectStepAdded, _ state: ProjectStep?, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [ProjectStepEvent] {
        try Require.id(command.id, "project_step_id")
        if let state {
            guard state.project == command.project, state.name == command.name else {
                throw .alreadyExists(ProjectStep.kind, command.id)
            }
            return []
        }
        let project = try world.require(command.project)
        try project.requireUnfinished("takes no more steps", order)
        var added = command
        added.organization = project.organization
        try Require.name(command.name, "step_id")
        try Require.name(command.stepType, "step_type")
        try Require.text(command.title, "step_name")
        try Require.name(command.agentName, "agent_name")
        try Require.object(command.metadata, "metadata")
        try world.requireFree(
            ProjectStep.alias(of: command.name, in: command.project), for: command.id,
            what: "step_id \"\(command.name)\" of project \(command.project)")
        try Require.names(command.dependencies, "dependencies")
        for name in command.dependencies {
            if name == command.name { throw .broken("step \"\(name)\" cannot depend on itself") }
            let alias = ProjectStep.alias(of: name, in: command.project)
            guard world.holder(of: alias, as: ProjectStep.self) != nil else {
                throw Rejection(
                    .notFound, "project \(command.project) has no step \"\(name)\" to depend on; add that one first")
            }
        }
        let index =
            command.index ?? world.members(of: ProjectStep.steps(of: command.project), as: ProjectStep.self).count
        guard (0...Int(Int32.max)).contains(index) else {
            throw .invalid("step_index", "is \(index); it must be 0 to \(Int32.max)")
        }
        added.index = index
        return [.added(added)]
    }

    /// Only the project's own changes of status guard the append: all of its steps carry its tag.
    private static func requireProject(
        _ id: ProjectID, is wanted: Project.Status, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) {
        guard let project = world.peek(id) else { throw .notFound(Project.kind, id.description) }
        world.guardAgainst(EventQuery.Item(types: [ProjectStatusChanged.type], tags: [id.tag]))
        if order.isHistory { return }
        guard project.status == wanted else {
            throw .broken(
                "project \(id) is \(project.status.rawValue); its steps start while it is \(wanted.rawValue)")
        }
    }

    private static func requireDependencies(of step: ProjectStep, _ world: any DecisionContext) throws(Rejection) {
        var open: [String] = []
        for name in step.dependencies {
            let alias = ProjectStep.alias(of: name, in: step.project)
            guard let id = world.holder(of: alias, as: ProjectStep.self) else { continue }
            let status = try world.require(id).status
            if !status.isSettled { open.append("\(name) (\(status.rawValue))") }
        }
        if open.isEmpty { return }
        throw .broken(
            "step \"\(step.name)\" starts when those that it depends on are completed or skipped; these are not: "
                + listed(open))
    }

    @usableFromInline package static func evolve(
        _ state: inout ProjectStep?, by event: ProjectStepEvent, _ envelope: Envelope
    ) {
        if case .added(let added) = event {
            state = ProjectStep(added, at: envelope.occurredAt)
            return
        }
        state?.apply(event, at: envelope.occurredAt)
    }
}

/// For refusals: few enough to read.
func listed(_ names: [String]) -> String {
    let rest = names.count - 10
    return names.prefix(10).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
}

extension ProjectStep {
    func refusal(_ wanted: Status) -> Rejection {
        .invalidTransition(of: "project step", from: self.status, to: wanted, allowed: self.status.successors)
    }

    init(_ added: ProjectStepAdded, at instant: Instant) {
        self.id = added.id
        self.organization = added.organization
        self.project = added.project
        self.name = added.name
        self.index = added.index ?? 0
        self.stepType = added.stepType
        self.title = added.title
        self.agentName = added.agentName
        self.prompt = added.prompt
        self.dependencies = added.dependencies
        self.metadata = added.metadata
        self.createdAt = instant
        self.updatedAt = instant
    }

    mutating func apply(_ event: ProjectStepEvent, at instant: Instant) {
        self.updatedAt = instant
        switch event {
        case .added: break
        case .started:
            self.status = .inProgress
            self.startedAt = instant
        case .completed(let completed):
            self.status = .completed
            self.completedAt = instant
            self.result = completed.result
        case .failed(let failed):
            self.status = .failed
            self.completedAt = instant
            self.statusReason = failed.reason
            self.errorDetails = failed.errorDetails
        case .skipped(let skipped):
            self.status = .skipped
            self.statusReason = skipped.reason
        }
    }
}

extension Effects {
    /// A step that starts becomes its project's current one; when it ends, there is none.
    @usableFromInline
    static func follow(_ event: ProjectStepEvent, _ instant: Instant, in store: some StateStore) {
        let (step, project): (ProjectStepID, ProjectID)
        switch event {
        case .added, .skipped: return
        case .started(let started): (step, project) = (started.id, started.project)
        case .completed(let completed): (step, project) = (completed.id, completed.project)
        case .failed(let failed): (step, project) = (failed.id, failed.project)
        }
        guard let name = store.peek(step)?.name, let isRunning = store.peek(step).map({ $0.status == .inProgress })
        else { return }
        store.update(project) {
            guard isRunning || $0?.currentStep == name else { return }
            $0?.currentStep = isRunning ? name : nil
            $0?.updatedAt = instant
        }
    }
}
