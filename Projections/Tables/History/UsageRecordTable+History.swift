import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerViews

/// The versions of a usage record's row follow from its organization's invoices, as the row itself does.
extension UsageRecordTable {
    struct Past {
        private let views: Views
        private let states: StateCache
        private var histories: [OrganizationID: BillingHistory] = [:]

        init(_ snapshot: LedgerSnapshot) {
            self.views = snapshot.views
            self.states = StateCache(over: snapshot.views, at: snapshot.at)
        }

        /// The cells of the row, each with the position of the event that made it so; oldest first.
        mutating func rows(of usage: UsageRecord) throws -> [(position: Position, cells: [SQLValue]?)] {
            let history = self.histories[usage.organization] ?? BillingHistory(of: usage.organization, in: self.states)
            self.histories[usage.organization] = history
            let void = try self.views.look(ID<UsageVoid>(bits: usage.id.bits))
            var billings = [BillingHistory.Billing(unbilled: usage)]
            history.forEachBilling(of: usage, voidedAt: void?.changedAt, in: self.states) { billings.append($0) }
            try self.views.throwIfFailed()
            var rows: [(position: Position, cells: [SQLValue]?)] = []
            for billing in billings {
                if let void, billing.changedAt > void.changedAt, rows.last.map({ $0.0 < void.changedAt }) ?? false {
                    rows.append((void.changedAt, self.cells(usage, billings, at: void.changedAt, void)))
                }
                rows.append((billing.changedAt, self.cells(usage, billings, at: billing.changedAt, void)))
            }
            if let void, rows.last.map({ $0.0 < void.changedAt }) ?? false {
                rows.append((void.changedAt, self.cells(usage, billings, at: void.changedAt, void)))
            }
            return rows
        }

        private func cells(
            _ usage: UsageRecord, _ billings: [BillingHistory.Billing], at position: Position,
            _ void: LoadedState<UsageVoid>?
        ) -> [SQLValue] {
            let billing = billings.last { $0.changedAt <= position } ?? billings[0]
            let isVoid = void.map { $0.changedAt <= position } ?? false
            return UsageRecordTable.table.cells(
                of: Row(usage: usage, billing: billing, void: isVoid ? void?.state : nil))
        }
    }

    /// Hands over every usage record up to the snapshot, in the order of the log.
    static func forEachRecord(
        in snapshot: LedgerSnapshot, _ body: (UsageRecord) throws -> Void
    ) throws {
        let query = EventQuery(types: [UsageRecorded.type])
        try snapshot.log.read(query, after: .start, through: snapshot.at, limit: .max) { stored in
            let usage = try stored.payload(as: UsageRecorded.self)
            try body(UsageRecord(usage, at: stored.occurredAt, position: stored.position))
        }
    }
}
