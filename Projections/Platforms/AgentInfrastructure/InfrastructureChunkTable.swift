import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum InfrastructureChunkTable {
    static let relation = Relation.facts(DocumentChunk.self, Self.table)

    static let table = Table<FactRow<DocumentChunk>>(
        "document_chunks", primaryKey: "id", description: "Pieces of documents, with their embeddings."
    ) {
        Column("id", .uuid, \.fact.id, default: .randomUUID)
        Column("document_id", .uuid, \.fact.document).references("documents", onDelete: .cascade)
        Column("chunk_index", .bigint, \.fact.index, unit: "ordinal", description: "Its place in the document, from 0.")
        Column("content", .text, \.fact.content)
        Column("token_count", .bigint, \.fact.tokenCount, unit: "tokens")
        Column(
            "embedding", .jsonb, { $0.fact.embedding.values.isEmpty ? nil : $0.fact.embedding },
            description: "Single-precision numbers as a JSON array.")
        Column("embedding_model", .text, \.fact.embeddingModel)
        Column("metadata", .jsonb, \.fact.metadata, default: .value(.json("{}")))
        Column("created_at", .timestamptz, \.occurredAt, default: .now).reading()
        Unique("document_id", "chunk_index")
        InfrastructureRowSecurity.chunks
        InfrastructureRowSecurity.security.guarding(InfrastructureRowSecurity.chunks, of: "document_chunks")
        AgentInfrastructure.named("document_chunks")
        Deviation(
            "embedding", documented: "a vector extension", reason: "most servers have none",
            ours: "JSON, whose text pgvector reads as a vector")
    }
}
