import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

enum InfrastructureDocumentTable {
    static let relation = Relation.derived(from: Document.self, Self.table) { document, others in
        Row(document: document, contents: try others.sums(DocumentContents.self, of: document.id))
    }.found(byStateIn: "id")

    struct Row {
        var document: Document
        var contents: DocumentContents
    }

    static let table = Table<Row>(
        "documents", primaryKey: "id", description: "What agents look things up in; the text is in the chunks."
    ) {
        Column("id", .uuid, \.document.id, default: .randomUUID)
        Column("collection_id", .uuid, \.document.collection)
            .references("document_collections", onDelete: .cascade).indexed()
        Column("title", .text, \.document.title)
        Column("source_uri", .text, \.document.source)
        Column("content_type", .text, \.document.contentType)
        Column("content_hash", .text, \.document.contentHash, description: "SHA-256, hexadecimal.")
        Column("size_bytes", .bigint, \.document.sizeBytes, unit: "bytes")
        Column("chunk_count", .bigint, \.contents.chunks, default: 0, unit: "chunks")
        Column("metadata", .jsonb, \.document.metadata, default: .value(.json("{}")))
        Column("created_at", .timestamptz, \.document.ingestedAt, default: .now)
        Column("updated_at", .timestamptz, \.document.updatedAt, default: .now)
        Column("removed_at", .timestamptz, \.document.removedAt)
        InfrastructureRowSecurity.documents
        InfrastructureRowSecurity.security.guarding(InfrastructureRowSecurity.documents, of: "documents")
        AgentInfrastructure.updating("documents")
        AgentInfrastructure.named("documents")
    }
}
