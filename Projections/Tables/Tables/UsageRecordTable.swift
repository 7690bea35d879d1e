import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

/// Usage records stand in the log alone; who bills them follows from the organization's invoices.
package enum UsageRecordTable {
    static let relation = {
        var relation = Self.relation(Self.table)
        relation.kind = UsageRecord.kind
        relation.row = .snapshot { snapshot, id in
            guard let record = try snapshot.views.find(UsageRecordID(bits: id)) else { return nil }
            var rows = Rows(snapshot)
            let (row, changedAt) = try rows.row(of: record)
            return (Self.table.cells(of: row), changedAt)
        }
        relation.tagged = { snapshot, tag, body in
            var rows = Rows(snapshot)
            var cells: [SQLValue] = []
            try Self.read([tag], after: .start, snapshot) { record in
                let (row, changedAt) = try rows.row(of: record)
                Self.table.fill(&cells, from: row, only: snapshot.columns)
                try body(cells, changedAt)
            }
        }
        relation.count = { try $0.log.count(of: UsageRecorded.type) }
        return relation.found(by: "id", UsageRecord.self).found(by: "organization_id", Organization.self)
    }()

    /// A row for each usage record, with the invoice that bills it, in the order of the log.
    /// - Parameter hasVoided: whether records that were voided have a row; else it goes when they are.
    package static func relation(_ table: Table<Row>, hasVoided: Bool = true) -> Relation {
        let removedKeys: Relation.KeyReading = { snapshot, after, body in
            try snapshot.views.forEach(UsageVoid.self) { id, loaded in
                if loaded.changedAt > after { try body([id.sqlValue]) }
            }
        }
        return Relation(declaration: table.declaration, removedKeys: hasVoided ? nil : removedKeys) {
            snapshot, changedAfter, body in
            var rows = Rows(snapshot)
            // An invoice changes the rows of records that stand anywhere before it.
            let isRebilled = try changedAfter > .start && rows.hasChanges(behind: changedAfter)
            let start = isRebilled ? Position.start : changedAfter
            var cells: [SQLValue] = []
            try Self.read([], after: start, snapshot) { record in
                let (row, changedAt) = try rows.row(of: record)
                guard changedAt > changedAfter, hasVoided || row.void == nil else { return }
                table.fill(&cells, from: row, only: snapshot.columns)
                try body(cells, changedAt)
            }
        }
    }

    private static func read(
        _ tags: [EventTag], after: Position, _ snapshot: LedgerSnapshot, _ body: (UsageRecord) throws -> Void
    ) throws {
        let query = EventQuery(types: [UsageRecorded.type], tags: tags)
        try snapshot.log.read(query, after: after, through: snapshot.at, limit: .max) { stored in
            let usage = try stored.payload(as: UsageRecorded.self)
            try body(UsageRecord(usage, at: stored.occurredAt, position: stored.position))
        }
    }

    package struct Row {
        package var usage: UsageRecord
        package var billing: BillingHistory.Billing
        package var void: UsageVoid?

        package var cost: ExactDecimal? { self.billing.rate.map { self.usage.cost(at: $0) } }
    }

    /// What stands beside the records themselves: looked up once for each organization.
    private struct Rows {
        private let views: Views
        private let states: StateCache
        private var histories: [OrganizationID: BillingHistory] = [:]
        private var hasVoids: Bool?

        init(_ snapshot: LedgerSnapshot) {
            self.views = snapshot.views
            self.states = StateCache(over: snapshot.views, at: snapshot.at)
        }

        mutating func row(of usage: UsageRecord) throws -> (row: Row, changedAt: Position) {
            let history = self.histories[usage.organization] ?? BillingHistory(of: usage.organization, in: self.states)
            self.histories[usage.organization] = history
            let hasVoids = try self.hasVoids ?? (self.views.count(of: UsageVoid.self) > 0)
            self.hasVoids = hasVoids
            let void = hasVoids ? try self.views.look(ID<UsageVoid>(bits: usage.id.bits)) : nil
            let billing = history.billing(of: usage, voidedAt: void?.changedAt, in: self.states)
            let changedAt = max(billing.changedAt, void?.changedAt ?? .start)
            return (Row(usage: usage, billing: billing, void: void?.state), changedAt)
        }

        /// Whether anything that changes rows of records happened behind a position.
        func hasChanges(behind position: Position) throws -> Bool {
            var hasChanges = false
            try self.views.forEach(Invoice.self) { _, loaded in
                if loaded.changedAt > position { hasChanges = true }
            }
            try self.views.forEach(UsageVoid.self) { _, loaded in
                if loaded.changedAt > position { hasChanges = true }
            }
            return hasChanges
        }
    }

    static let table = Table<Row>(
        "usage_records", primaryKey: "id", description: "What was used: the material of invoices."
    ) {
        Column("id", .uuid, \.usage.id)
        Column("organization_id", .uuid, \.usage.organization).references("organizations").indexed()
        Column("usage_type", .text, \.usage.usageType).indexed()
        Column("quantity", .quantity, \.usage.quantity, unit: "see usage_type")
        Column("provider", .text, \.usage.provider)
        Column("model", .text, \.usage.model)
        Column("price_id", .uuid, \.billing.rate?.price).references("prices")
        Column("unit_price", .numeric(precision: 38, scale: 15), \.billing.rate?.unitPrice, unit: "currency/unit")
        Column("total_cost", .cost, \.cost, unit: "currency", description: "Exact; null: unpriced, which is not zero.")
        Column("currency", .char(3), \.billing.rate?.currency)
        Column("period_start", .date, \.usage.periodStart)
        Column("period_end", .date, \.usage.periodEnd)
        Column("resource_kind", .text, \.usage.resourceKind)
        Column("resource_id", .uuid, \.usage.resource).indexed()
        Column("invoice_id", .uuid, \.billing.invoice).references("invoices").indexed()
        Column(
            "reverses_id", .uuid, \.usage.reverses,
            description: "The billed record that this one takes back: its quantity is below zero.")
        Column("voided_at", .timestamptz, \.void?.voidedAt)
        Column("void_reason", .text, \.void?.reason)
        Column("created_at", .timestamptz, \.usage.occurredAt)
        Column(
            "request_tokens", .bigint, \.usage.requestTokens, unit: "tokens",
            description: "All input tokens of the request that it is part of: see `above` in prices.")
        TableIndex("idx_usage_period", "period_start", "period_end")
        TableCheck("quantity_check", "quantity >= 0 OR reverses_id IS NOT NULL")
        TableCheck("cost_check", "total_cost >= 0 OR reverses_id IS NOT NULL")
    }
}
