import AgentDomain
import EventLog
import EventSourcing
import Relations

/// The task's state knows who has it now; whoever had it before, the log knows.
enum TaskAssignmentTable {
    static let relation = {
        var relation = Relation(declaration: Self.table.declaration) { snapshot, changedAfter, body in
            try Self.read([], after: changedAfter, snapshot) { cells, _ in try body(cells) }
        }
        relation.eventRows = { snapshot, after, body in try Self.read([], after: after, snapshot, body) }
        relation.tagged = { snapshot, tag, body in
            try Self.read([tag], after: .start, snapshot) { cells, _ in try body(cells) }
        }
        relation.orderByPosition()
        relation.changedBy = .event(TaskAssigned.type)
        relation.count = { try $0.log.count(of: TaskAssigned.type) }
        return relation.found(by: "task_id", AgentTask.self)
    }()

    private static func read(
        _ tags: [Tag], after: Position, _ snapshot: LedgerSnapshot, _ body: ([SQLValue], Envelope) throws -> Void
    ) throws {
        var cells: [SQLValue] = []
        let query = Query(types: [TaskAssigned.type], tags: tags)
        try snapshot.log.read(query, after: after, through: snapshot.at, limit: .max) { stored in
            let assigned = try stored.payload(as: TaskAssigned.self)
            let envelope = try stored.envelope()
            Self.table.fill(&cells, from: Row(assigned: assigned, envelope: envelope))
            try body(cells, envelope)
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
