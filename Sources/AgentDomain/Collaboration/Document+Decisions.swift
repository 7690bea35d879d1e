import LedgerEvents

@usableFromInline package enum DocumentDecider: Decider {
    @usableFromInline package static func decide(
        _ command: DocumentCommand, given state: Document?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [DocumentEvent] {
        switch command {
        case .ingest(let ingested): return try self.ingest(ingested, state, order, world)
        case .remove(let removed):
            guard let state else { throw .notFound(Document.kind, removed.id.description) }
            return state.removedAt == nil ? [.removed(removed)] : []
        }
    }

    private static func ingest(
        _ command: DocumentIngested, _ state: Document?, _ order: CommandContext, _ world: any DecisionContext
    ) throws(Rejection) -> [DocumentEvent] {
        try Require.id(command.id, "document_id")
        if let state {
            guard state.collection == command.collection, state.title == command.title,
                state.contentHash == command.contentHash
            else { throw .alreadyExists(Document.kind, command.id) }
            return []
        }
        var ingested = command
        ingested.organization = try world.requireLive(command.collection, order).organization
        try Require.text(command.title, "title")
        try Require.name(command.contentType, "content_type")
        if let hash = command.contentHash { try Require.digest(hash, "content_hash") }
        if let size = command.sizeBytes { try Require.notNegative(size, "size_bytes") }
        try Require.object(command.metadata, "metadata")
        return [.ingested(ingested)]
    }

    @usableFromInline package static func evolve(
        _ state: inout Document?, by event: DocumentEvent, _ envelope: Envelope
    ) {
        switch event {
        case .ingested(let ingested): state = Document(ingested, at: envelope.occurredAt)
        case .removed(let removed):
            state?.removedAt = envelope.occurredAt
            state?.removalReason = removed.reason
            state?.updatedAt = envelope.occurredAt
        }
    }
}

extension Document {
    init(_ ingested: DocumentIngested, at instant: Instant) {
        self.id = ingested.id
        self.organization = ingested.organization
        self.collection = ingested.collection
        self.title = ingested.title
        self.source = ingested.source
        self.contentType = ingested.contentType
        self.contentHash = ingested.contentHash
        self.sizeBytes = ingested.sizeBytes
        self.metadata = ingested.metadata
        self.ingestedAt = instant
        self.updatedAt = instant
    }
}
