import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum DocumentCollectionEvent: EntityEvent {
    case created(DocumentCollectionCreated)
    case removed(DocumentCollectionRemoved)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.created), EventCase(Self.removed),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .created(let payload): try visitor.visit(payload)
        case .removed(let payload): try visitor.visit(payload)
        }
    }
}

public struct DocumentCollectionCreated: EntityPayload {
    @usableFromInline package static let type: EventType = "document_collection.created"
    public var id = DocumentCollectionID.zero
    public var organization = OrganizationID.zero
    /// The organization's collections that are not removed have different names.
    public var name = ""
    public var description: String?
    /// The model that makes its embeddings.
    public var embeddingModel: String?
    /// How many numbers each embedding has; nil: any.
    public var embeddingDimensions: Int?
    public var metadata = JSONText.emptyObject

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "document_collection_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "name", &self.name)
        try v.field(4, "description", &self.description)
        try v.field(5, "embedding_model", &self.embeddingModel)
        try v.field(6, "embedding_dimensions", &self.embeddingDimensions)
        try v.field(7, "metadata", &self.metadata)
    }
}

/// Nothing is found in the collection any more, and its name is free again.
public struct DocumentCollectionRemoved: EntityPayload {
    @usableFromInline package static let type: EventType = "document_collection.removed"
    public var id = DocumentCollectionID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "document_collection_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}
