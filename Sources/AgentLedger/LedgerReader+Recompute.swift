import LedgerDomain
import LedgerEvents
import LedgerViews

/// An invoice as its events tell it, beside the one that comes of drafting it again from the usage and prices that the
/// log held when it was drafted.
package struct InvoiceRecomputation: Sendable {
    package var recorded: Invoice
    package var recomputed: Invoice

    /// Bit for bit.
    package var isEqual: Bool { self.recorded == self.recomputed }
}

extension LedgerReader {
    /// Makes an invoice again from the log up to the position that it was drafted at; nil when there is none with this
    /// id. Folds the log as far as that position.
    package func recompute(_ id: InvoiceID, progress: Views.Progress? = nil) throws -> InvoiceRecomputation? {
        var events: [(event: DomainEvent, envelope: Envelope)] = []
        try self.log.read(EventQuery(tags: [id.tag])) { events.append(try DomainEvent.decode($0)) }
        var recorded: Invoice?
        var recomputed: Invoice?
        for (event, envelope) in events {
            guard case .invoice(let change) = event else { continue }
            InvoiceDecider.evolve(&recorded, by: change, envelope)
            let again = try self.remade(change, progress)
            InvoiceDecider.evolve(&recomputed, by: again, envelope)
        }
        guard let recorded, let recomputed else { return nil }
        return InvoiceRecomputation(recorded: recorded, recomputed: recomputed)
    }

    /// A draft as it is made again; any other event as it is.
    private func remade(_ event: InvoiceEvent, _ progress: Views.Progress?) throws -> InvoiceEvent {
        guard case .drafted(let draft) = event else { return event }
        let views = try self.views(at: .position(draft.throughPosition), progress: progress)
        let world = StateCache(over: views, at: views.position)
        let again = try draft.recomputed(in: world)
        try views.throwIfFailed()
        return .drafted(again)
    }
}
