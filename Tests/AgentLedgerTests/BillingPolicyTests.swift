import AgentLedger
import LedgerDomain
import LedgerEvents
import Testing

@Suite("Drafting invoices when a month ends")
struct BillingPolicyTests {
    let scratch: Scratch
    let ledger: Ledger

    init() async throws {
        self.scratch = try Scratch()
        self.ledger = try Ledger.create(at: self.scratch.file("ledger"))
        try await self.ledger.perform(
            at: "2025-06-01", "organization.create",
            #"{"organization_id":"\#(acme)","name":"Acme","slug":"acme","settings":{"tax_rate":"0.2"}}"#)
        try await self.price("image", "USD")
        try await self.price("seat", "EUR")
    }

    private func price(_ type: String, _ currency: String) async throws {
        try await self.ledger.perform(
            at: "2025-06-01", "price.set", #"{"usage_type":"\#(type)","amount":"3","currency":"\#(currency)"}"#)
    }

    private func use(_ type: String, on day: String) async throws {
        try await self.ledger.perform(
            at: day, "usage_record.record", #"{"organization_id":"\#(acme)","usage_type":"\#(type)","quantity":1}"#)
    }

    private func tick(_ time: String) async throws -> PolicyReport.Entry? {
        try await self.ledger.runPolicies(until: Instant(time))["invoice_drafting"]
    }

    private func invoices() throws -> [[String]] {
        try rows(
            """
            SELECT period_start, period_end, currency, subtotal, status FROM invoices
            ORDER BY period_start, currency, status
            """, of: self.ledger.path)
    }

    @Test("each finished month is billed in each currency, with the organization's tax, and only once")
    func months() async throws {
        try await self.use("image", on: "2025-06-10")
        try await self.use("image", on: "2025-07-10")
        try await self.use("seat", on: "2025-07-11")
        try await self.use("image", on: "2025-08-10")
        // Of a kind that has no price.
        try await self.use("mystery", on: "2025-07-10")
        let entry = try await self.tick("2025-08-20")
        #expect(entry?.accepted == 3)
        #expect(entry?.refused == 0)
        let expected = [
            ["2025-06-01", "2025-06-30", "USD", "3", "draft"], ["2025-07-01", "2025-07-31", "EUR", "3", "draft"],
            ["2025-07-01", "2025-07-31", "USD", "3", "draft"],
        ]
        #expect(try self.invoices() == expected)
        #expect(try rows("SELECT DISTINCT tax_rate FROM invoices", of: self.ledger.path) == [["0.2"]])
        #expect(try await self.tick("2025-08-31")?.accepted == 0)
        #expect(try self.invoices() == expected)
        let september = try await self.tick("2025-09-01")
        #expect(september?.accepted == 1)
        #expect(september?.refused == 0)
    }

    @Test("usage that comes to light after its month was billed is on the next month's invoice")
    func lateUsage() async throws {
        try await self.use("image", on: "2025-06-10")
        _ = try await self.tick("2025-07-01")
        try await self.use("image", on: "2025-06-11")
        _ = try await self.tick("2025-08-01")
        #expect(
            try self.invoices() == [
                ["2025-06-01", "2025-06-30", "USD", "3", "draft"], ["2025-07-01", "2025-07-31", "USD", "3", "draft"],
            ])
    }

    @Test("what a cancelled invoice gave back is on the next month's, together with that month's own")
    func cancelled() async throws {
        try await self.use("image", on: "2025-06-10")
        _ = try await self.tick("2025-07-01")
        let june = InvoiceDrafting.invoiceID(
            try #require(OrganizationID(acme)), Day("2025-06-01") ?? .zero, .usd)
        try await self.ledger.perform(at: "2025-07-02", "invoice.cancel", #"{"invoice_id":"\#(june)"}"#)
        try await self.use("image", on: "2025-07-10")
        let entry = try await self.tick("2025-08-01")
        #expect(entry?.refused == 0)
        #expect(
            try self.invoices() == [
                ["2025-06-01", "2025-06-30", "USD", "3", "cancelled"],
                ["2025-07-01", "2025-07-31", "USD", "6", "draft"],
            ])
    }
}
