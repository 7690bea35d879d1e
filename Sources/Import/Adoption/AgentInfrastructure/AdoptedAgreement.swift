import LedgerDomain
import LedgerEvents

/// `task_assignments`, `approvals` and `task_comments`: what people do with tasks.
enum AdoptedAgreement {
    static let assignments = Adoption.Stage(
        "task_assignments",
        sql: { schema in
            """
            SELECT s.*, \(schema.isAgent("s.agent_slug", of: "t.organization_slug")) AS adopted_has_agent,
              t.created_at AS adopted_created_at
            FROM \(schema.table("task_assignments")) s LEFT JOIN \(schema.table("tasks")) t ON t.id = s.task_id
            ORDER BY s.assigned_at, s.id
            """
        },
        { row, writer in
            let task: TaskID = try row.requiredID("task_id")
            let assigned = try row.creation("assigned_at", else: "adopted_created_at")
            let user: UserID? = try row.id("user_id")
            let agent = user == nil ? try row.agent(writer.states) : nil
            guard user != nil || agent != nil else {
                return try row.keepWhole("user_id", "neither a user nor an agent of the organization; kept in extra")
            }
            // The task knows its last assignment alone: each is done once, whatever came after it.
            let whose = "\(row.row["id"] ?? ""): \(user.map { "\($0)" } ?? agent.map { "\($0)" } ?? "")"
            try writer.record(
                .task(
                    .assign(
                        .with {
                            $0.id = task
                            $0.user = user
                            $0.agent = agent
                        })), at: assigned,
                once: ID(bits: UUIDv8.named("assignment \(whose)".utf8, in: task.bits, at: assigned)))
        })

    private static let others: [String: TaskApproval.Status] = [
        "requested": .pending, "open": .pending, "accepted": .approved, "denied": .rejected, "declined": .rejected,
    ]

    /// A request is open until the next one; a task that is completed has been agreed to.
    static let approvals = Adoption.Stage(
        "approvals", key: ["task_id", "approval_number"],
        sql: { schema in
            let word = { (column: String) in "lower(btrim(coalesce(\(column), '')))" }
            return """
                SELECT *, row_number() OVER (PARTITION BY task_id, adopted_counts ORDER BY approval_number) AS adopted_number
                FROM (
                  SELECT a.*, t.created_at AS adopted_created_at,
                    CASE WHEN \(word("t.status")) IN ('completed', 'done', 'succeeded', 'success')
                      THEN approval_number <= coalesce(max(approval_number) FILTER (
                        WHERE \(word("a.status")) IN ('approved', 'accepted')) OVER w, -1)
                        AND \(word("a.status")) IN ('approved', 'accepted', 'rejected', 'denied', 'declined')
                      ELSE approval_number = max(approval_number) OVER w
                        OR \(word("a.status")) IN ('approved', 'accepted', 'rejected', 'denied', 'declined') END
                    AS adopted_counts
                  FROM \(schema.table("approvals")) a LEFT JOIN \(schema.table("tasks")) t ON t.id = a.task_id
                  WINDOW w AS (PARTITION BY a.task_id)) counted
                ORDER BY task_id, approval_number
                """
        },
        { row, writer in
            guard row.row["adopted_counts"] == "t" else {
                return try row.keepWhole("status", "a request that stayed open; kept in extra")
            }
            let task: TaskID = try row.requiredID("task_id")
            let requested = try row.creation("requested_at", else: "decided_at", "adopted_created_at")
            let number = try row.integer("adopted_number") ?? 0
            if try row.integer("approval_number") != number {
                try row.change("approval_number", "the requests of a task are counted from 1")
            }
            let request = DomainCommand.task(
                .requestApproval(
                    try .with {
                        $0.id = task
                        $0.approver = try row.id("approver_id")
                        $0.message = row.text("message")
                    }))
            let known = try writer.states.find(task)?.approvals
            if let known, known.count >= number {
                writer.recognize(task)
            } else {
                try writer.record(request, at: requested)
            }
            let status: TaskApproval.Status = try row.word("status", else: Self.others) ?? .pending
            let decided = try row.instant("decided_at") ?? requested
            let comment = row.text("comment")
            if let before = known?.first(where: { $0.number == number })?.status, before != .pending {
                if before != status { try row.change("status", "what was decided once stays") }
                return
            }
            switch status {
            case .pending: break
            case .approved:
                try writer.then(
                    .task(
                        .approve(
                            .with {
                                $0.id = task
                                $0.number = number
                                $0.comment = comment
                            })), at: decided)
            case .rejected:
                try writer.then(
                    .task(
                        .reject(
                            .with {
                                $0.id = task
                                $0.number = number
                                $0.comment = comment
                            })), at: decided)
            }
        })

    static let comments = Adoption.Stage("task_comments", orderedBy: "created_at, id") { row, writer in
        guard let user: UserID = try row.id("user_id") else {
            return try row.keepWhole("user_id", "nobody's remark; kept in extra")
        }
        let created = try row.creation()
        try writer.record(
            .taskComment(
                .record(
                    try .with {
                        $0.id = try row.requiredID("id")
                        $0.task = try row.requiredID("task_id")
                        $0.user = user
                        $0.content = try row.content("content")
                    })), at: created)
    }

    static let losses = [
        Loss("task_assignments", "id", "an assignment is known by its event"),
        Loss("task_assignments", "assigned_by", "the import reports it; kept in extra"),
        Loss("approvals", "requested_by", "the import reports it; kept in extra"),
        Loss("approvals", "decided_by", "the import reports it; kept in extra"),
    ]
}

/// `agent_metrics` of agents that are named by slugs.
enum AdoptedMeasurement {
    static let metrics = Adoption.Stage(
        "agent_metrics",
        sql: { schema in
            """
            SELECT m.*, \(schema.isAgent("m.agent_slug", of: "m.organization_slug")) AS adopted_has_agent
            FROM \(schema.table("agent_metrics")) m ORDER BY m."timestamp", m.id
            """
        },
        { row, writer in
            guard let value = try row.double("value"), value >= 0 else {
                return try row.keepWhole("value", "a metric is a number that is not negative; kept in extra")
            }
            let slug = row.text("organization_slug")
            let measured = try row.creation("timestamp")
            try writer.record(
                .metric(
                    .record(
                        try .with {
                            $0.id = try row.requiredID("id")
                            if let slug { $0.organization = try writer.states.organization(named: slug) }
                            $0.agent = try row.agent(writer.states)
                            $0.metricType = try row.name("metric_type", else: "unknown")
                            $0.value = value
                            $0.unit = row.text("unit")
                            $0.dimensions = try row.object("dimensions")
                        })), at: measured)
        })
}
