import AgentDomain
import EventLog
import EventSourcing
import Relations

/// The task's state knows who has it now; whoever had it before, the log knows.
enum TaskAssignmentTable {
    static let relation = Relation(declaration: Self.table.declaration) { snapshot, changedAfter, body in
        var cells: [SQLValue] = []
        let query = Query(types: [TaskAssigned.type])
        try snapshot.log.read(query, after: changedAfter, through: snapshot.at, limit: .max) { stored in
            let assigned = try stored.payload(as: TaskAssigned.self)
            let envelope = try stored.envelope()
            Self.table.fill(&cells, from: Row(assigned: assigned, envelope: envelope))
            try body(cells)
        }
    }

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
