import LedgerDomain
import LedgerEvents

/// `workflow_executions`.
enum AdoptedRun {
    static let course = Adoption.Stage(
        "workflow_executions",
        sql: { schema in
            """
            SELECT e.*, p.adopted_person AS adopted_user, w.organization_id AS adopted_organization
            FROM \(schema.table("workflow_executions")) e LEFT JOIN \(schema.table("workflows")) w ON w.id = e.workflow_id
            LEFT JOIN \(schema.people) p ON p.id = e.triggered_by_user_id ORDER BY e.created_at, e.id
            """
        },
        { row, writer in
            let id: WorkflowExecutionID = try row.requiredID("id")
            let created = try row.creation(else: "started_at", "completed_at")
            let metadata = try row.object("metadata")
            let status = try Self.status(row)
            if row.text("organization_id") != row.text("adopted_organization") {
                try row.change("organization_id", "the run is of the workflow's organization")
            }
            _ = row.text("triggered_by_user_id")
            try writer.record(
                .workflowExecution(
                    .queue(
                        try .with {
                            $0.id = id
                            $0.workflow = try row.requiredID("workflow_id")
                            $0.workflowRevision = try row.integer("workflow_version", in: 0 ... .max) ?? 0
                            $0.triggeredBy =
                                try row.word("triggered_by", else: ["cron": .schedule, "user": .manual]) ?? .manual
                            $0.triggeredByUser = try row.id("adopted_user")
                            $0.externalTrigger = row.text("external_trigger_id")
                            $0.input = try row.object("input_data")
                            $0.metadata = metadata.without(Self.ownMembers(of: status, row))
                        })), at: created)
            let started = try row.instant("started_at")
            let ended = try row.instant("completed_at") ?? started ?? created
            let known = try writer.states.find(id)
            let knownStatus = known.map { Self.status(of: $0) }
            if let known, let before = knownStatus, before != status {
                let isRetried = known.status == .failed && known.retryCount < known.maxRetries
                if before == .pending || before == .running && status != .pending || isRetried {
                    if isRetried {
                        let failed = known.completedAt ?? created
                        try writer.then(
                            .workflowExecution(.scheduleRetry(.with { $0.id = id })), at: max(failed, started ?? failed)
                        )
                    }
                } else {
                    return try row.cannotReach("status")
                }
            }
            if status == .pending || known?.status.isFinished ?? false && knownStatus == status { return }
            let paused = Self.pause(id, status, row, metadata)
            if known?.status == .paused, paused == nil, status != .cancelled {
                try writer.then(
                    .workflowExecution(.resume(.with { $0.id = id })), at: max(ended, known?.pausedAt ?? ended))
            }
            if started != nil || status != .cancelled {
                let instant = started ?? ended
                try writer.then(.workflowExecution(.dispatch(.with { $0.id = id })), at: instant)
                try writer.then(.workflowExecution(.start(.with { $0.id = id })), at: instant)
            }
            if let last = try Self.last(id, status, row, metadata) { try writer.then(last, at: ended) }
            if let paused { try writer.then(paused.command, at: paused.at) }
        })

    enum Status: String, CaseIterable {
        case pending, running, completed, failed, cancelled

        static let others: [String: Status] = [
            "queued": .pending, "paused": .running, "in_progress": .running, "succeeded": .completed,
            "success": .completed, "done": .completed, "error": .failed, "timeout": .failed, "canceled": .cancelled,
        ]
    }

    /// The ledger's state as the platform has it.
    private static func status(of run: WorkflowExecution) -> Status {
        switch run.status {
        case .queued, .pending: .pending
        case .running, .paused: .running
        case .completed: .completed
        case .failed, .timeout: .failed
        case .cancelled: .cancelled
        }
    }

    /// A state that the ledger does not have: over where the row says when, else waiting or under way.
    private static func status(_ row: SourceRow) throws -> Status {
        if let status: Status = try row.word("status", else: Status.others) { return status }
        if row.row["completed_at"] != nil { return .completed }
        return row.row["started_at"] != nil ? .running : .pending
    }

    /// What the platform's metadata say beside the run's own.
    private static func ownMembers(of status: Status, _ row: SourceRow) -> Set<String> {
        switch status {
        case .running: ["paused_at"]
        case .failed: row.row["status_reason"] == "timeout" ? ["status_message"] : ["error_code"]
        case .pending, .completed, .cancelled: []
        }
    }

    private static func last(
        _ id: WorkflowExecutionID, _ status: Status, _ row: SourceRow, _ metadata: JSONText
    ) throws -> DomainCommand? {
        if status == .pending || status == .running { return nil }
        let reason = row.text("status_reason")
        switch status {
        case .pending, .running: return nil
        case .completed:
            return .workflowExecution(
                .complete(
                    try .with {
                        $0.id = id
                        $0.output = try row.object("output_data")
                        $0.message = reason
                    }))
        case .failed where reason == "timeout":
            return .workflowExecution(
                .timeOut(
                    .with {
                        $0.id = id
                        $0.message = metadata.text("status_message")
                    }))
        case .failed:
            return .workflowExecution(
                .fail(
                    .with {
                        $0.id = id
                        $0.errorCode = metadata.text("error_code")
                        $0.errorMessage = reason ?? ""
                    }))
        case .cancelled:
            return .workflowExecution(
                .cancel(
                    .with {
                        $0.id = id
                        $0.reason = reason
                    }))
        }
    }

    private static func pause(
        _ id: WorkflowExecutionID, _ status: Status, _ row: SourceRow, _ metadata: JSONText
    ) -> (command: DomainCommand, at: Instant)? {
        guard status == .running, let text = metadata.text("paused_at"), let paused = Instant(text) else { return nil }
        let command = DomainCommand.workflowExecution(
            .pause(
                .with {
                    $0.id = id
                    $0.reason = row.text("status_reason")
                }))
        return (command, paused)
    }

    static let losses = [
        Loss(
            "workflow_executions", "triggered_by_user_id",
            "the person; the id of the person's row follows from person and organization"),
        Loss("workflows", "costs", Self.costs), Loss("workflow_executions", "costs", Self.costs),
        Loss("agent_executions", "costs", Self.costs),
    ]

    private static let costs =
        "estimated costs come back as reported ones; costs in several currencies do not come back"

    /// What a run used beyond its agents.
    static let calls = Adoption.Stage(
        "workflow_executions",
        sql: { schema in
            """
            SELECT * FROM (
              SELECT e.id, NULL AS agent_execution_id, coalesce(e.completed_at, e.started_at, e.created_at) AS adopted_at,
                e.total_tokens_used - coalesce(sum(greatest(a.input_tokens, 0) + greatest(a.output_tokens, 0)), 0)
                  AS input_tokens, 0 AS output_tokens,
                e.estimated_cost - coalesce(sum(greatest(a.estimated_cost, 0)), 0) AS cost, to_jsonb(e)->>'currency' AS currency
              FROM \(schema.table("workflow_executions")) e
              LEFT JOIN \(schema.table("agent_executions")) a ON a.workflow_execution_id = e.id GROUP BY e.id) r
            WHERE input_tokens <> 0 OR cost <> 0 ORDER BY adopted_at, id
            """
        },
        { row, writer in
            // A run that says less than its agents.
            if row.row["input_tokens"]?.hasPrefix("-") ?? false { row.keep("total_tokens_used") }
            if row.row["cost"]?.hasPrefix("-") ?? false { row.keep("estimated_cost") }
            let isMore = ["input_tokens", "cost"].contains { column in
                row.row[column].map { ExactDecimal(rounding: $0) ?? .zero > .zero } ?? false
            }
            if isMore { try AdoptedCall.record(of: try row.requiredID("id"), row, writer) }
        })
}

/// What runs used: the platform tells sums, each of which comes in as one call.
enum AdoptedCall {
    static func record(of run: WorkflowExecutionID, _ row: SourceRow, _ writer: AdoptionWriter) throws {
        let agent: AgentExecutionID? = try row.id("agent_execution_id")
        let subject = agent?.bits ?? run.bits
        let tokens = 0...1_000_000_000_000
        try writer.then(
            .modelCall(
                .record(
                    try .with {
                        $0.id = ModelCallID(bits: UUIDv5.named("adopted model_call", in: subject))
                        $0.workflowExecution = run
                        $0.agentExecution = agent
                        $0.model = try row.name("model_name") ?? "unknown"
                        $0.inputTokens = max(0, try row.integer("input_tokens") ?? 0).clamped(to: tokens)
                        $0.outputTokens = max(0, try row.integer("output_tokens") ?? 0).clamped(to: tokens)
                        if let cost = try row.decimal("cost"), cost > .zero {
                            $0.reportedCost = Money(cost, try row.currency("currency") ?? .usd)
                        }
                    })), at: try row.instant("adopted_at") ?? row.rules.earliest)
    }
}

extension Int {
    fileprivate func clamped(to range: ClosedRange<Int>) -> Int {
        Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
