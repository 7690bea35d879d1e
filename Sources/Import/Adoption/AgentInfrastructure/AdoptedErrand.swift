import LedgerDomain
import LedgerEvents

/// `tasks` of agents that are named by slugs.
enum AdoptedErrand {
    private static func rows(_ schema: AdoptedSchema) -> String {
        let last =
            schema.has("task_assignments")
            ? """
            (SELECT coalesce(s.user_id::text, s.agent_slug) FROM \(schema.table("task_assignments")) s
              WHERE s.task_id = t.id ORDER BY s.assigned_at DESC, s.id DESC LIMIT 1)
            """ : "NULL"
        let conversation =
            schema.has("conversations")
            ? """
            EXISTS (SELECT FROM \(schema.table("conversations")) c
              WHERE c.id = t.conversation_id AND c.organization_slug IS NOT DISTINCT FROM t.organization_slug)
            """ : "false"
        return """
            SELECT t.*, \(schema.isAgent("t.assigned_agent_slug", of: "t.organization_slug")) AS adopted_has_agent,
              \(conversation) AS adopted_has_conversation, \(last) AS adopted_last_assigned
            FROM \(schema.table("tasks")) t ORDER BY t.created_at, t.id
            """
    }

    static let creation = Adoption.Stage("tasks", sql: { Self.rows($0) }) { row, writer in
        let id: TaskID = try row.requiredID("id")
        let created = try row.creation(else: "started_at", "completed_at", "updated_at")
        let known = try writer.states.find(id)
        let prompt = try row.content("prompt")
        let place = try Self.place(row, at: created, writer)
        let user: UserID = try row.requiredID("user_id")
        try writer.record(
            .task(
                .create(
                    try .with {
                        $0.id = id
                        $0.conversation = known == nil ? place.conversation : known?.conversation
                        $0.organization = known?.organization ?? place.organization
                        $0.user = user
                        // What the platform does not tell of its tasks.
                        $0.method = known?.method ?? "unknown"
                        if place.conversation == nil { $0.agentName = "unknown" }
                        $0.prompt = known?.prompt ?? prompt
                        $0.params = try row.object("params")
                        $0.title = try row.name("title")
                        $0.priority = try row.integer("priority") ?? 0
                        $0.metadata = try row.object("metadata")
                    })), at: created)
    }

    /// The conversation, where it is there and of the task's organization.
    private static func place(
        _ row: SourceRow, at instant: Instant, _ writer: AdoptionWriter
    ) throws -> (conversation: ConversationID?, organization: OrganizationID) {
        let organization = try row.organization(at: instant, writer)
        let conversation: ConversationID? = try row.id("conversation_id")
        if conversation != nil, row.row["adopted_has_conversation"] != "t" {
            try row.change("conversation_id", "no conversation of the organization; left out")
            return (nil, organization)
        }
        return (conversation, organization)
    }

    static let missing = Adoption.Stage(
        "tasks",
        sql: {
            $0.missing(
                "tasks",
                namedIn: [
                    ("task_assignments", "task_id", "assigned_at"), ("task_comments", "task_id", "created_at"),
                    ("approvals", "task_id", "requested_at"),
                ])
        },
        { row, writer in
            let id: TaskID = try row.requiredID("id")
            if try writer.states.find(id) != nil { return }
            let instant = try row.instant("created_at") ?? row.rules.earliest
            try row.makeUp("id", "no such task, which other rows name; one stands in")
            let user = UserID(bits: UUIDv5.named("user of a task", in: id.bits))
            try writer.makeUpUser(user, at: instant)
            let organization = try writer.commonOrganization(at: instant)
            try writer.then(
                .task(
                    .create(
                        .with {
                            $0.id = id
                            $0.organization = organization
                            $0.user = user
                            $0.method = "unknown"
                            $0.agentName = "unknown"
                            $0.prompt = SourceRow.nothing
                        })), at: instant)
        })

    /// Whose it is to do, where no assignment says so, then its course.
    static let course = Adoption.Stage("tasks", sql: { Self.rows($0) }) { row, writer in
        let id: TaskID = try row.requiredID("id")
        let created = try row.creation(else: "started_at", "completed_at", "updated_at")
        let assigned = row.text("assigned_user_id") ?? row.text("assigned_agent_slug")
        if assigned != nil, assigned != row.row["adopted_last_assigned"] {
            let user: UserID? = try row.id("assigned_user_id")
            let agent = user == nil ? try row.agent(writer.states, in: "assigned_agent_slug") : nil
            if user != nil || agent != nil {
                try writer.then(
                    .task(
                        .assign(
                            .with {
                                $0.id = id
                                $0.user = user
                                $0.agent = agent
                            })), at: created)
            }
        }
        try AdoptedTask.run(id, row, from: created, writer)
    }

    static let losses = [
        Loss("tasks", "updated_at", "it comes back where the task started, ended or was judged then")
    ]
}
