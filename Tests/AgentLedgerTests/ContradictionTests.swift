import AgentLedger
import LedgerDomain
import LedgerEvents
import LedgerLog
import Testing

@Suite("A log that contradicts itself")
struct ContradictionTests {
    private func create(_ id: OrganizationID, in ledger: Ledger) async throws {
        var payload = OrganizationCreated()
        payload.id = id
        payload.name = "Acme"
        payload.slug = "acme"
        var envelope = Envelope()
        envelope.type = OrganizationCreated.type
        envelope.actor = .system("forger")
        let batch = EventBatch()
        try batch.append(&envelope, tags: [id.tag, Organization.alias(ofSlug: "acme")]) { try payload.fields(&$0) }
        _ = try await ledger.log.append(batch)
    }

    @Test("a name that two things hold is found, with both and the position")
    func clash() async throws {
        let scratch = try Scratch()
        let path = scratch.file("ledger")
        do {
            let ledger = try Ledger.create(at: path)
            let ids = (0..<2).map { _ in OrganizationID(bits: ledger.makeID()) }
            try await self.create(ids[0], in: ledger)
            #expect(try LedgerReader(at: path).replay(at: .end).clashes == [])
            try await self.create(ids[1], in: ledger)
        }
        let clashes = try LedgerReader(at: path).replay(at: .end).clashes
        #expect(clashes.map(\.name) == [Organization.alias(ofSlug: "acme")])
        #expect(clashes.first?.description.contains("contradict each other") == true)
    }
}
