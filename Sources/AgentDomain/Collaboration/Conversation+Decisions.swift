import LedgerEvents

@usableFromInline package enum ConversationDecider: Decider {
    @usableFromInline package static func decide(
        _ command: ConversationCommand, given state: Conversation?, _ order: CommandContext,
        in world: any DecisionContext
    ) throws(Rejection) -> [ConversationEvent] {
        if case .start(let started) = command { return try self.start(started, state, order, world) }
        guard let state else { throw .notFound(Conversation.kind, ConversationID(bits: command.target).description) }
        switch command {
        case .start: return []

        case .title(let titled):
            if titled.title == state.title { return [] }
            try Require.text(titled.title, "title")
            return [.titled(titled)]

        case .addParticipant(let joined):
            let participant = try ConversationParticipant(joined.user, joined.agent)
            if let known = state.participant(participant), known.leftAt == nil { return [] }
            try state.requireOpen(order)
            try self.requirePresent(participant, in: state.organization, order, world)
            return [.participantJoined(joined)]

        case .removeParticipant(let left):
            let participant = try ConversationParticipant(left.user, left.agent)
            guard let known = state.participant(participant) else {
                throw .broken("\(participant.name) takes no part in conversation \(state.id)")
            }
            return known.leftAt == nil ? [.participantLeft(left)] : []

        case .setWorkProduct(let product):
            if product.workProductType == state.workProductType, product.workProduct == state.workProduct { return [] }
            try Require.text(product.workProductType, "work_product_type", upTo: 100)
            try Require.id(product.workProduct, "work_product_id")
            try self.requireKnown(product, of: state, world)
            return [.workProductSet(product)]

        case .end(let ended): return state.endedAt == nil ? [.ended(ended)] : []
        }
    }

    private static func start(
        _ command: ConversationStarted, _ state: Conversation?, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [ConversationEvent] {
        try Require.id(command.id, "conversation_id")
        if let state {
            guard state.organization == command.organization,
                command.user == .zero || state.user == command.user, command.agent == state.agent,
                command.agentName.isEmpty || state.agentName == command.agentName
            else { throw .alreadyExists(Conversation.kind, command.id) }
            return []
        }
        var started = command
        try world.requireOpen(command.organization, order)
        started.user = try world.requirePerson(command.user, of: command.organization, order)
        if let id = command.agent {
            let agent = try world.requireAvailable(id, to: command.organization, order)
            if started.agentName.isEmpty { started.agentName = agent.name }
            if started.agentType.isEmpty { started.agentType = agent.configuration.protocol.rawValue }
        }
        try Require.name(started.agentName, "agent_name")
        try Require.name(started.agentType, "agent_type")
        if let title = started.title { try Require.text(title, "title") }
        try Require.object(started.metadata, "metadata")
        return [.started(started)]
    }

    /// What the ledger could know has to be there; neither deliverables nor projects go away.
    private static func requireKnown(
        _ product: ConversationWorkProductSet, of state: Conversation, _ world: any DecisionContext
    ) throws(Rejection) {
        let bits = product.workProduct.bits
        let owner: OrganizationID?
        switch product.workProductType {
        case Deliverable.kind: owner = world.peek(DeliverableID(bits: bits))?.organization
        case Project.kind: owner = world.peek(ProjectID(bits: bits))?.organization
        case _: return try world.requireOwn("", product.workProduct, of: state.organization)
        }
        guard owner == state.organization else {
            throw .notFound(product.workProductType, "\(product.workProduct) in organization \(state.organization)")
        }
    }

    private static func requirePresent(
        _ participant: ConversationParticipant, in organization: OrganizationID, _ order: CommandContext,
        _ world: any DecisionContext
    ) throws(Rejection) {
        if let user = participant.user { try world.requireMember(user, of: organization, "user_id", order) }
        if let agent = participant.agent { try world.requireAvailable(agent, to: organization, order) }
    }

    @usableFromInline package static func evolve(
        _ state: inout Conversation?, by event: ConversationEvent, _ envelope: Envelope
    ) {
        if case .started(let started) = event {
            state = Conversation(started, at: envelope.occurredAt)
            return
        }
        state?.apply(event, at: envelope.occurredAt)
    }
}

extension Conversation {
    init(_ started: ConversationStarted, at instant: Instant) {
        self.id = started.id
        self.organization = started.organization
        self.user = started.user
        self.agent = started.agent
        self.agentName = started.agentName
        self.agentType = started.agentType
        self.title = started.title
        self.metadata = started.metadata
        self.startedAt = instant
        self.updatedAt = instant
        self.join(started.user, nil, at: instant)
        if let agent = started.agent { self.join(nil, agent, at: instant) }
    }

    mutating func apply(_ event: ConversationEvent, at instant: Instant) {
        self.updatedAt = instant
        switch event {
        case .started: break
        case .titled(let titled): self.title = titled.title
        case .participantJoined(let joined): self.join(joined.user, joined.agent, at: instant)
        case .participantLeft(let left):
            for index in self.participants.indices
            where self.participants[index].isSame(left.user, left.agent) {
                self.participants[index].leftAt = instant
            }
        case .workProductSet(let product):
            self.workProductType = product.workProductType
            self.workProduct = product.workProduct
        case .ended(let ended):
            self.endedAt = instant
            self.endReason = ended.reason
        }
    }

    private mutating func join(_ user: UserID?, _ agent: AgentID?, at instant: Instant) {
        if let index = self.participants.firstIndex(where: { $0.isSame(user, agent) }) {
            self.participants[index].joinedAt = instant
            self.participants[index].leftAt = nil
        } else {
            var participant = ConversationParticipant()
            participant.user = user
            participant.agent = agent
            participant.joinedAt = instant
            self.participants.append(participant)
        }
    }

    /// Who this is in the conversation, where they ever took part.
    func participant(_ other: ConversationParticipant) -> ConversationParticipant? {
        self.participants.first { $0.isSame(other.user, other.agent) }
    }

    /// What arrives late may tell of what was before the end.
    func requireOpen(_ order: CommandContext) throws(Rejection) {
        if let end = self.endedAt, order.occurredAt > end, !order.isHistory {
            throw .broken("conversation \(self.id) ended at \(end); nothing happens in it at \(order.occurredAt)")
        }
    }
}

extension ConversationParticipant {
    /// One of the two.
    init(_ user: UserID?, _ agent: AgentID?) throws(Rejection) {
        guard (user == nil) != (agent == nil) else { throw .broken("name a user or an agent, one of the two") }
        self.user = user
        self.agent = agent
    }

    func isSame(_ user: UserID?, _ agent: AgentID?) -> Bool { self.user == user && self.agent == agent }

    var name: String { self.user.map { "user \($0)" } ?? self.agent.map { "agent \($0)" } ?? "" }
}
