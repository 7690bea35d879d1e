import AgentDomain
import EventSourcing

/// `projects`.
enum AdoptedProject {
    static let creation = Adoption.Stage("projects", orderedBy: "hierarchy_level, created_at, id") { row, writer in
        try writer.record(
            .project(
                .create(
                    try .with {
                        $0.id = try row.requiredID("id")
                        $0.conversation = try row.requiredID("conversation_id")
                        $0.user = try row.id("user_id") ?? .zero
                        $0.name = row.text("name")
                        $0.description = row.text("description")
                        $0.plan = try row.json("plan_json")
                        $0.metadata = try row.object("metadata")
                        $0.parent = try row.id("parent_project_id")
                    })), at: try row.requiredInstant("created_at"))
    }

    /// Those that are, or were, under way: their steps start only then.
    static let beginning = Adoption.Stage(
        "projects",
        sql: { schema in
            """
            SELECT * FROM \(schema.table("projects")) p
            WHERE status IN ('in_progress', 'paused', 'completed', 'failed') OR status = 'cancelled' AND EXISTS (
              SELECT FROM \(schema.table("project_steps")) s WHERE s.project_id = p.id AND s.started_at IS NOT NULL)
            ORDER BY created_at, id
            """
        },
        { row, writer in
            let id: ProjectID = try row.requiredID("id")
            // A paused project that is known would be taken up again.
            guard try writer.states.find(id).map({ $0.status == .planning }) ?? true else { return }
            try Self.change(id, to: .inProgress, nil, at: try Self.time(row, .inProgress), writer)
        })

    static let end = Adoption.Stage("projects", orderedBy: "hierarchy_level DESC, updated_at, id") { row, writer in
        let status: Project.Status = try row.word("status") ?? .planning
        guard status != .planning, status != .inProgress else { return }
        let errors = try row.json("error_details")
        try Self.change(try row.requiredID("id"), to: status, errors, at: try Self.time(row, status), writer)
    }

    private static func change(
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
    private static func time(_ row: AdoptedRow, _ status: Project.Status) throws -> Instant {
        let created = try row.requiredInstant("created_at")
        return row.text("status") == status.rawValue ? try row.instant("updated_at") ?? created : created
    }

    static let losses = [
        Loss("projects", "updated_at", "it comes back where the status, or a step, changed then"),
        Loss("projects", "current_step_id", "follows from the steps"),
        Loss("projects", "hierarchy_level", "follows from the parents"),
        Loss("projects", "subproject_count", "follows from the parents"),
    ]
}

/// `project_steps`.
enum AdoptedProjectStep {
    static let addition = Adoption.Stage(
        "project_steps",
        sql: { schema in
            "SELECT *, to_jsonb(dependencies) AS dependency_list FROM \(schema.table("project_steps")) "
                + "ORDER BY created_at, step_index, id"
        }
    ) { row, writer in
        try writer.record(
            .projectStep(
                .add(
                    try .with {
                        $0.id = try row.requiredID("id")
                        $0.project = try row.requiredID("project_id")
                        $0.name = try row.required("step_id")
                        $0.index = try row.integer("step_index")
                        $0.stepType = try row.required("step_type")
                        $0.title = try row.required("step_name")
                        $0.agentName = row.text("agent_name")
                        $0.prompt = row.text("prompt")
                        $0.dependencies = try row.list("dependency_list")
                        $0.metadata = try row.object("metadata")
                    })), at: try row.requiredInstant("created_at"))
    }

    static let run = Adoption.Stage("project_steps", orderedBy: "coalesce(started_at, updated_at), created_at, id") {
        row, writer in
        let id: ProjectStepID = try row.requiredID("id")
        let updated = try row.instant("updated_at") ?? row.requiredInstant("created_at")
        let status: ProjectStep.Status = try row.word("status") ?? .pending
        let start = { (instant: Instant) in
            try writer.then(.projectStep(.start(.with { $0.id = id })), at: try row.instant("started_at") ?? instant)
        }
        let completed = try row.instant("completed_at") ?? updated
        switch status {
        case .pending: break
        case .skipped: try writer.then(.projectStep(.skip(.with { $0.id = id })), at: updated)
        case .inProgress: try start(updated)
        case .completed:
            try start(completed)
            try writer.then(
                .projectStep(
                    .complete(
                        try .with {
                            $0.id = id
                            $0.result = try row.json("result")
                        })), at: completed)
        case .failed:
            try start(completed)
            try writer.then(
                .projectStep(
                    .fail(
                        try .with {
                            $0.id = id
                            $0.errorDetails = try row.json("error_details")
                        })), at: completed)
        }
    }

    static let losses = [
        Loss("project_steps", "updated_at", "it comes back where the step started or ended then")
    ]
}
