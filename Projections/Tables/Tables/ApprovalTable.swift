import LedgerDomain
import LedgerEvents
import LedgerRelations

enum ApprovalTable {
    static let relation = Relation.parts("approval", of: AgentTask.self, by: "task_id", Self.table) { id, task in
        task.approvals.map { Row(task: id, approval: $0) }
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
