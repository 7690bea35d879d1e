import LedgerEvents

/// Something to look things up in. Its text is in its chunks.
public struct Document: Entity {
    @usableFromInline package static let kind = "document"
    @usableFromInline package typealias Rules = DocumentDecider

    public var id = DocumentID.zero
    public var organization = OrganizationID.zero
    public var collection = DocumentCollectionID.zero
    public var title = ""
    public var source: String?
    public var contentType: String?
    public var contentHash: String?
    public var sizeBytes: Int?
    public var metadata = JSONText.emptyObject
    public var ingestedAt = Instant.zero
    public var updatedAt = Instant.zero
    public var removedAt: Instant?
    public var removalReason: String?

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "document_collection_id", &self.collection)
        try v.field(4, "title", &self.title)
        try v.field(5, "source_uri", &self.source)
        try v.field(6, "content_type", &self.contentType)
        try v.field(7, "content_hash", &self.contentHash)
        try v.field(8, "size_bytes", &self.sizeBytes)
        try v.field(9, "metadata", &self.metadata)
        try v.field(10, "ingested_at", &self.ingestedAt)
        try v.field(11, "updated_at", &self.updatedAt)
        try v.field(12, "removed_at", &self.removedAt)
        try v.field(13, "removal_reason", &self.removalReason)
    }
}

public typealias DocumentID = ID<Document>
