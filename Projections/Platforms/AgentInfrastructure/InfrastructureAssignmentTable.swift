import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerTables

/// A task's state knows who has it now; whoever had it before, the log knows.
enum InfrastructureAssignmentTable {
    static let relation = Relation.derived(fromEvents: TaskAssigned.self, Self.table) { assigned, envelope, others in
        Row(assigned: assigned, agent: try others.slug(of: assigned.agent), envelope: envelope)
    }.found(by: "task_id", AgentTask.self)

    struct Row {
        var assigned: TaskAssigned
        var agent: String?
        var envelope: Envelope
    }

    static let table = Table<Row>(
        "task_assignments", primaryKey: "id", description: "Whose a task was to do, one after the other."
    ) {
        Column("id", .uuid, \.envelope.id, default: .randomUUID)
        Column("task_id", .uuid, \.assigned.id).references("tasks", onDelete: .cascade).indexed()
        Column("user_id", .uuid, \.assigned.user).indexed()
        Column("agent_slug", .text, \.agent).references("agents", "slug").indexed()
        Column("assigned_by", .text, \.envelope.actor.description)
        Column("assigned_at", .timestamptz, \.envelope.occurredAt, default: .now)
        InfrastructureRowSecurity.assignments
        InfrastructureRowSecurity.security.guarding(InfrastructureRowSecurity.assignments, of: "task_assignments")
        AgentInfrastructure.named("task_assignments")
    }
}
