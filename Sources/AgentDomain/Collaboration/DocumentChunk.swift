import LedgerEvents

/// A piece of a document's text with its embedding: recorded once, kept in the log alone.
public struct DocumentChunk: Fact {
    @usableFromInline package static let kind = "document_chunk"
    @usableFromInline package static let type: EventType = "document_chunk.recorded"
    @usableFromInline package static let command = "document_chunk.record"
    /// A collection's history is not made of all its chunks.
    @usableFromInline package static let mentions = [4]
    @usableFromInline package typealias Rules = FactRules<DocumentChunk>

    /// Namespace of the ids that chunks get from their place.
    static let namespace: UInt128 = 0x4D0B_93D6_60A7_5A0C_9E51_7B2C_5F8E_1D34

    /// That of its place in the document, which need not be given: two chunks have no place in common.
    public var id = DocumentChunkID.zero
    /// The document's, as the collection. Written by the decider.
    public var organization = OrganizationID.zero
    public var document = DocumentID.zero
    public var collection = DocumentCollectionID.zero
    /// Its place in the document, from 0.
    public var index = 0
    public var content = ""
    public var tokenCount: Int?
    /// As many numbers as the collection asks for; none: it has no embedding.
    public var embedding = FloatVector()
    /// None in a command means the collection's.
    public var embeddingModel: String?
    public var metadata = JSONText.emptyObject

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "document_chunk_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "document_id", &self.document)
        try v.field(4, "document_collection_id", &self.collection)
        try v.field(5, "chunk_index", &self.index)
        try v.field(6, "content", &self.content)
        try v.field(7, "token_count", &self.tokenCount)
        try v.field(8, "embedding", &self.embedding)
        try v.field(9, "embedding_model", &self.embeddingModel)
        try v.field(10, "metadata", &self.metadata)
    }

    @usableFromInline package func newID(_ fresh: UInt128) -> UInt128 {
        UUIDv5.named("\(self.document)/\(self.index)", in: Self.namespace)
    }

    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        guard (0...Int(Int32.max)).contains(self.index) else {
            throw .invalid("chunk_index", "is \(self.index); it must be 0 to \(Int32.max)")
        }
        let place = DocumentChunkID(bits: self.newID(0))
        guard self.id == place else {
            throw .invalid(
                "document_chunk_id", "is that of its place in the document, \(place), or is left out; not \(self.id)")
        }
        if self.content.isEmpty { throw .invalid("content", "must not be empty") }
        if let count = self.tokenCount { try Require.quantity(count, "token_count") }
        try Require.object(self.metadata, "metadata")
        guard let document = world.peek(self.document) else {
            throw .notFound(Document.kind, self.document.description)
        }
        world.guardAgainst(EventQuery.Item(types: [DocumentRemoved.type], tags: [self.document.tag]))
        if let instant = document.removedAt, !order.isHistory {
            throw .broken("document \(self.document) was removed at \(instant) and takes no chunks")
        }
        let collection = try world.requireLive(document.collection, order)
        self.organization = document.organization
        self.collection = document.collection
        try self.requireFitting(collection)
    }

    private mutating func requireFitting(_ collection: DocumentCollection) throws(Rejection) {
        if self.embedding.values.isEmpty {
            if self.embeddingModel != nil { throw .invalid("embedding", "must be given with its model") }
            return
        }
        let count = self.embedding.values.count
        if let dimensions = collection.embeddingDimensions, count != dimensions {
            throw .invalid("embedding", "has \(count) numbers; those of collection \(collection.id) have \(dimensions)")
        }
        guard count <= DocumentCollectionDecider.mostDimensions else {
            throw .invalid(
                "embedding", "has \(count) numbers; the limit is \(DocumentCollectionDecider.mostDimensions)")
        }
        guard self.embedding.values.allSatisfy({ $0.isFinite }) else {
            throw .invalid("embedding", "must hold numbers only, no NaN and no infinity")
        }
        self.embeddingModel = self.embeddingModel ?? collection.embeddingModel
        try Require.name(self.embeddingModel, "embedding_model")
    }
}

public typealias DocumentChunkID = ID<DocumentChunk>
@usableFromInline package typealias DocumentChunkEvent = FactEvent<DocumentChunk>
@usableFromInline package typealias DocumentChunkCommand = FactCommand<DocumentChunk>
