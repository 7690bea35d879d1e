import LedgerEvents

@usableFromInline package enum DeliverableVersionDecider: Decider {
    @usableFromInline package static func decide(
        _ command: DeliverableVersionCommand, given state: DeliverableVersion?, _ order: CommandContext,
        in world: any DecisionContext
    ) throws(Rejection) -> [DeliverableVersionEvent] {
        switch command {
        case .add(let added): return try self.add(added, state, world)
        case .makeCurrent(let chosen):
            guard let state else { throw .notFound(DeliverableVersion.kind, chosen.id.description) }
            guard chosen.deliverable == .zero || chosen.deliverable == state.deliverable else {
                throw .broken("deliverable_version \(state.id) is not one of deliverable \(chosen.deliverable)")
            }
            if state.isCurrent { return [] }
            var chosen = chosen
            chosen.deliverable = state.deliverable
            // Guards the append: all that changes which version counts carries the deliverable's tag.
            chosen.supersedes = try world.require(state.deliverable).currentVersion
            return [.madeCurrent(chosen)]
        }
    }

    private static func add(
        _ command: DeliverableVersionAdded, _ state: DeliverableVersion?, _ world: any DecisionContext
    ) throws(Rejection) -> [DeliverableVersionEvent] {
        try Require.id(command.id, "deliverable_version_id")
        if let state {
            guard state.deliverable == command.deliverable, state.content == command.content else {
                throw .alreadyExists(DeliverableVersion.kind, command.id)
            }
            return []
        }
        // Guards the append: of two that are added at once, one is decided again and gets the next number.
        let deliverable = try world.require(command.deliverable)
        var added = command
        added.organization = deliverable.organization
        added.number = deliverable.versionCount + 1
        added.supersedes = deliverable.currentVersion
        added.createdByType = command.createdByType ?? DeliverableVersion.defaultCreatedByType
        if command.content == nil, command.fileAttachments == nil {
            throw .broken("a version holds something: give its content or its file_attachments")
        }
        try Require.name(added.format, "format")
        try Require.name(added.createdByType, "created_by_type")
        try Require.object(added.metadata, "metadata")
        if let task = added.task, world.peek(task)?.organization != deliverable.organization {
            throw .notFound(AgentTask.kind, "\(task) in organization \(deliverable.organization)")
        }
        return [.added(added)]
    }

    @usableFromInline package static func evolve(
        _ state: inout DeliverableVersion?, by event: DeliverableVersionEvent, _ envelope: Envelope
    ) {
        switch event {
        case .added(let added): state = DeliverableVersion(added, at: envelope.occurredAt)
        case .madeCurrent:
            state?.isCurrent = true
            state?.updatedAt = envelope.occurredAt
        }
    }
}

extension DeliverableVersion {
    init(_ added: DeliverableVersionAdded, at instant: Instant) {
        self.id = added.id
        self.organization = added.organization
        self.deliverable = added.deliverable
        self.number = added.number
        self.content = added.content
        self.format = added.format
        self.isCurrent = true
        self.createdByType = added.createdByType ?? Self.defaultCreatedByType
        self.task = added.task
        self.metadata = added.metadata
        self.fileAttachments = added.fileAttachments
        self.createdAt = instant
        self.updatedAt = instant
    }
}

extension Effects {
    /// The version that counts takes the place of the one before, for the deliverable too.
    @usableFromInline
    static func follow(_ event: DeliverableVersionEvent, _ instant: Instant, in store: some StateStore) {
        let (version, deliverable, superseded): (DeliverableVersionID, DeliverableID, DeliverableVersionID?)
        var count: Int?
        switch event {
        case .added(let added):
            (version, deliverable, superseded) = (added.id, added.deliverable, added.supersedes)
            count = added.number
        case .madeCurrent(let chosen):
            (version, deliverable, superseded) = (chosen.id, chosen.deliverable, chosen.supersedes)
        }
        store.update(deliverable) {
            $0?.currentVersion = version
            if let count { $0?.versionCount = count }
            $0?.updatedAt = instant
        }
        guard let superseded else { return }
        store.update(superseded) {
            $0?.isCurrent = false
            $0?.updatedAt = instant
        }
    }
}
