import LedgerDomain
import LedgerEvents

/// `tasks`, from their creation to their end. What a task holds that its state has no place for is kept in extra.
enum AdoptedTask {
    static let course = Adoption.Stage(
        "tasks",
        sql: { schema in
            """
            SELECT t.*, \(AdoptedCoreUser.slug(of: "u")) AS adopted_slug FROM \(schema.table("tasks")) t
            LEFT JOIN \(schema.table("users")) u ON u.id = t.user_id ORDER BY t.created_at, t.id
            """
        }
    ) { row, writer in
        let id: TaskID = try row.requiredID("id")
        let created = try row.creation(else: "started_at", "completed_at", "updated_at")
        try Self.create(id, row, at: created, writer)
        try Self.run(id, row, from: created, writer)
    }

    /// What a task went through since it was created, as the row's status and times tell.
    static func run(_ id: TaskID, _ row: SourceRow, from created: Instant, _ writer: AdoptionWriter) throws {
        let status: Status = try row.word("status", else: Status.others) ?? .pending
        if let known = try writer.states.find(id)?.status {
            let isTimeout = known == .timeout && status == .failed && row.row["error_code"] == "timeout"
            if known.rawValue != status.rawValue, !isTimeout, known.isFinished || status == .pending {
                try row.cannotReach("status")
            }
        }
        guard status != .pending else { return }
        let updated = try row.instant("updated_at") ?? created
        let started = try row.instant("started_at")
        let isOver = status != .inProgress
        let ended = isOver ? try row.instant("completed_at") ?? updated : updated
        if started != nil || status != .cancelled {
            try writer.then(.task(.start(.with { $0.id = id })), at: started ?? ended)
            if status != .completed { try Self.report(id, row, at: ended, writer) }
        }
        switch status {
        case .pending, .inProgress: break
        case .completed: try Self.complete(id, row, at: ended, writer)
        case .failed: try Self.fail(id, row, isTimeout: false, at: ended, writer)
        case .timeout: try Self.fail(id, row, isTimeout: true, at: ended, writer)
        case .cancelled:
            try writer.then(
                .task(
                    .cancel(
                        .with {
                            $0.id = id
                            $0.reason = row.text("status_reason")
                        })), at: ended)
        }
        guard isOver else { return }
        let evaluation = try row.object("evaluation")
        if evaluation != .emptyObject {
            try writer.then(
                .task(
                    .evaluate(
                        .with {
                            $0.id = id
                            $0.evaluation = evaluation
                        })), at: updated)
        }
    }

    private enum Status: String, CaseIterable {
        case pending
        case inProgress = "in_progress"
        case completed, failed, timeout, cancelled

        static let others: [String: Status] = [
            "running": .inProgress, "active": .inProgress, "processing": .inProgress, "done": .completed,
            "succeeded": .completed, "success": .completed, "error": .failed, "timed_out": .timeout,
            "canceled": .cancelled, "queued": .pending, "created": .pending,
        ]
    }

    private static func create(
        _ id: TaskID, _ row: SourceRow, at created: Instant, _ writer: AdoptionWriter
    ) throws {
        let conversation: ConversationID? = try row.id("agent_conversation_id")
        let slug = row.text("adopted_slug")
        try writer.record(
            .task(
                .create(
                    try .with {
                        $0.id = id
                        $0.conversation = conversation
                        if conversation == nil {
                            $0.organization = try AdoptedCoreUser.organization(slug, writer.states)
                        }
                        $0.user = try row.requiredID("user_id")
                        $0.method = try row.name("method", else: "unknown")
                        $0.prompt = try row.content("prompt")
                        $0.params = try row.object("params")
                        $0.title = try row.name("title")
                        $0.agentName = try row.name("agent_name")
                        $0.priority = try row.integer("priority") ?? 0
                        $0.timeoutSeconds = try row.integer("timeout_seconds", in: 1...Int(Int32.max))
                        $0.deliverableType = try row.name("deliverable_type")
                        $0.metadata = try row.object("metadata")
                    })), at: created)
    }

    private static func report(
        _ id: TaskID, _ row: SourceRow, at instant: Instant, _ writer: AdoptionWriter
    ) throws {
        let progress = try row.integer("progress", in: 0...100) ?? 0
        let message = row.text("progress_message")
        // Of one that is known to have ended, progress is no news, and is refused.
        let known = try writer.states.find(id)
        guard progress > 0 || message != nil, known.map({ !$0.status.isFinished }) ?? true else { return }
        if let known, progress < known.progress {
            return try row.change("progress", "progress does not go back; not taken")
        }
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
        _ id: TaskID, _ row: SourceRow, at instant: Instant, _ writer: AdoptionWriter
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

    private static func fail(
        _ id: TaskID, _ row: SourceRow, isTimeout: Bool, at instant: Instant, _ writer: AdoptionWriter
    ) throws {
        let code = row.text("error_code")
        if isTimeout || code == "timeout" {
            if code != nil, code != "timeout" { row.keep("error_code") }
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
                        $0.errorCode = code
                        $0.errorMessage = row.text("error_message") ?? ""
                        $0.errorData = try row.json("error_data")
                    })), at: instant)
    }

    static let losses = [
        Loss("tasks", "updated_at", "it comes back where the task started, ended or was judged then")
    ]
}
