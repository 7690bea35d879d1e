import LedgerEvents

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum DocumentEvent: EntityEvent {
    case ingested(DocumentIngested)
    case removed(DocumentRemoved)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.ingested), EventCase(Self.removed),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .ingested(let payload): try visitor.visit(payload)
        case .removed(let payload): try visitor.visit(payload)
        }
    }
}

public struct DocumentIngested: EntityPayload {
    @usableFromInline package static let type: EventType = "document.ingested"
    public var id = DocumentID.zero
    /// The collection's. Written by the decider.
    public var organization = OrganizationID.zero
    public var collection = DocumentCollectionID.zero
    public var title = ""
    /// Where it came from.
    public var source: String?
    /// Its media type, such as text/markdown.
    public var contentType: String?
    /// SHA-256 of what was ingested, hexadecimal.
    public var contentHash: String?
    public var sizeBytes: Int?
    public var metadata = JSONText.emptyObject

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "document_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "document_collection_id", &self.collection)
        try v.field(4, "title", &self.title)
        try v.field(5, "source_uri", &self.source)
        try v.field(6, "content_type", &self.contentType)
        try v.field(7, "content_hash", &self.contentHash)
        try v.field(8, "size_bytes", &self.sizeBytes)
        try v.field(9, "metadata", &self.metadata)
    }
}

public struct DocumentRemoved: EntityPayload {
    @usableFromInline package static let type: EventType = "document.removed"
    public var id = DocumentID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "document_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}
