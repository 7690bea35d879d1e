import LedgerDomain
import LedgerEvents

/// `project_steps`.
enum AdoptedProjectStep {
    /// Steps with their depth below those that they depend on, and the ones of these that have not ended though the step
    /// has begun.
    private static func rows(_ schema: AdoptedSchema, orderedBy order: String) -> String {
        let steps = schema.table("project_steps")
        return """
            WITH RECURSIVE edges AS (SELECT a.id, b.id AS above, b.step_id, b.status AS above_status, a.status
              FROM \(steps) a JOIN \(steps) b ON b.project_id = a.project_id AND b.step_id = ANY(a.dependencies)),
            depths(id, depth) AS (
              SELECT id, 0 FROM \(steps) s WHERE NOT EXISTS (SELECT FROM edges e WHERE e.id = s.id)
              UNION SELECT e.id, d.depth + 1 FROM edges e JOIN depths d ON d.id = e.above WHERE d.depth < 200)
            SELECT s.*, to_jsonb(s.dependencies) AS adopted_dependencies,
              (SELECT to_jsonb(array_agg(e.step_id)) FROM edges e WHERE e.id = s.id
                AND lower(e.status) IN ('in_progress', 'completed', 'failed')
                AND coalesce(lower(e.above_status), '') NOT IN ('completed', 'skipped')) AS adopted_unsettled
            FROM \(steps) s LEFT JOIN (SELECT id, max(depth) AS depth FROM depths GROUP BY id) d ON d.id = s.id
            ORDER BY d.depth NULLS LAST, \(order)
            """
    }

    static let addition = Adoption.Stage(
        "project_steps", sql: { Self.rows($0, orderedBy: "s.created_at, s.step_index, s.id") }
    ) { row, writer in
        let id: ProjectStepID = try row.requiredID("id")
        let project: ProjectID = try row.requiredID("project_id")
        let name = try writer.free(row.name("step_id", else: "\(id)"), of: id, in: row, "step_id") {
            ProjectStep.alias(of: $0, in: project)
        }
        try writer.record(
            .projectStep(
                .add(
                    try .with {
                        $0.id = id
                        $0.project = project
                        $0.name = name
                        $0.index = try row.integer("step_index", in: 0...Int(Int32.max))
                        $0.stepType = try row.name("step_type", else: "unknown")
                        $0.title = try row.name("step_name", else: name)
                        $0.agentName = try row.name("agent_name")
                        $0.prompt = row.text("prompt")
                        $0.dependencies = try Self.dependencies(of: name, in: project, row, writer)
                        $0.metadata = try row.object("metadata")
                    })), at: try row.creation(else: "started_at", "updated_at"))
    }

    /// Those that are there, and have ended if the step has begun.
    private static func dependencies(
        of name: String, in project: ProjectID, _ row: SourceRow, _ writer: AdoptionWriter
    ) throws -> [String] {
        _ = row.text("dependencies")
        let asked = try row.names("adopted_dependencies")
        let unsettled = try row.names("adopted_unsettled")
        let held = try asked.filter {
            try $0 != name && !unsettled.contains($0)
                && writer.isTaken(ProjectStep.alias(of: $0, in: project), ProjectStep.self)
        }
        if held.count < asked.count {
            try row.change("dependencies", "steps that are not there, or that the step did not wait for, are left out")
        }
        return held
    }

    private static let others: [String: ProjectStep.Status] = [
        "running": .inProgress, "active": .inProgress, "done": .completed, "succeeded": .completed, "error": .failed,
        "cancelled": .skipped, "canceled": .skipped, "queued": .pending,
    ]

    static let run = Adoption.Stage(
        "project_steps",
        sql: { Self.rows($0, orderedBy: "coalesce(s.started_at, s.updated_at), s.created_at, s.id") }
    ) { row, writer in
        let id: ProjectStepID = try row.requiredID("id")
        let updated = try row.instant("updated_at") ?? row.instant("created_at") ?? row.rules.earliest
        let status: ProjectStep.Status = try row.word("status", else: Self.others) ?? .pending
        let known = try writer.states.find(id)?.status
        let project: ProjectID = try row.requiredID("project_id")
        if let known, known != status {
            let isOpen = known == .pending || known == .inProgress && status != .pending && status != .skipped
            if !isOpen { return try row.cannotReach("status") }
        }
        // A project whose steps have begun is under way, though its row did not change.
        if let around = try writer.states.find(project), around.status == .planning, status != .pending,
            status != .skipped
        {
            try AdoptedProject.change(project, to: .inProgress, nil, at: around.createdAt, writer)
        }
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
        if status != .completed, row.row["result"] != nil { row.keep("result") }
        if status != .failed, row.row["error_details"] != nil { row.keep("error_details") }
    }

    static let losses = [
        Loss("project_steps", "updated_at", "it comes back where the step started or ended then")
    ]
}
