import LedgerDomain
import LedgerEvents

/// What a document's chunks come to.
package struct DocumentContents: Stored {
    package static let kind = "document_contents"

    package var chunks = 0
    package var tokens = 0

    package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "chunks", &self.chunks)
        try v.field(2, "tokens", &self.tokens)
    }

    mutating func add(_ chunk: DocumentChunk) {
        self.chunks += 1
        self.tokens += chunk.tokenCount ?? 0
    }
}
