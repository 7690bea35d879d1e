import LedgerEvents

@usableFromInline package enum DocumentCollectionDecider: Decider {
    /// As many numbers as an embedding may have.
    static let mostDimensions = 65_536

    @usableFromInline package static func decide(
        _ command: DocumentCollectionCommand, given state: DocumentCollection?, _ order: CommandContext,
        in world: any DecisionContext
    ) throws(Rejection) -> [DocumentCollectionEvent] {
        switch command {
        case .create(let created): return try self.create(created, state, order, world)
        case .remove(let removed):
            guard let state else { throw .notFound(DocumentCollection.kind, removed.id.description) }
            return state.removedAt == nil ? [.removed(removed)] : []
        }
    }

    private static func create(
        _ command: DocumentCollectionCreated, _ state: DocumentCollection?, _ order: CommandContext,
        _ world: any DecisionContext
    ) throws(Rejection) -> [DocumentCollectionEvent] {
        try Require.id(command.id, "document_collection_id")
        if let state {
            guard state.organization == command.organization, state.name == command.name else {
                throw .alreadyExists(DocumentCollection.kind, command.id)
            }
            return []
        }
        try world.requireOpen(command.organization, order)
        try Require.name(command.name, "name")
        try world.requireFree(
            DocumentCollection.alias(of: command.name, in: command.organization), for: command.id,
            what: "name \"\(command.name)\"")
        try Require.name(command.embeddingModel, "embedding_model")
        if let dimensions = command.embeddingDimensions, !(1...self.mostDimensions).contains(dimensions) {
            throw .invalid("embedding_dimensions", "is \(dimensions); it must be 1 to \(self.mostDimensions)")
        }
        try Require.object(command.metadata, "metadata")
        return [.created(command)]
    }

    @usableFromInline package static func evolve(
        _ state: inout DocumentCollection?, by event: DocumentCollectionEvent, _ envelope: Envelope
    ) {
        switch event {
        case .created(let created): state = DocumentCollection(created, envelope)
        case .removed(let removed):
            state?.removedAt = envelope.occurredAt
            state?.removalReason = removed.reason
            state?.updatedAt = envelope.occurredAt
        }
    }
}

extension DocumentCollection {
    init(_ created: DocumentCollectionCreated, _ envelope: Envelope) {
        self.id = created.id
        self.organization = created.organization
        self.name = created.name
        self.description = created.description
        self.embeddingModel = created.embeddingModel
        self.embeddingDimensions = created.embeddingDimensions
        self.metadata = created.metadata
        self.createdBy = envelope.actor.user.map { UserID(bits: $0) }
        self.createdAt = envelope.occurredAt
        self.updatedAt = envelope.occurredAt
    }
}

extension DecisionContext {
    /// A collection that is not removed, save for history. Only its end guards the append: its documents carry its tag.
    func requireLive(_ id: DocumentCollectionID, _ order: CommandContext) throws(Rejection) -> DocumentCollection {
        guard let collection = self.peek(id) else { throw .notFound(DocumentCollection.kind, id.description) }
        if let instant = collection.removedAt, !order.isHistory {
            throw .broken("document_collection \(id) was removed at \(instant) and takes nothing new")
        }
        self.guardAgainst(EventQuery.Item(types: [DocumentCollectionRemoved.type], tags: [id.tag]))
        return collection
    }
}
