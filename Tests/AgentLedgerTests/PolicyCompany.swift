import AgentLedger
import LedgerDomain
import LedgerEvents
import Testing

// What the tests of policies have happen in a ledger.

extension PolicyReport {
    subscript(policy: String) -> Entry? { self.entries.first { $0.policy == policy } }
}

extension Ledger {
    /// Executes a command that must be accepted.
    nonisolated func perform(
        at time: String, _ command: String, _ data: String, location: SourceLocation = #_sourceLocation
    ) async throws {
        let outcome = try await self.perform(
            #"{"command":"\#(command)","occurred_at":"\#(time)","data":\#(data)}"#)
        #expect(outcome.isAccepted, "\(command): \(outcome)", sourceLocation: location)
    }

    nonisolated func startRun(_ run: String, at time: String) async throws {
        try await self.perform(
            at: time, "workflow_execution.queue", #"{"execution_id":"\#(run)","workflow_id":"\#(flow)"}"#)
        try await self.restartRun(run, at: time)
    }

    /// A run that is queued goes on.
    nonisolated func restartRun(_ run: String, at time: String) async throws {
        try await self.perform(at: time, "workflow_execution.dispatch", #"{"execution_id":"\#(run)"}"#)
        try await self.perform(at: time, "workflow_execution.start", #"{"execution_id":"\#(run)"}"#)
    }

    /// Invoices of acme for some usage each.
    nonisolated func sendInvoices(due day: String, count: Int) async throws -> [String] {
        let time = "2025-08-02T00:00:00Z"
        try await self.perform(at: time, "price.set", #"{"usage_type":"image","amount":"3"}"#)
        var invoices: [String] = []
        for _ in 0..<count {
            let invoice = UUIDText.format(self.makeID())
            try await self.perform(
                at: time, "usage_record.record", #"{"organization_id":"\#(acme)","usage_type":"image","quantity":1}"#)
            try await self.perform(
                at: time, "invoice.draft",
                #"{"invoice_id":"\#(invoice)","organization_id":"\#(acme)","period_start":"2025-08-01","#
                    + #""period_end":"2025-08-02"}"#)
            try await self.perform(
                at: time, "invoice.issue", #"{"invoice_id":"\#(invoice)","due_date":"\#(day)"}"#)
            invoices.append(invoice)
        }
        return invoices
    }

    /// The types of the events behind a position.
    nonisolated func types(after position: Position) throws -> [String] {
        try self.envelopes(after: position).map(\.type.name)
    }

    nonisolated func envelopes(after position: Position = .start) throws -> [Envelope] {
        var envelopes: [Envelope] = []
        try self.log.read(after: position) { envelopes.append(try $0.envelope()) }
        return envelopes
    }
}
