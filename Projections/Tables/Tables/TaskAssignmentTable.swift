import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerRelations

/// The task's state knows who has it now; whoever had it before, the log knows.
enum TaskAssignmentTable {
    static let relation = {
        var relation = Relation.derived(fromEvents: TaskAssigned.self, Self.table) { assigned, envelope, _ in
            Row(assigned: assigned, envelope: envelope)
        }
        relation.orderByPosition()
        relation.kind = "task_assignment"
        relation.row = .event
        return relation.found(by: "task_id", AgentTask.self)
    }()

    struct Row {
        var assigned: TaskAssigned
        var envelope: Envelope
    }

    static let table = Table<Row>(
        "task_assignments", primaryKey: "position", description: "Whose a task was to do, one after the other."
    ) {
        Column("position", .bigint, \.envelope.position, unit: "log position")
        Column("task_id", .uuid, \.assigned.id).references("tasks").indexed()
        Column("user_id", .uuid, \.assigned.user).references("users").indexed()
        Column("agent_id", .uuid, \.assigned.agent).references("agents").indexed()
        Column("assigned_by", .text, \.envelope.actor.description)
        Column("assigned_at", .timestamptz, \.envelope.occurredAt)
    }
}
