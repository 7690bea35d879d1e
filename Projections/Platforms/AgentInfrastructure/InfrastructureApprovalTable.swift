import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum InfrastructureApprovalTable {
    static let relation = Relation.derived(from: AgentTask.self, Self.table) {
        (task: AgentTask, _: Lookups, body: (Row) throws -> Void) in
        for approval in task.approvals { try body(Row(task: task.id, approval: approval)) }
    }.found(byStateIn: "task_id")

    struct Row {
        var task: TaskID
        var approval: TaskApproval
    }

    static let table = Table<Row>(
        "approvals", primaryKey: "task_id", "approval_number",
        description: "Requests that somebody agree to a task, and what came of them."
    ) {
        Column("task_id", .uuid, \.task).references("tasks", onDelete: .cascade)
        Column("approval_number", .bigint, \.approval.number, unit: "ordinal")
        Column("status", .text, \.approval.status.rawValue).indexed()
        Column("approver_id", .uuid, \.approval.approver, description: "Who alone may decide; null: anybody.").indexed()
        Column("message", .text, \.approval.message)
        Column("requested_by", .uuid, \.approval.requestedBy)
        Column("requested_at", .timestamptz, \.approval.requestedAt, default: .now)
        Column("decided_by", .uuid, \.approval.decidedBy)
        Column("decided_at", .timestamptz, \.approval.decidedAt)
        Column("comment", .text, \.approval.comment)
        TableCheck.oneOf(TaskApproval.Status.allCases.map(\.rawValue), "status", of: "approvals")
        InfrastructureRowSecurity.approvals
        InfrastructureRowSecurity.security.guarding(InfrastructureRowSecurity.approvals, of: "approvals")
        InfrastructureRowSecurity.stamping("decided_at", withChangesOf: "status", of: "approvals")
        AgentInfrastructure.named("approvals")
    }
}
