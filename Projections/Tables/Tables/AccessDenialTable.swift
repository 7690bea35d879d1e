import LedgerDomain
import LedgerEvents
import LedgerRelations

enum AccessDenialTable {
    static let relation = Relation.facts(AccessDenial.self, Self.table)
        .found(by: "organization_id", Organization.self)

    static let table = Table<FactRow<AccessDenial>>(
        "access_denials", primaryKey: "id", description: "Commands that were refused because of who gave them."
    ) {
        Column("id", .uuid, \.fact.id)
        Column("organization_id", .uuid, \.fact.organization).references("organizations").indexed()
        Column("actor", .text, \.fact.actor, description: "Who asked.").indexed()
        Column("on_behalf_of", .text, \.fact.onBehalfOf)
        Column("command", .text, \.fact.refusedCommand).indexed()
        Column("entity_kind", .text, \.fact.entityKind)
        Column("entity_id", .uuid, \.fact.entity, description: "What the command was about; may not exist.").indexed()
        Column("role", .enumeration(Role.self), \.fact.role, description: "The actor's; null without one.")
        Column("required_role", .text, \.fact.requiredRole)
        Column("request", .jsonb, \.fact.request, description: "What the command said; null beyond 16 KiB.")
        Column("reason", .text, \.fact.reason)
        Column("denied_at", .timestamptz, \.occurredAt).reading()
        Column("position", .bigint, \.position, unit: "log position").reading()
    }
}
