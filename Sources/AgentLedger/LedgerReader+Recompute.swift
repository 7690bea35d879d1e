import AgentDomain
import EventSourcing
import Views

/// An invoice as its events tell it, beside the one that comes of drafting it again from the usage and prices that the
/// log held when it was drafted.
public struct InvoiceRecomputation: Sendable {
    public var recorded: Invoice
    public var recomputed: Invoice

    /// Bit for bit.
    public var isEqual: Bool { self.recorded == self.recomputed }
}

extension LedgerReader {
    /// Makes an invoice again from the log up to the position that it was drafted at; nil when there is none with this
    /// id. Folds the log as far as that position.
    public func recompute(_ id: InvoiceID, progress: Views.Progress? = nil) throws -> InvoiceRecomputation? {
        var recorded: Invoice?
        var recomputed: Invoice?
        var reader = EventReader()
        try self.log.read(Query(tags: [id.tag])) { stored in
            let (event, envelope) = try reader.read(stored)
            guard case .invoice(let change) = event else { return }
            InvoiceDecider.evolve(&recorded, by: change, envelope)
            if case .drafted(let draft) = change {
                let views = try self.views(at: .position(draft.throughPosition), progress: progress)
                let world = StateCache(over: views, at: views.position, keepsFacts: false)
                InvoiceDecider.evolve(&recomputed, by: .drafted(try draft.recomputed(in: world)), envelope)
                try views.throwIfFailed()
            } else {
                InvoiceDecider.evolve(&recomputed, by: change, envelope)
            }
        }
        guard let recorded, let recomputed else { return nil }
        return InvoiceRecomputation(recorded: recorded, recomputed: recomputed)
    }
}
