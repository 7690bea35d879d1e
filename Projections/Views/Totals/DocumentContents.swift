import AgentDomain
import EventSourcing

/// What a document's chunks come to.
public struct DocumentContents: Stored {
    public static let kind = "document_contents"

    public var chunks = 0
    public var tokens = 0

    public init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    public mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "chunks", &self.chunks)
        try v.field(2, "tokens", &self.tokens)
    }

    mutating func add(_ chunk: DocumentChunk) {
        self.chunks += 1
        self.tokens += chunk.tokenCount ?? 0
    }
}
