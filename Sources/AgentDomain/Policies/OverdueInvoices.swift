import LedgerEvents

/// Marks invoices that were sent and not paid by the day on which they were due.
package enum OverdueInvoices: DomainPolicy {
    package static let name = "overdue_invoices"
    package static let summary = "marks unpaid invoices behind their due date"
    package static let gives = ["invoice.mark_overdue"]
    package static let hears = [PolicyClockTicked.type]

    package static func answer(_ event: DomainEvent, _ envelope: Envelope, in world: any DecisionContext)
        -> [PolicyCommand]
    {
        guard case .clock(.ticked(let tick)) = event, let now = tick.time else { return [] }
        return world.members(of: Invoice.unpaid, as: Invoice.self).compactMap { id in
            guard let invoice = world.peek(id), let due = invoice.dueDate, now.day > due else { return nil }
            var overdue = InvoiceOverdue()
            overdue.id = id
            return PolicyCommand(.invoice(.markOverdue(overdue)), at: now)
        }
    }
}
