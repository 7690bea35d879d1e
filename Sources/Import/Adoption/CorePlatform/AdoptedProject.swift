import LedgerDomain
import LedgerEvents

/// `projects`.
enum AdoptedProject {
    static let creation = Adoption.Stage(
        "projects",
        sql: { schema in
            // A parent comes before its parts.
            let projects = schema.table("projects")
            let edges = """
                SELECT c.id, t.id FROM \(projects) c LEFT JOIN placed_projects o ON o.id = c.id
                LEFT JOIN placed_projects p ON p.id = c.parent_project_id AND p.adopted_slug = o.adopted_slug
                LEFT JOIN \(projects) t ON t.id = p.id
                """
            return """
                WITH \(AdoptedSchema.tree(edges)), \(schema.places)
                SELECT p.*, d.parent AS adopted_parent FROM \(projects) p JOIN tree d ON d.id = p.id
                ORDER BY d.depth, p.created_at, p.id
                """
        }
    ) { row, writer in
        let id: ProjectID = try row.requiredID("id")
        let created = try row.creation(else: "updated_at")
        let name = try row.name("name")
        let plan = row.text("plan_json") == nil ? nil : try row.object("plan_json")
        var parent: ProjectID? = try row.id("parent_project_id")
        if parent != nil, row.row["adopted_parent"] == nil {
            try row.change(
                "parent_project_id",
                "a parent that is missing, of another organization, or a part of its part; left out")
            parent = nil
        }
        if let status = row.row["status"], ["planning", "in_progress"].contains(status), row.row["error_details"] != nil
        {
            row.keep("error_details")
        }
        if let known = try writer.states.find(id) {
            writer.recognize(id)
            if known.status.isFinished { return }
            return try writer.then(
                .project(
                    .changePlan(
                        .with {
                            $0.id = id
                            $0.name = name
                            $0.description = row.text("description")
                            $0.plan = plan ?? known.plan ?? .emptyObject
                        })), at: try row.instant("updated_at") ?? created)
        }
        try writer.record(
            .project(
                .create(
                    try .with {
                        $0.id = id
                        $0.conversation = try row.requiredID("conversation_id")
                        $0.user = try row.id("user_id") ?? .zero
                        $0.name = name
                        $0.description = row.text("description")
                        $0.plan = plan
                        $0.metadata = try row.object("metadata")
                        $0.parent = parent
                    })), at: created)
    }

    /// Projects that steps name and that have no row.
    static let missing = Adoption.Stage(
        "projects",
        sql: { schema in
            """
            SELECT project_id AS id, min(created_at) AS created_at FROM \(schema.table("project_steps")) s
            WHERE NOT EXISTS (SELECT FROM \(schema.table("projects")) p WHERE p.id = s.project_id) GROUP BY 1 ORDER BY 2, 1
            """
        },
        { row, writer in
            let id: ProjectID = try row.requiredID("id")
            if try writer.states.find(id) != nil { return }
            let instant = try row.instant("created_at") ?? row.rules.earliest
            try row.makeUp("id", "no such project, which steps name; one stands in")
            let organization = try writer.commonOrganization(at: instant)
            let conversation = ConversationID(bits: UUIDv5.named("conversation of a project", in: id.bits))
            let user = UserID(bits: UUIDv5.named("user of a project", in: id.bits))
            try writer.makeUpUser(user, at: instant)
            try writer.makeUpConversation(conversation, in: organization, of: user, at: instant)
            try writer.then(
                .project(
                    .create(
                        .with {
                            $0.id = id
                            $0.conversation = conversation
                        })), at: instant)
            try Self.change(id, to: .inProgress, nil, at: instant, writer)
        })

    private static let others: [String: Project.Status] = [
        "running": .inProgress, "active": .inProgress, "done": .completed, "succeeded": .completed, "error": .failed,
        "canceled": .cancelled, "pending": .planning, "draft": .planning, "on_hold": .paused,
    ]

    private static func status(_ row: SourceRow) throws -> Project.Status {
        try row.word("status", else: Self.others) ?? .planning
    }

    /// Whether a step of the project `p` has begun, in SQL.
    private static func hasBegun(_ schema: AdoptedSchema) -> String {
        """
        EXISTS (SELECT FROM \(schema.table("project_steps")) s WHERE s.project_id = p.id
          AND (s.started_at IS NOT NULL OR lower(s.status) IN ('in_progress', 'completed', 'failed')))
        """
    }

    /// Those that are, or were, under way: their steps start only then.
    static let beginning = Adoption.Stage(
        "projects",
        sql: { schema in
            """
            SELECT p.*, \(Self.hasBegun(schema)) AS adopted_has_begun FROM \(schema.table("projects")) p
            ORDER BY p.created_at, p.id
            """
        },
        { row, writer in
            let id: ProjectID = try row.requiredID("id")
            let status = try Self.status(row)
            let hasBegun = try row.bool("adopted_has_begun")
            switch status {
            case .inProgress, .paused, .completed, .failed: break
            case .cancelled: if !hasBegun { return }
            case .planning:
                if !hasBegun { return }
                try row.change("status", "under way: steps of it have begun")
            }
            // A project that stays paused is not taken up again.
            let known = try writer.states.find(id)?.status
            guard known == nil || known == .planning || known == .paused && status != .paused else { return }
            try Self.change(id, to: .inProgress, nil, at: try Self.time(row, .inProgress), writer)
        })

    static let end = Adoption.Stage(
        "projects",
        sql: { schema in
            """
            SELECT p.*, EXISTS (SELECT FROM \(schema.table("project_steps")) s WHERE s.project_id = p.id
              AND coalesce(lower(s.status), 'pending') NOT IN ('completed', 'failed', 'skipped')) AS adopted_is_open
            FROM \(schema.table("projects")) p ORDER BY p.hierarchy_level DESC NULLS LAST, p.updated_at, p.id
            """
        }
    ) { row, writer in
        let status = try Self.status(row)
        if let known = try writer.states.find(row.requiredID("id") as ProjectID)?.status, known != status,
            known.isFinished || status == .planning
        {
            return try row.cannotReach("status")
        }
        guard status != .planning, status != .inProgress else { return }
        if status == .completed, try row.bool("adopted_is_open") {
            return try row.change("status", "under way: steps of it have not ended")
        }
        let errors = try row.json("error_details")
        try Self.change(try row.requiredID("id"), to: status, errors, at: try Self.time(row, status), writer)
    }

    static func change(
        _ id: ProjectID, to status: Project.Status, _ errors: JSONText?, at instant: Instant, _ writer: AdoptionWriter
    ) throws {
        try writer.then(
            .project(
                .changeStatus(
                    .with {
                        $0.id = id
                        $0.status = status
                        $0.errorDetails = errors
                    })), at: instant)
    }

    /// The last change is the row's last; others came at its beginning.
    private static func time(_ row: SourceRow, _ status: Project.Status) throws -> Instant {
        let created = try row.instant("created_at") ?? row.instant("updated_at") ?? row.rules.earliest
        return row.text("status") == status.rawValue ? try row.instant("updated_at") ?? created : created
    }

    static let losses = [
        Loss("projects", "updated_at", "it comes back where the status, or a step, changed then"),
        Loss("projects", "current_step_id", "follows from the steps"),
        Loss("projects", "hierarchy_level", "follows from the parents"),
        Loss("projects", "subproject_count", "follows from the parents"),
    ]
}
