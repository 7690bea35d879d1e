import AgentLedger
import LedgerDomain
import LedgerEvents
import LedgerLog
import Testing

@Suite("Billing real runs")
struct BillingTests {
    let scratch: Scratch
    let ledger: Ledger
    static let invoice = "0198c000-0000-7000-8000-0000000000d1"

    init() throws {
        self.scratch = try Scratch()
        self.ledger = try Ledger.create(at: self.scratch.file("ledger"))
    }

    func setPrices() async throws {
        for (type, amount) in [("input_tokens", "2"), ("cached_input_tokens", "0.50"), ("output_tokens", "8")] {
            let outcome = try await self.ledger.perform(
                #"{"command":"price.set","data":{"usage_type":"\#(type)","provider":"openai","model":"gpt-4.1","#
                    + #""amount":"\#(amount)","effective_from":"2025-04-14"}}"#)
            #expect(outcome.isAccepted)
        }
    }

    func importRuns() async throws {
        _ = try await Importer(self.ledger).run([airline]) { Issue.record("refused: \($0)") }
    }

    func bill() async throws -> [[String]] {
        let organization = try rows("SELECT id FROM organizations", of: self.ledger.path)[0][0]
        let drafted = try await self.ledger.perform(
            #"{"command":"invoice.draft","occurred_at":"2025-09-01T00:00:00Z","data":{"invoice_id":"\#(Self.invoice)","#
                + #""organization_id":"\#(organization)","period_start":"2025-08-01","period_end":"2025-08-31"}}"#)
        #expect(drafted.isAccepted, "\(drafted)")
        let issued = try await self.ledger.perform(
            #"{"command":"invoice.issue","occurred_at":"2025-09-01T00:00:00Z","data":{"invoice_id":"\#(Self.invoice)"}}"#
        )
        #expect(issued.isAccepted, "\(issued)")
        return try rows(
            "SELECT description, quantity, unrounded_amount, amount FROM invoice_lines ORDER BY 1", of: self.ledger.path
        )
    }

    @Test("an invoice whose parts do not add up to its total in doubles is shown all the same")
    func doubles() async throws {
        let id = "0198c000-0000-7000-8000-00000000000a"
        for json in [
            #"{"command":"organization.create","data":{"organization_id":"\#(id)","name":"Acme","slug":"acme"}}"#,
            #"{"command":"price.set","data":{"usage_type":"image","amount":"3.35"}}"#,
            #"{"command":"usage_record.record","occurred_at":"2025-08-02T00:00:00Z","#
                + #""data":{"usage_record_id":"\#(id)","organization_id":"\#(id)","usage_type":"image","quantity":1}}"#,
            #"{"command":"invoice.draft","data":{"invoice_id":"\#(Self.invoice)","organization_id":"\#(id)","#
                + #""period_start":"2025-08-01","period_end":"2025-08-31","tax_rate":"0.2"}}"#,
        ] { #expect(try await self.ledger.perform(json).isAccepted, "\(json)") }
        #expect(3.35 + 0.67 != 4.02)
        #expect(
            try rows("SELECT subtotal, tax, total FROM invoices", of: self.ledger.path) == [["3.35", "0.67", "4.02"]])
    }

    // 1,113,944 tokens in at 2 dollars a million and 21,386 out at 8.
    static let lines = [
        ["gpt-4.1 input tokens", "1113944", "2.227888", "2.23"],
        ["gpt-4.1 output tokens", "21386", "0.171088", "0.17"],
    ]

    @Test("with the prices known before the calls, the invoice comes to tokens times price")
    func pricesFirst() async throws {
        try await self.setPrices()
        try await self.importRuns()
        let lines = try await self.bill()
        #expect(lines == Self.lines)
        #expect(
            try rows("SELECT invoice_number, status, subtotal, total FROM invoices", of: self.ledger.path)
                == [["SIERRA-RESEARCH-000001", "sent", "2.4", "2.4"]])
        #expect(
            try rows("SELECT COUNT(*) FROM model_calls WHERE computed_cost IS NULL", of: self.ledger.path) == [["0"]])
    }

    @Test("with the prices set only after the calls, the invoice is the same")
    func pricesLater() async throws {
        try await self.importRuns()
        try await self.setPrices()
        let lines = try await self.bill()
        #expect(lines == Self.lines)
        #expect(
            try rows(
                "SELECT COUNT(*), SUM(total_cost IS NULL) FROM usage_records WHERE invoice_id IS NOT NULL",
                of: self.ledger.path) == [["684", "0"]])
        // The runs themselves have no price and stay unbilled, which is said, not hidden.
        #expect(try rows("SELECT unpriced_records FROM invoices", of: self.ledger.path) == [["20"]])
    }

    @Test("what an invoice did to usage is the same in a rebuild, and given back when it is cancelled")
    func rebuild() async throws {
        try await self.importRuns()
        try await self.setPrices()
        _ = try await self.bill()
        let reader = try LedgerReader(at: self.ledger.path)
        let live = try reader.views().digests()
        #expect(try live == reader.rebuild(to: reader.position(of: .end)).digests())
        let again = try await self.ledger.perform(
            #"{"command":"invoice.draft","data":{"organization_id":"\#(try self.organization())","#
                + #""period_start":"2025-08-01","period_end":"2025-08-31"}}"#)
        #expect(again.refusal?.reason == .ruleBroken, "usage is billed once")
        try await self.ledger.perform(#"{"command":"invoice.cancel","data":{"invoice_id":"\#(Self.invoice)"}}"#)
        #expect(
            try rows("SELECT COUNT(*) FROM usage_records WHERE invoice_id IS NULL", of: self.ledger.path) == [["704"]])
    }

    @Test("an issued invoice is made again from the log at its position, whatever was recorded and priced since")
    func recompute() async throws {
        try await self.importRuns()
        try await self.setPrices()
        _ = try await self.bill()
        let organization = try self.organization()
        for json in [
            #"{"command":"price.set","data":{"usage_type":"input_tokens","provider":"openai","model":"gpt-4.1","#
                + #""amount":"9","effective_from":"2025-07-01"}}"#,
            #"{"command":"usage_record.record","occurred_at":"2025-08-02T00:00:00Z","data":{"#
                + #""usage_record_id":"\#(Self.invoice)","organization_id":"\#(organization)","#
                + #""usage_type":"input_tokens","provider":"openai","model":"gpt-4.1","quantity":1000}}"#,
        ] { #expect(try await self.ledger.perform(json).isAccepted, "\(json)") }
        let found = try #require(try LedgerReader(at: self.ledger.path).recompute(InvoiceID(Self.invoice)!))
        #expect(found.isEqual)
        #expect(found.recomputed.total.description == "2.4")
        #expect(try LedgerReader(at: self.ledger.path).recompute(InvoiceID(bits: 1)) == nil)
    }

    @Test("an invoice whose lines say other than the log is told apart")
    func forged() async throws {
        try await self.importRuns()
        try await self.setPrices()
        let organization = OrganizationID(try self.organization())!
        var draft = InvoiceDrafted()
        draft.id = InvoiceID(Self.invoice)!
        draft.organization = organization
        draft.periodEnd = Day("2025-08-31")!
        draft.currency = .usd
        draft.throughPosition = try self.ledger.log.head()
        var line = InvoiceLine()
        line.description = "gpt-4.1 input tokens"
        line.quantity = 1_113_945
        draft.lines = [line]
        var envelope = Envelope()
        envelope.type = InvoiceDrafted.type
        envelope.actor = .system("forger")
        let batch = EventBatch()
        try batch.append(&envelope, tags: [draft.id.tag, organization.tag]) { visitor in
            var payload = draft
            try payload.fields(&visitor)
        }
        _ = try await self.ledger.log.append(batch)
        let found = try #require(try LedgerReader(at: self.ledger.path).recompute(draft.id))
        #expect(!found.isEqual)
        #expect(found.recomputed.lines.map(\.quantity) == [1_113_944, 21_386])
    }

    func organization() throws -> String { try rows("SELECT id FROM organizations", of: self.ledger.path)[0][0] }
}
