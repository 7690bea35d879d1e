import LedgerDomain
import LedgerEvents
import Testing

@Suite("Documents and their collections")
struct DocumentTests {
    let scenario = Scenario()
    let acme: OrganizationID
    let collection: DocumentCollectionID
    let document: DocumentID

    init() {
        self.acme = self.scenario.organization()
        self.collection = self.scenario.newID()
        self.document = self.scenario.newID()
        let (collection, document) = (self.collection, self.document)
        self.scenario.accept(
            self.create {
                $0.id = collection
                $0.name = "handbook"
                $0.embeddingModel = "small"
                $0.embeddingDimensions = 3
            }, gives: "document_collection.created")
        self.scenario.accept(self.ingest { $0.id = document }, gives: "document.ingested")
    }

    private func create(_ fill: (inout DocumentCollectionCreated) -> Void = { _ in }) -> DomainCommand {
        var created = DocumentCollectionCreated()
        created.id = self.scenario.newID()
        created.organization = self.acme
        created.name = "archive"
        fill(&created)
        return .documentCollection(.create(created))
    }

    private func ingest(_ fill: (inout DocumentIngested) -> Void = { _ in }) -> DomainCommand {
        var ingested = DocumentIngested()
        ingested.id = self.scenario.newID()
        ingested.collection = self.collection
        ingested.title = "Rules"
        fill(&ingested)
        return .document(.ingest(ingested))
    }

    private func chunk(_ fill: (inout DocumentChunk) -> Void = { _ in }) -> DomainCommand {
        var chunk = DocumentChunk()
        chunk.document = self.document
        chunk.content = "No running."
        chunk.embedding = FloatVector([0.25, -1, 3.5])
        fill(&chunk)
        if chunk.id == .zero { chunk.id = ID(bits: chunk.newID(0)) }
        return .documentChunk(.record(chunk))
    }

    private var removeCollection: DomainCommand {
        .documentCollection(.remove(.with { $0.id = self.collection }))
    }

    private var removeDocument: DomainCommand { .document(.remove(.with { $0.id = self.document })) }

    @Test("a collection has a name that no other of its organization has, until it is removed")
    func names() throws {
        self.scenario.refuse(
            self.create { $0.name = "handbook" }, .notUnique, says: "taken by document_collection \(self.collection)")
        let globex = self.scenario.organization("globex")
        self.scenario.accept(
            self.create {
                $0.organization = globex
                $0.name = "handbook"
            }, gives: "document_collection.created")
        self.scenario.accept(self.removeCollection, gives: "document_collection.removed")
        self.scenario.accept(self.create { $0.name = "handbook" }, gives: "document_collection.created")
        #expect(self.scenario.find(self.collection)?.removedAt != nil)
    }

    @Test("a collection is not made with what it cannot have")
    func collectionRefusals() {
        self.scenario.refuse(self.create { $0.id = .zero }, .invalidValue, says: "document_collection_id must be given")
        self.scenario.refuse(self.create { $0.id = self.collection }, .alreadyExists, says: "\(self.collection)")
        self.scenario.refuse(self.create { $0.organization = ID(bits: 99) }, .notFound, says: "no organization")
        self.scenario.refuse(self.create { $0.name = "" }, .invalidValue, says: "name must not be empty")
        self.scenario.refuse(self.create { $0.embeddingModel = "" }, .invalidValue, says: "embedding_model")
        self.scenario.refuse(self.create { $0.metadata = "1" }, .invalidValue, says: "metadata must be a JSON object")
        for dimensions in [0, -1, 65_537] {
            self.scenario.refuse(
                self.create { $0.embeddingDimensions = dimensions }, .invalidValue,
                says: "embedding_dimensions is \(dimensions)")
        }
        self.scenario.refuse(
            .documentCollection(.remove(.with { $0.id = ID(bits: 99) })), .notFound, says: "no document_collection")
    }

    @Test("a document is ingested into a collection that is there, whose organization it has")
    func ingestion() throws {
        #expect(self.scenario.find(self.document)?.organization == self.acme)
        self.scenario.refuse(self.ingest { $0.id = .zero }, .invalidValue, says: "document_id must be given")
        self.scenario.refuse(self.ingest { $0.collection = ID(bits: 99) }, .notFound, says: "no document_collection")
        self.scenario.refuse(self.ingest { $0.title = "" }, .invalidValue, says: "title must not be empty")
        self.scenario.refuse(self.ingest { $0.contentType = "" }, .invalidValue, says: "content_type")
        self.scenario.refuse(self.ingest { $0.contentHash = "ab" }, .invalidValue, says: "content_hash", "SHA-256")
        self.scenario.refuse(self.ingest { $0.sizeBytes = -1 }, .invalidValue, says: "size_bytes is -1")
        self.scenario.refuse(self.ingest { $0.metadata = "1" }, .invalidValue, says: "metadata must be a JSON object")
        self.scenario.refuse(
            self.ingest {
                $0.id = self.document
                $0.title = "Other"
            }, .alreadyExists, says: "document \(self.document)")
        self.scenario.accept(self.ingest { $0.contentHash = digest("a") }, gives: "document.ingested")
        self.scenario.accept(self.removeCollection, gives: "document_collection.removed")
        self.scenario.refuse(self.ingest(), .ruleBroken, says: "was removed at", "takes nothing new")
    }

    @Test("a chunk has the id of its place, an embedding of the collection's model and size, and makes nothing grow")
    func chunks() throws {
        let before = self.scenario.find(self.document)
        let events = self.scenario.accept(self.chunk(), gives: "document_chunk.recorded")
        guard case .documentChunk(.recorded(let chunk)) = events.first else { return }
        #expect(chunk.organization == self.acme)
        #expect(chunk.collection == self.collection)
        #expect(chunk.embeddingModel == "small")
        #expect(chunk.embedding.values == [0.25, -1, 3.5])
        #expect(self.scenario.find(self.document) == before)
        #expect(DocumentChunk.isKeptInLog)
        let second = self.scenario.accept(
            self.chunk {
                $0.index = 1
                $0.embedding = FloatVector()
            }, gives: "document_chunk.recorded")
        guard case .documentChunk(.recorded(let plain)) = second.first else { return }
        #expect(plain.id != chunk.id)
        #expect(plain.embeddingModel == nil)
    }

    @Test("a chunk is not recorded of what is not there, or with what does not fit")
    func chunkRefusals() {
        self.scenario.refuse(
            self.chunk { $0.id = self.scenario.newID() }, .invalidValue, says: "is that of its place in the document")
        self.scenario.refuse(self.chunk { $0.index = -1 }, .invalidValue, says: "chunk_index is -1")
        self.scenario.refuse(self.chunk { $0.content = "" }, .invalidValue, says: "content must not be empty")
        self.scenario.refuse(self.chunk { $0.tokenCount = -1 }, .invalidValue, says: "token_count is -1")
        self.scenario.refuse(self.chunk { $0.metadata = "1" }, .invalidValue, says: "metadata must be a JSON object")
        self.scenario.refuse(self.chunk { $0.document = ID(bits: 99) }, .notFound, says: "there is no document")
        self.scenario.refuse(
            self.chunk { $0.embedding = FloatVector([1, 2]) }, .invalidValue,
            says: "embedding has 2 numbers; those of collection \(self.collection) have 3")
        for value in [Float.nan, .infinity] {
            self.scenario.refuse(
                self.chunk { $0.embedding = FloatVector([1, 2, value]) }, .invalidValue, says: "no NaN and no infinity")
        }
        self.scenario.refuse(
            self.chunk {
                $0.embedding = FloatVector()
                $0.embeddingModel = "large"
            }, .invalidValue, says: "embedding must be given with its model")
        self.scenario.accept(self.removeDocument, gives: "document.removed")
        self.scenario.refuse(self.chunk(), .ruleBroken, says: "document \(self.document) was removed at")
    }

    @Test("a collection without a size takes embeddings of any, within reason")
    func anySize() {
        let archive = self.scenario.newID(DocumentCollection.self)
        let letters = self.scenario.newID(Document.self)
        self.scenario.accept(self.create { $0.id = archive }, gives: "document_collection.created")
        self.scenario.accept(
            self.ingest {
                $0.id = letters
                $0.collection = archive
            }, gives: "document.ingested")
        self.scenario.accept(
            self.chunk {
                $0.document = letters
                $0.embedding = FloatVector([1])
            }, gives: "document_chunk.recorded")
        self.scenario.refuse(
            self.chunk {
                $0.document = letters
                $0.index = 1
                $0.embedding = FloatVector(Array(repeating: 1, count: 65_537))
            }, .invalidValue, says: "the limit is 65536")
    }

    @Test("what is removed is removed once, and a removed collection takes no chunks")
    func removal() {
        self.scenario.refuse(
            .document(.remove(.with { $0.id = ID(bits: 99) })), .notFound, says: "there is no document")
        self.scenario.accept(self.removeCollection, gives: "document_collection.removed")
        self.scenario.refuse(self.chunk(), .ruleBroken, says: "document_collection \(self.collection) was removed")
        self.scenario.accept(self.removeDocument, gives: "document.removed")
        #expect(self.scenario.find(self.document)?.removedAt == self.scenario.now)
    }
}
