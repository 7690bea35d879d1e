import LedgerEvents

/// Documents that are searched together.
public struct DocumentCollection: Entity {
    @usableFromInline package static let kind = "document_collection"
    @usableFromInline package typealias Rules = DocumentCollectionDecider

    public var id = DocumentCollectionID.zero
    public var organization = OrganizationID.zero
    public var name = ""
    public var description: String?
    public var embeddingModel: String?
    public var embeddingDimensions: Int?
    public var metadata = JSONText.emptyObject
    public var createdBy: UserID?
    public var createdAt = Instant.zero
    public var updatedAt = Instant.zero
    public var removedAt: Instant?
    public var removalReason: String?

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package static var isIndexed: Bool { true }
    @usableFromInline package var aliases: [EventTag] {
        self.removedAt == nil ? [Self.alias(of: self.name, in: self.organization)] : []
    }

    package static func alias(of name: String, in organization: OrganizationID) -> EventTag {
        EventTag(kind: "document_collection_name", text: "\(organization)/\(name)")
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "name", &self.name)
        try v.field(4, "description", &self.description)
        try v.field(5, "embedding_model", &self.embeddingModel)
        try v.field(6, "embedding_dimensions", &self.embeddingDimensions)
        try v.field(7, "metadata", &self.metadata)
        try v.field(8, "created_by", &self.createdBy)
        try v.field(9, "created_at", &self.createdAt)
        try v.field(10, "updated_at", &self.updatedAt)
        try v.field(11, "removed_at", &self.removedAt)
        try v.field(12, "removal_reason", &self.removalReason)
    }
}

public typealias DocumentCollectionID = ID<DocumentCollection>
