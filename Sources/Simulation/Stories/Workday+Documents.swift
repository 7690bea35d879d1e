import LedgerDomain
import LedgerEvents

/// Documents that agents look things up in.
extension Workday {
    /// A collection that lives for a day, and one that lives for some weeks.
    mutating func collectDocuments() -> Bool {
        let serial = self.nextSerial()
        var script = self.script(as: self.organization.administrator.actor, hour: 12)
        let collection = self.createCollection("Handbook \(serial)", in: &script)
        let outdated = self.ingest("Rules of last year", into: collection, chunks: 2, in: &script)
        _ = self.ingest("Rules of this year", into: collection, chunks: self.dice.within(3...12), in: &script)
        script.add(
            after: Milliseconds.hour,
            .document(
                .remove(
                    .with {
                        $0.id = outdated
                        $0.reason = "outdated"
                    })))
        self.remove(collection, in: &script)
        let kept = self.createCollection("Guide \(serial)", in: &script)
        _ = self.ingest("Guide for newcomers", into: kept, chunks: 2, in: &script)
        let count = script.requests.count
        self.remove(kept, in: &script)
        self.postpone(&script, after: count)
        self.plan(script)
        return true
    }

    private mutating func createCollection(_ name: String, in script: inout Script) -> DocumentCollectionID {
        let collection: DocumentCollectionID = self.dice.id(at: script.now.advanced(byMilliseconds: 1))
        script.add(
            .documentCollection(
                .create(
                    .with {
                        $0.id = collection
                        $0.organization = self.organization.id
                        $0.name = name
                        $0.embeddingModel = "embed-small"
                        $0.embeddingDimensions = 8
                    })))
        return collection
    }

    private func remove(_ collection: DocumentCollectionID, in script: inout Script) {
        script.add(
            after: Milliseconds.hour,
            .documentCollection(
                .remove(
                    .with {
                        $0.id = collection
                        $0.reason = "moved to the new handbook"
                    })))
    }

    private mutating func ingest(
        _ title: String, into collection: DocumentCollectionID, chunks: Int, in script: inout Script
    ) -> DocumentID {
        let document: DocumentID = self.dice.id(at: script.now.advanced(byMilliseconds: Milliseconds.minute))
        let hash = self.dice.hexadecimal(64)
        script.add(
            after: Milliseconds.minute,
            .document(
                .ingest(
                    .with {
                        $0.id = document
                        $0.collection = collection
                        $0.title = title
                        $0.contentType = "text/markdown"
                        $0.contentHash = hash
                        $0.sizeBytes = chunks * 900
                    })))
        for index in 0..<chunks {
            var chunk = DocumentChunk()
            chunk.document = document
            chunk.index = index
            chunk.content = "\(title), section \(index + 1)"
            chunk.tokenCount = self.dice.within(80...300)
            // Sixteenths, which are exact.
            chunk.embedding.values = (0..<8).map { _ in Float(self.dice.within(-16...16)) / 16 }
            chunk.id = ID(bits: chunk.newID(0))
            script.add(after: Milliseconds.second, .documentChunk(.record(chunk)))
        }
        return document
    }
}
