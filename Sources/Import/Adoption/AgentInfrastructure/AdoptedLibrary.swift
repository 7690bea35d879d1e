import LedgerDomain
import LedgerEvents

/// `document_collections`, `documents` and `document_chunks`. None of them changes once it is there; it may be removed.
enum AdoptedLibrary {
    /// Collections in use keep their names.
    static let collections = Adoption.Stage("document_collections", orderedBy: "removed_at IS NOT NULL, created_at, id")
    {
        row, writer in
        let id: DocumentCollectionID = try row.requiredID("id")
        let created = try row.creation(else: "updated_at", "removed_at")
        let known = try writer.states.find(id)
        let organization = try row.organization(at: created, writer)
        let owner = known?.organization ?? organization
        let name = try writer.free(row.name("name", else: "Collection \(id)"), of: id, in: row, "name") {
            DocumentCollection.alias(of: $0, in: owner)
        }
        try writer.record(
            .documentCollection(
                .create(
                    try .with {
                        $0.id = id
                        $0.organization = owner
                        $0.name = known?.name ?? name
                        $0.description = try row.description("description")
                        $0.embeddingModel = try row.name("embedding_model")
                        $0.embeddingDimensions = try row.integer("embedding_dimensions", in: 1...65_536)
                        $0.metadata = try row.object("metadata")
                    })), at: created)
        try Self.keepUpdate(row, created)
    }

    /// A time of change that is neither of the making nor of the removal.
    private static func keepUpdate(_ row: SourceRow, _ created: Instant) throws {
        let removed = try row.instant("removed_at")
        guard let updated = try row.instant("updated_at"), updated != removed ?? created else { return }
        row.keep("updated_at")
    }

    static let missingCollections = Adoption.Stage(
        "document_collections",
        sql: { $0.missing("document_collections", namedIn: [("documents", "collection_id", "created_at")]) },
        { row, writer in
            let id: DocumentCollectionID = try row.requiredID("id")
            if try writer.states.find(id) != nil { return }
            let instant = try row.instant("created_at") ?? row.rules.earliest
            try row.makeUp("id", "no such collection, which documents name; one stands in")
            try Self.makeUpCollection(id, at: instant, writer)
        })

    private static func makeUpCollection(
        _ id: DocumentCollectionID, at instant: Instant, _ writer: AdoptionWriter
    ) throws {
        let organization = try writer.commonOrganization(at: instant)
        try writer.then(
            .documentCollection(
                .create(
                    .with {
                        $0.id = id
                        $0.organization = organization
                        $0.name = "Collection \(id)"
                    })), at: instant)
    }

    static let documents = Adoption.Stage("documents", orderedBy: "created_at, id") { row, writer in
        let id: DocumentID = try row.requiredID("id")
        let created = try row.creation(else: "updated_at", "removed_at")
        let known = try writer.states.find(id)
        let title = try row.name("title", else: "Document \(id)")
        let collection: DocumentCollectionID = try row.requiredID("collection_id")
        let hash = try Self.hash(row)
        try writer.record(
            .document(
                .ingest(
                    try .with {
                        $0.id = id
                        $0.collection = known?.collection ?? collection
                        $0.title = known?.title ?? title
                        $0.source = try row.description("source_uri")
                        $0.contentType = try row.name("content_type")
                        $0.contentHash = known == nil ? hash : known?.contentHash
                        $0.sizeBytes = try row.integer("size_bytes", in: 0 ... .max)
                        $0.metadata = try row.object("metadata")
                    })), at: created)
        try Self.keepUpdate(row, created)
    }

    private static func hash(_ row: SourceRow) throws -> String? {
        guard let hash = row.text("content_hash") else { return nil }
        if hash.wholeMatch(of: /[0-9a-f]{64}/) != nil { return hash }
        try row.change("content_hash", "no SHA-256 in hexadecimal; left out")
        return nil
    }

    static let missingDocuments = Adoption.Stage(
        "document_collections",
        sql: { schema in
            let named = schema.missing("documents", namedIn: [("document_chunks", "document_id", "created_at")])
            return "SELECT 'documents' AS adopted_table, id::text AS adopted_key, id, created_at FROM (\(named)) d"
        },
        { row, writer in
            let id: DocumentID = try row.requiredID("id")
            if try writer.states.find(id) != nil { return }
            let instant = try row.instant("created_at") ?? row.rules.earliest
            try row.makeUp("id", "no such document, which chunks name; one stands in")
            let collection = DocumentCollectionID(bits: UUIDv5.named("collection of a document", in: id.bits))
            try Self.makeUpCollection(collection, at: instant, writer)
            try writer.then(
                .document(
                    .ingest(
                        .with {
                            $0.id = id
                            $0.collection = collection
                            $0.title = "Document \(id)"
                        })), at: instant)
        })

    /// A chunk is known by its place in the document; of several in one place the first is adopted.
    static let chunks = Adoption.Stage(
        "document_chunks",
        sql: { schema in
            """
            SELECT h.*, c.embedding_dimensions AS adopted_dimensions, d.created_at AS adopted_ingested_at,
              row_number() OVER (PARTITION BY h.document_id, h.chunk_index ORDER BY h.created_at, h.id) AS adopted_number
            FROM \(schema.table("document_chunks")) h LEFT JOIN \(schema.table("documents")) d ON d.id = h.document_id
            LEFT JOIN \(schema.table("document_collections")) c ON c.id = d.collection_id
            ORDER BY h.created_at, h.document_id, h.chunk_index, h.id
            """
        },
        { row, writer in
            let created = try row.creation(else: "adopted_ingested_at")
            guard let index = try row.integer("chunk_index", in: 0...Int(Int32.max)),
                row.row["adopted_number"] == "1"
            else { return try row.keepWhole("chunk_index", "no place of its own in the document; kept in extra") }
            var chunk = DocumentChunk()
            chunk.document = try row.requiredID("document_id")
            chunk.index = index
            chunk.id = DocumentChunkID(bits: chunk.newID(0))
            if row.row["id"] == "\(chunk.id)" { _ = row.text("id") }
            chunk.content = try row.content("content")
            chunk.tokenCount = try row.integer("token_count", in: 0...1_000_000_000_000)
            chunk.embedding = try Self.embedding(row)
            let model = try row.name("embedding_model")
            if chunk.embedding.values.isEmpty, model != nil {
                try row.change("embedding_model", "there is no embedding; left out")
            } else {
                chunk.embeddingModel = model
            }
            chunk.metadata = try row.object("metadata")
            try writer.record(.documentChunk(.record(chunk)), at: created)
        })

    /// As many numbers as those of the collection have.
    private static func embedding(_ row: SourceRow) throws -> FloatVector {
        guard let json = try row.json("embedding"), json != .null, json != .emptyArray else { return FloatVector() }
        var values: [Float] = []
        if json.text.hasPrefix("[") {
            do {
                try json.reading { reader in try reader.array { values.append(try $0.float()) } }
            } catch {
                values = []
            }
        }
        let count = try row.integer("adopted_dimensions", in: 1...65_536) ?? values.count
        if !values.isEmpty, values.count == count, count <= 65_536, values.allSatisfy(\.isFinite) {
            return FloatVector(values)
        }
        try row.change("embedding", "not as many numbers as those of the collection have; left out")
        return FloatVector()
    }

    static let documentEnd = Adoption.Stage("documents", orderedBy: "removed_at, id") { row, writer in
        let id: DocumentID = try row.requiredID("id")
        guard let removed = try row.instant("removed_at") else {
            return try writer.states.find(id)?.removedAt == nil ? () : row.cannotReach("removed_at")
        }
        try writer.then(.document(.remove(.with { $0.id = id })), at: removed)
    }

    static let collectionEnd = Adoption.Stage("document_collections", orderedBy: "removed_at, id") { row, writer in
        let id: DocumentCollectionID = try row.requiredID("id")
        guard let removed = try row.instant("removed_at") else {
            return try writer.states.find(id)?.removedAt == nil ? () : row.cannotReach("removed_at")
        }
        try writer.then(.documentCollection(.remove(.with { $0.id = id })), at: removed)
    }

    static let losses = [
        Loss("document_collections", "created_by", "adopted as what the import reports; kept in extra")
    ]
}
