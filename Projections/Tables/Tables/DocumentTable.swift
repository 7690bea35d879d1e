import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

enum DocumentTable {
    static let relation = Relation.states(Document.self, with: DocumentContents.self, Self.table)

    static let table = Table<Summed<Document, DocumentContents>>(
        "documents", primaryKey: "id", description: "What agents look things up in; the text is in the chunks."
    ) {
        Column("id", .uuid, \.state.id)
        Column("collection_id", .uuid, \.state.collection).references("document_collections").indexed()
        Column("organization_id", .uuid, \.state.organization).references("organizations")
        Column("title", .text, \.state.title)
        Column("source_uri", .text, \.state.source)
        Column("content_type", .text, \.state.contentType)
        Column("content_hash", .varchar(64), \.state.contentHash, description: "SHA-256, hexadecimal.").indexed()
        Column("size_bytes", .bigint, \.state.sizeBytes, unit: "bytes")
        Column("chunk_count", .bigint, \.sums.chunks, unit: "chunks")
        Column("token_count", .bigint, \.sums.tokens, unit: "tokens", description: "Of the chunks that say theirs.")
        Column("metadata", .jsonb, \.state.metadata)
        Column("created_at", .timestamptz, \.state.ingestedAt)
        Column("updated_at", .timestamptz, \.state.updatedAt)
        Column("removed_at", .timestamptz, \.state.removedAt)
        Column("removal_reason", .text, \.state.removalReason)
    }
}
