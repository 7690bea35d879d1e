import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerViews

/// Derived from the sums of unbilled usage, with the prices and aliases that are known at the snapshot's position.
enum UnpricedUsageTable {
    static let relation = {
        var relation = Relation(
            declaration: Self.table.declaration,
            removedKeys: { snapshot, after, body in
                try Self.forEachOrganization(in: snapshot, changedAfter: after) { try body([$0.sqlValue]) }
            },
            rows: { snapshot, changedAfter, body in
                let states = StateCache(over: snapshot.views, at: snapshot.at)
                try Self.forEachOrganization(in: snapshot, changedAfter: changedAfter) { organization in
                    try Self.read(organization, states, snapshot, body)
                }
            })
        relation.hasHistory = false
        relation.hasChangedPosition = false
        return relation.found(by: ["organization_id"]) { snapshot, values, body in
            guard case .uuid(let id) = values[0] else { return }
            let states = StateCache(over: snapshot.views, at: snapshot.at)
            try Self.read(OrganizationID(bits: id), states, snapshot, body)
        }
    }()

    private static func read(
        _ organization: OrganizationID, _ states: StateCache, _ snapshot: LedgerSnapshot,
        _ body: Relation.RowBody
    ) throws {
        var cells: [SQLValue] = []
        let list = UnpricedUsage.list(of: organization, in: states)
        try snapshot.views.throwIfFailed()
        for usage in list {
            Self.table.fill(&cells, from: Row(organization: organization, usage: usage), only: snapshot.columns)
            try body(cells, .start)
        }
    }

    /// The organizations whose rows may have changed: those with events behind the position, and all of them once a
    /// price or an alias changed.
    private static func forEachOrganization(
        in snapshot: LedgerSnapshot, changedAfter: Position, _ body: (OrganizationID) throws -> Void
    ) throws {
        let changed = try snapshot.changes.ids(after: changedAfter)
        if let changed, changed[Price.kind] == nil, changed[ModelAlias.kind] == nil {
            for bits in changed[Organization.kind, default: []].sorted() { try body(OrganizationID(bits: bits)) }
        } else {
            try snapshot.views.forEach(Organization.self) { id, _ in try body(id) }
        }
    }

    struct Row {
        var organization: OrganizationID
        var usage: UnpricedUsage
    }

    static let table = Table<Row>(
        "unpriced_usage", primaryKey: "organization_id", "provider", "model", "usage_type",
        description: "Usage that no invoice bills and for which no price is known."
    ) {
        Column("organization_id", .uuid, \.organization).references("organizations")
        Column("provider", .text, \.usage.provider, description: "Empty: none.")
        Column("model", .text, \.usage.model, description: "Empty: none.")
        Column("usage_type", .text, \.usage.usageType)
        Column("records", .bigint, \.usage.records, unit: "usage records")
        Column("quantity", .quantity, \.usage.quantity, unit: "see usage_type")
        Column("first_day", .date, \.usage.firstDay, description: "UTC.")
        Column("last_day", .date, \.usage.lastDay, description: "UTC.")
        Column(
            "command", .text, \.usage.command,
            description: "A command that sets the price, once AMOUNT is replaced: for `per` units, see prices.")
    }
}
