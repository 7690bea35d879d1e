import AgentDomain
import EventSourcing
import Relations
import Views

enum ApprovalTable {
    static let relation = Relation(declaration: Self.table.declaration) { snapshot, changedAfter, body in
        var cells: [SQLValue] = []
        try snapshot.views.forEach(AgentTask.self) { id, loaded in
            guard loaded.changedAt > changedAfter else { return }
            try Self.rows(of: loaded.state, id, &cells, body)
        }
    }
    .changed(by: AgentTask.self)
    .counted { try $0.views.count(of: AgentTask.self) / 4 }
    .found(by: ["task_id"]) { snapshot, values, body in
        guard case .uuid(let bits) = values[0], let state = try snapshot.views.find(ID<AgentTask>(bits: bits)) else {
            return
        }
        var cells: [SQLValue] = []
        try Self.rows(of: state, ID(bits: bits), &cells, body)
    }

    private static func rows(
        of task: AgentTask, _ id: ID<AgentTask>, _ cells: inout [SQLValue], _ body: ([SQLValue]) throws -> Void
    ) throws {
        for approval in task.approvals {
            Self.table.fill(&cells, from: Row(task: id, approval: approval))
            try body(cells)
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
