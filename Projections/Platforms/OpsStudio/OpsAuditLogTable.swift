import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerTables
import LedgerViews

/// Every event, told by its envelope.
enum OpsAuditLogTable {
    static let relation = Relation(declaration: Self.table.declaration) { snapshot, changedAfter, body in
        var cells: [SQLValue] = []
        var reader = EventReader()
        let changes = EntityChanges(in: snapshot.log, after: changedAfter, isMasked: true)
        try snapshot.log.read(.all, after: changedAfter, through: snapshot.at, limit: .max) { stored in
            let (event, envelope) = try reader.read(stored)
            let (entity, said) = event.audit
            let data = StateMembers.masked(said, of: envelope.type)
            let change = try changes.change(by: event, envelope, data: data)
            var row = Row(envelope: envelope, entity: entity, data: data, change: change)
            if let denial = event.denial, let kind = denial.entityKind {
                row.entityType = kind
                row.entity = denial.entity?.bits ?? entity
            }
            Self.table.fill(&cells, from: row)
            try body(cells, envelope.position)
        }
    }

    enum Outcome: String, CaseIterable {
        case recorded, denied
    }

    struct Row {
        var envelope: Envelope
        var entity: UInt128
        var data: JSONText
        var change: EntityChanges.Change

        init(envelope: Envelope, entity: UInt128, data: JSONText, change: EntityChanges.Change) {
            self.envelope = envelope
            self.entity = entity
            self.data = data
            self.change = change
            self.entityType = String(envelope.type.name.prefix { $0 != "." })
        }

        /// Only what was denied is an event without having happened.
        var outcome: Outcome { self.envelope.type == AccessDenial.type ? .denied : .recorded }

        /// Of a denial: that of the thing that it concerned, as its id.
        var entityType: String

        var user: ID<OpsUser>? {
            guard let user = self.envelope.actor.user, let organization = self.envelope.organization else { return nil }
            return OpsUser.id(of: UserID(bits: user), in: OrganizationID(bits: organization.bits))
        }
    }

    static let table = Table<Row>(
        "audit_logs", primaryKey: "id",
        description: "Who did what to which thing, on whose behalf, when and from where; personal data is masked. "
            + "Refers to other tables without foreign keys: it outlives what it tells of."
    ) {
        Column("id", .uuid, \.envelope.id, default: .randomUUID, description: "The event's.")
        Column(
            "organization_id", .uuid, { $0.envelope.organization },
            description: "Null for what stands above organizations.")
        Column(
            "user_id", .uuid, \.user,
            description: "The actor's row in users, where the actor is a user and belongs to the organization."
        ).indexed("idx_audit_logs_user")
        Column("actor", .text, { $0.envelope.actor.description }, description: "user:ID, api_key:ID or system:NAME.")
        Column("on_behalf_of", .text, { $0.envelope.onBehalfOf?.description })
        Column("action", .varchar(255), { $0.envelope.type.name.cut(to: 255) }).indexed("idx_audit_logs_action")
        Column("entity_type", .varchar(255), { $0.entityType.cut(to: 255) })
        Column("entity_id", .uuid, { ThingID(bits: $0.entity) })
        Column(
            "before", .jsonb, \.change.before,
            description: "What the event changed of the thing, as it was; null: the event made it.")
        Column("after", .jsonb, \.change.after, description: "The same as it was from then on.")
        Column("details", .jsonb, \.data, description: "What the event itself says.")
        Column(
            "outcome", .enumeration("audit_log_outcome", Outcome.allCases.map(\.rawValue)), \.outcome,
            description: "denied: the actor was not allowed to.")
        Column("channel", .varchar(255), { $0.envelope.source?.channel.cut(to: 255) })
        Column("ip_address", .varchar(255), { $0.envelope.source?.address.cut(to: 255) })
        Column("user_agent", .text, { $0.envelope.source?.userAgent })
        Column("occurred_at", .timestamptz, \.envelope.occurredAt, description: "By the source's clock.")
        Column(
            "recorded_at", .timestamptz, \.envelope.recordedAt, default: .now,
            description: "By the ledger's; never decreases.")
        Column("correlation_id", .uuid, { $0.envelope.correlation }).indexed("idx_audit_logs_correlation")
        Column("causation_id", .uuid, { $0.envelope.causation }, description: "The event that led to this one.")
        Column("position", .bigint, \.envelope.position, unit: "log position").unique()
        TableIndex("idx_audit_logs_organization", "organization_id", .descending("recorded_at"))
        TableIndex("idx_audit_logs_entity", "entity_type", "entity_id")
        Deviation(
            "audit_logs", documented: "a table of that name, for all that users do, without columns",
            reason: "nothing says what it holds", ours: "a row for each event, made of its envelope and what it changed"
        )
    }
}
