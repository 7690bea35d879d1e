import LedgerDomain
import LedgerEvents
import LedgerRelations

enum DocumentChunkTable {
    static let relation = Relation.facts(DocumentChunk.self, Self.table)
        .found(by: "document_id", Document.self)
        .found(by: "organization_id", Organization.self)

    static let table = Table<FactRow<DocumentChunk>>(
        "document_chunks", primaryKey: "id", description: "Pieces of documents, with their embeddings."
    ) {
        Column("id", .uuid, \.fact.id)
        Column("document_id", .uuid, \.fact.document).references("documents")
        Column("collection_id", .uuid, \.fact.collection).references("document_collections").indexed()
        Column("organization_id", .uuid, \.fact.organization).references("organizations")
        Column("chunk_index", .bigint, \.fact.index, unit: "ordinal", description: "Its place in the document, from 0.")
        Column("content", .text, \.fact.content)
        Column("token_count", .bigint, \.fact.tokenCount, unit: "tokens")
        Column(
            "embedding", .jsonb, { $0.fact.embedding.values.isEmpty ? nil : $0.fact.embedding },
            description: "Single-precision numbers as a JSON array, which pgvector reads as its text.")
        Column("embedding_model", .text, \.fact.embeddingModel)
        Column("metadata", .jsonb, \.fact.metadata)
        Column("created_at", .timestamptz, \.occurredAt).reading()
        Column("position", .bigint, \.position, unit: "log position").reading()
        Unique("document_id", "chunk_index")
    }
}
