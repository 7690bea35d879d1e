import AgentDomain
import EventSourcing
import Relations
import Views

enum ApprovalTable {
    static let relation = Relation(declaration: Self.table.declaration) { snapshot, changedAfter, body in
        var cells: [SQLValue] = []
        try snapshot.views.forEach(AgentTask.self) { id, loaded in
            guard loaded.changedAt > changedAfter else { return }
            for approval in loaded.state.approvals {
                Self.table.fill(&cells, from: Row(task: id, approval: approval))
                try body(cells)
            }
        }
    }

    struct Row {
        var task: TaskID
        var approval: TaskApproval
    }

    static let table = Table<Row>(
        "approvals", primaryKey: "task_id", "approval_number",
        description: "Requests that somebody agree to a task, and what came of them."
    ) {
        Column("task_id", .uuid, \.task).references("tasks")
        Column("approval_number", .bigint, \.approval.number, unit: "ordinal")
        Column("status", .enumeration(TaskApproval.Status.self), \.approval.status).indexed()
        Column("approver_id", .uuid, \.approval.approver, description: "Who alone may decide; null: anybody.")
            .references("users").indexed()
        Column("message", .text, \.approval.message)
        Column("requested_by", .uuid, \.approval.requestedBy)
        Column("requested_at", .timestamptz, \.approval.requestedAt)
        Column("decided_by", .uuid, \.approval.decidedBy)
        Column("decided_at", .timestamptz, \.approval.decidedAt)
        Column("comment", .text, \.approval.comment)
    }
}
