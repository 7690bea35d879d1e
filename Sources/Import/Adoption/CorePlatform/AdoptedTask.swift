import AgentDomain
import EventSourcing

/// `tasks`, from their creation to their end.
enum AdoptedTask {
    static let course = Adoption.Stage(
        "tasks",
        sql: { schema in
            """
            SELECT t.*, \(AdoptedCoreUser.slug(of: "u")) AS slug FROM \(schema.table("tasks")) t
            LEFT JOIN \(schema.table("users")) u ON u.id = t.user_id ORDER BY t.created_at, t.id
            """
        }
    ) { row, writer in
        let id: TaskID = try row.requiredID("id")
        try Self.create(id, row, writer)
        let created = try row.requiredInstant("created_at")
        let updated = try row.instant("updated_at") ?? created
        let ended = try row.instant("completed_at") ?? updated
        let started = try row.instant("started_at")
        guard let status = Status(rawValue: row.text("status") ?? Status.pending.rawValue) else {
            throw CellError("status is \"\(row.text("status") ?? "")\", which is not a task's")
        }
        guard status != .pending else { return }
        if started != nil || status != .cancelled {
            let isOver = status != .inProgress
            try writer.then(.task(.start(.with { $0.id = id })), at: started ?? (isOver ? ended : updated))
            if status != .completed { try Self.report(id, row, at: isOver ? ended : updated, writer) }
        }
        switch status {
        case .pending, .inProgress: break
        case .completed: try Self.complete(id, row, at: ended, writer)
        case .failed: try Self.fail(id, row, at: ended, writer)
        case .cancelled: try writer.then(.task(.cancel(.with { $0.id = id })), at: ended)
        }
        let evaluation = try row.object("evaluation")
        if evaluation != .emptyObject, status != .inProgress {
            try writer.then(
                .task(
                    .evaluate(
                        .with {
                            $0.id = id
                            $0.evaluation = evaluation
                        })), at: updated)
        }
    }

    private enum Status: String {
        case pending
        case inProgress = "in_progress"
        case completed, failed, cancelled
    }

    private static func create(_ id: TaskID, _ row: AdoptedRow, _ writer: AdoptionWriter) throws {
        try writer.record(
            .task(
                .create(
                    try .with {
                        $0.id = id
                        $0.conversation = try row.id("agent_conversation_id")
                        if $0.conversation == nil {
                            $0.organization = try AdoptedCoreUser.organization(row.required("slug"), writer.states)
                        }
                        $0.user = try row.requiredID("user_id")
                        $0.method = try row.required("method")
                        $0.prompt = try row.required("prompt")
                        $0.params = try row.object("params")
                        $0.title = row.text("title")
                        $0.agentName = row.text("agent_name")
                        $0.priority = try row.integer("priority") ?? 0
                        $0.timeoutSeconds = try row.integer("timeout_seconds")
                        $0.deliverableType = row.text("deliverable_type")
                        $0.metadata = try row.object("metadata")
                    })), at: try row.requiredInstant("created_at"))
    }

    private static func report(
        _ id: TaskID, _ row: AdoptedRow, at instant: Instant, _ writer: AdoptionWriter
    ) throws {
        let progress = try row.integer("progress") ?? 0
        let message = row.text("progress_message")
        // Of one that is known to have ended, progress is no news, and is refused.
        guard progress > 0 || message != nil, try writer.states.find(id).map({ !$0.status.isFinished }) ?? true
        else { return }
        try writer.then(
            .task(
                .reportProgress(
                    .with {
                        $0.id = id
                        $0.progress = progress
                        $0.message = message
                    })), at: instant)
    }

    private static func complete(
        _ id: TaskID, _ row: AdoptedRow, at instant: Instant, _ writer: AdoptionWriter
    ) throws {
        // Its message stays when it is done.
        if row.text("progress_message") != nil { try Self.report(id, row, at: instant, writer) }
        try writer.then(
            .task(
                .complete(
                    try .with {
                        $0.id = id
                        $0.response = row.text("response")
                        $0.responseMetadata = try row.object("response_metadata")
                        $0.llmMetadata = try row.object("llm_metadata")
                        $0.deliverableMetadata = try row.object("deliverable_metadata")
                    })), at: instant)
    }

    private static func fail(_ id: TaskID, _ row: AdoptedRow, at instant: Instant, _ writer: AdoptionWriter) throws {
        guard row.text("error_code") != "timeout" else {
            return try writer.then(
                .task(
                    .timeOut(
                        .with {
                            $0.id = id
                            $0.errorMessage = row.text("error_message")
                        })), at: instant)
        }
        try writer.then(
            .task(
                .fail(
                    try .with {
                        $0.id = id
                        $0.errorCode = row.text("error_code")
                        $0.errorMessage = row.text("error_message") ?? ""
                        $0.errorData = try row.json("error_data")
                    })), at: instant)
    }

    static let losses = [
        Loss("tasks", "updated_at", "it comes back where the task started, ended or was judged then")
    ]
}
