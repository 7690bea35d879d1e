import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerViews

enum AuditLogTable {
    static let relation = {
        var relation = Relation(declaration: Self.table.declaration) { snapshot, changedAfter, body in
            try Self.read(.all, after: changedAfter, snapshot, body)
        }
        relation.eventRows = { snapshot, after, body in try Self.readEvents(.all, after: after, snapshot, body) }
        relation.tagged = { snapshot, tag, body in try Self.read(EventQuery(tags: [tag]), after: .start, snapshot, body)
        }
        relation.orderByPosition()
        relation.count = { Int($0.at.value) }
        return relation.found(by: "organization_id", Organization.self)
            .found(by: ["action"]) { snapshot, values, body in
                guard case .text(let name) = values[0] else { return }
                try Self.read(EventQuery(types: [EventType(name)]), after: .start, snapshot, body)
            }
            .found(by: ["entity_kind", "entity_id"]) { snapshot, values, body in
                guard case .text(let kind) = values[0], case .uuid(let id) = values[1] else { return }
                let denied = EventTag(kind: AccessDenial.tagKind, id: id)
                let about = EventQuery([
                    EventQuery.Item(tags: [EventTag(kind: kind, id: id)]), EventQuery.Item(tags: [denied]),
                ])
                try Self.read(about, after: .start, snapshot, body)
            }
    }()

    private static func read(
        _ query: EventQuery, after: Position, _ snapshot: LedgerSnapshot, _ body: Relation.RowBody
    ) throws {
        try self.readEvents(query, after: after, snapshot) { cells, envelope in try body(cells, envelope.position) }
    }

    private static func readEvents(
        _ query: EventQuery, after: Position, _ snapshot: LedgerSnapshot, _ body: ([SQLValue], Envelope) throws -> Void
    ) throws {
        var cells: [SQLValue] = []
        var reader = EventReader()
        let changes = EntityChanges(in: snapshot.log, after: after, readsAll: query == .all)
        let actors = PastActorNames(in: snapshot)
        try snapshot.log.read(query, after: after, through: snapshot.at, limit: .max) { stored in
            let (event, envelope) = try reader.read(stored)
            var row = Row(event: event, envelope: envelope)
            // What the event says is written only where it is asked for: it costs more than all the rest.
            if snapshot.columns.contains(Self.dataPlace) { row.data = event.audit.data }
            if Self.tellsChange(snapshot.columns) {
                row.change = try changes.change(by: event, envelope, data: row.data ?? event.audit.data)
            }
            if snapshot.columns.contains(Self.actorNamePlace) {
                let organization = envelope.organization.map { OrganizationID(bits: $0.bits) }
                row.actorName = try actors.name(of: envelope.actor, in: organization, at: envelope.position)
            }
            Self.table.fill(&cells, from: row, only: snapshot.columns)
            try body(cells, envelope)
        }
    }

    private static func place(of column: String) -> Int {
        guard let place = Self.table.declaration.columns.firstIndex(where: { $0.name == column }) else {
            preconditionFailure("audit_logs has no column \(column)")
        }
        return place
    }

    private static let dataPlace = Self.place(of: "data")
    private static let actorNamePlace = Self.place(of: "actor_name")
    private static let (beforePlace, afterPlace) = (Self.place(of: "before"), Self.place(of: "after"))

    private static func tellsChange(_ columns: ColumnSet) -> Bool {
        columns.contains(Self.beforePlace) || columns.contains(Self.afterPlace)
    }

    struct Row {
        let event: DomainEvent
        let envelope: Envelope
        var data: JSONText?
        var actorName: String?
        var change = EntityChanges.Change()

        var entity: ThingID {
            if let entity = self.event.denial?.entity { return ThingID(bits: entity.bits) }
            return ThingID(bits: self.event.target.id)
        }

        /// What became of what was asked for: only what was denied is an event without having happened.
        var outcome: String { self.envelope.type == AccessDenial.type ? "denied" : "recorded" }

        var entityKind: String {
            self.event.denial?.entityKind ?? String(self.envelope.type.name.prefix { $0 != "." })
        }
    }

    static let table = Table<Row>(
        "audit_logs", primaryKey: "position",
        description: "Every event: who did what to which thing, on whose behalf, when and from where."
    ) {
        Column("position", .bigint, \.envelope.position, unit: "log position")
        Column("event_id", .uuid, \.envelope.id).unique()
        Column("action", .text, \.envelope.type.name).indexed()
        Column("entity_kind", .text, \.entityKind, description: "Of a denial: that of the thing that it concerned.")
        Column("entity_id", .uuid, \.entity, description: "Of a denial: that of the thing that it concerned.").indexed()
        Column("organization_id", .uuid, \.envelope.organization).indexed()
        Column("actor", .text, \.envelope.actor.description).indexed()
        Column(
            "actor_name", .text, \.actorName,
            description: "The user's name at the time, else the e-mail address; that of the key, or of trusted code.")
        Column("on_behalf_of", .text, \.envelope.onBehalfOf?.description)
        Column("occurred_at", .timestamptz, \.envelope.occurredAt, description: "By the source's clock.")
        Column("recorded_at", .timestamptz, \.envelope.recordedAt, description: "By the ledger's; never decreases.")
            .indexed()
        Column("correlation_id", .uuid, \.envelope.correlation).indexed()
        Column("causation_id", .uuid, \.envelope.causation, description: "The event that led to this one.")
        Column("channel", .text, \.envelope.source?.channel)
        Column("ip_address", .text, \.envelope.source?.address)
        Column("user_agent", .text, \.envelope.source?.userAgent)
        Column("idempotency_key", .text, \.envelope.idempotencyKey)
        Column("outcome", .text, \.outcome, description: "recorded, or denied where access was.")
        Column("data", .jsonb, \.data, nullable: false, description: "What the event says: the values after it.")
        Column(
            "before", .jsonb, \.change.before,
            description: "The fields that the event changed of its thing, as they were; null: the event made it.")
        Column("after", .jsonb, \.change.after, description: "The same fields as they are from then on.")
    }
}
