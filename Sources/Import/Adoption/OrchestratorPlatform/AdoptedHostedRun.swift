import LedgerDomain
import LedgerEvents

/// `workflow_executions` of an orchestrator.
enum AdoptedHostedRun {
    static let course = Adoption.Stage(
        "workflow_executions",
        sql: { schema in
            // A child comes after its parent, even where clocks differ.
            let runs = schema.table("workflow_executions")
            return """
                WITH \(AdoptedSchema.tree("SELECT c.id, p.id FROM placed c LEFT JOIN placed p ON p.id = c.parent_execution_id "
                    + "AND (p.organization_id, p.adopted_owner_id) IS NOT DISTINCT FROM (c.organization_id, c.adopted_owner_id)")),
                placed AS MATERIALIZED (
                  SELECT e.id, e.parent_execution_id, wh.organization_id,
                    CASE WHEN wh.organization_id IS NULL AND wh.owner_type = 'user' THEN wh.owner_id END AS adopted_owner_id
                  FROM \(runs) e LEFT JOIN \(schema.table("workflows")) w ON w.id = e.workflow_id
                  LEFT JOIN \(schema.hosts) wh ON wh.id = w.agent_id)
                SELECT e.*, h.adopted_is_synthetic, o.organization_id, o.adopted_owner_id,
                  CASE WHEN h.owner_type = 'user' OR h.adopted_owner THEN h.owner_id END AS adopted_owner,
                  p.id AS adopted_parent, p.correlation_id AS adopted_parent_correlation,
                  EXISTS (SELECT FROM \(runs) x WHERE x.id = e.correlation_id AND x.id <> e.id) AS adopted_is_anothers
                FROM \(runs) e JOIN placed o ON o.id = e.id JOIN tree d ON d.id = e.id
                LEFT JOIN \(schema.hosts) h ON h.id = e.agent_id LEFT JOIN \(runs) p ON p.id = d.parent
                ORDER BY d.depth, e.created_at, e.id
                """
        },
        { row, writer in
            let id: WorkflowExecutionID = try row.requiredID("id")
            let created = try row.creation(else: "started_at", "completed_at", "updated_at")
            let updated = try row.instant("updated_at") ?? created
            let retries = min(try row.integer("retry_count", in: 0 ... .max) ?? 0, 1_000)
            try Self.queue(id, row, retries, at: created, writer)
            let usage = try row.object("resource_usage")
            if usage != .emptyObject {
                try writer.then(
                    .workflowExecution(
                        .reportResourceUsage(
                            .with {
                                $0.id = id
                                $0.usage = usage
                            })), at: created)
            }
            let status = try Self.status(row)
            let known = try writer.states.find(id)
            if let known, known.status == status, retries <= known.retryCount { return }
            let attempts = Self.attempts(retries, status, known)
            if let known, !Self.canReach(status, from: known, attempts) { return try row.cannotReach("status") }
            if attempts > retries { try row.change("retry_count", "one more: a run that failed goes on as a retry") }
            let begin = [
                DomainCommand.workflowExecution(.dispatch(.with { $0.id = id })),
                .workflowExecution(.start(.with { $0.id = id })),
            ]
            // Earlier attempts are told by their number alone.
            let started = try row.instant("started_at")
            let ended = try row.instant("completed_at") ?? (known == nil ? started ?? created : updated)
            if known?.status == .paused, status != .cancelled {
                try Self.resume(id, try row.instant("resumed_at"), after: known?.pausedAt, else: ended, writer)
            }
            let before = known == nil ? created : max(known?.completedAt ?? created, min(started ?? updated, updated))
            for _ in stride(from: known?.retryCount ?? 0, to: attempts, by: 1) {
                for command in begin { try writer.then(command, at: before) }
                try writer.then(.workflowExecution(.fail(.with { $0.id = id })), at: before)
                try writer.then(.workflowExecution(.scheduleRetry(.with { $0.id = id })), at: before)
            }
            // A run that waits has not started, whatever the column's default says.
            if status == .queued { return }
            if status == .pending { return try writer.then(begin[0], at: updated) }
            if status != .cancelled || started != nil {
                for command in begin {
                    try writer.then(command, at: max(started ?? ended, known == nil ? created : before))
                }
                try Self.pause(id, status, row, else: ended, writer)
            }
            if let last = try Self.last(id, status, row) { try writer.then(last, at: ended) }
        })

    /// As many as the row says, and one more where a run that failed goes on without that; never more than it may have.
    private static func attempts(
        _ retries: Int, _ status: WorkflowExecution.Status, _ known: WorkflowExecution?
    ) -> Int {
        guard let known else { return retries }
        let wanted = known.status == .failed && status != .failed ? max(retries, known.retryCount + 1) : retries
        return min(wanted, max(known.retryCount, known.maxRetries))
    }

    /// Whether the ledger's run can come to a status. A retry begins anew.
    private static func canReach(
        _ status: WorkflowExecution.Status, from known: WorkflowExecution, _ attempts: Int
    ) -> Bool {
        let isRetried = attempts > known.retryCount
        return switch known.status {
        case .queued: true
        case .pending: isRetried || status != .queued
        case .running, .paused: isRetried || status != .queued && status != .pending
        case .failed: isRetried
        case .completed, .timeout, .cancelled: false
        }
    }

    /// Resumes a run that is paused, at the time that the row says if that is later than the pause.
    private static func resume(
        _ id: WorkflowExecutionID, _ resumed: Instant?, after paused: Instant?, else instant: Instant,
        _ writer: AdoptionWriter
    ) throws {
        let isLater = resumed.map { $0 >= paused ?? $0 } ?? false
        try writer.then(
            .workflowExecution(.resume(.with { $0.id = id })),
            at: isLater ? resumed ?? instant : max(instant, paused ?? instant))
    }

    private static func status(_ row: SourceRow) throws -> WorkflowExecution.Status {
        let others: [String: WorkflowExecution.Status] = [
            "succeeded": .completed, "success": .completed, "error": .failed, "canceled": .cancelled,
            "timed_out": .timeout, "in_progress": .running,
        ]
        if let status = try row.word("status", else: others) { return status }
        return row.row["completed_at"] == nil ? .queued : .completed
    }

    private static func queue(
        _ id: WorkflowExecutionID, _ row: SourceRow, _ retries: Int, at created: Instant, _ writer: AdoptionWriter
    ) throws {
        let agent: AgentID? = try row.bool("adopted_is_synthetic") ? nil : try row.id("agent_id")
        let organization = try writer.organization(of: row, orOf: "adopted_owner_id", at: created)
        let owner = row.row["adopted_owner"].flatMap { OrganizationID($0) } ?? AdoptionWriter.common
        if let agent, owner != organization { try writer.share(agent, with: organization, at: created) }
        let data = try row.object("execution_data")
        let isOurs = data.member("input") != nil && data.member("output") != nil
        let (parent, correlation) = try Self.family(id, row, writer)
        var limit = try row.integer("max_retries", in: 0 ... .max)
        if let most = limit, most < retries {
            try row.change("max_retries", "raised to the retries that there were")
            limit = retries
        }
        try writer.record(
            .workflowExecution(
                .queue(
                    try .with {
                        $0.id = id
                        $0.workflow = try row.requiredID("workflow_id")
                        $0.agent = agent
                        $0.input = isOurs ? data.member("input") ?? .emptyObject : data
                        $0.metadata = isOurs ? data.member("metadata") ?? .emptyObject : .emptyObject
                        $0.parent = parent
                        $0.correlation = correlation
                        $0.maxRetries = limit
                    })), at: created)
        if isOurs {
            let own: Set<String> = ["input", "metadata"]
            let rest = data.without(row.row["status"] == "completed" ? own.union(["output"]) : own)
            if rest != .emptyObject { row.keep("execution_data", rest) }
        }
    }

    /// The parent and the correlation: a child has its parent's, and of several roots with one the first has it.
    private static func family(
        _ id: WorkflowExecutionID, _ row: SourceRow, _ writer: AdoptionWriter
    ) throws -> (WorkflowExecutionID?, CorrelationID) {
        var parent: WorkflowExecutionID? = try row.id("parent_execution_id")
        if parent != nil, row.row["adopted_parent"] == nil {
            try row.change(
                "parent_execution_id", "a run of another organization, or below this one, is no parent; left out")
            parent = nil
        }
        let correlation: CorrelationID = try row.id("correlation_id") ?? .zero
        if parent != nil {
            if row.row["correlation_id"] != row.row["adopted_parent_correlation"] { row.keep("correlation_id") }
            return (parent, .zero)
        }
        if try !row.bool("adopted_is_anothers"), try writer.take(WorkflowExecution.alias(of: correlation), for: id) {
            return (nil, correlation)
        }
        try row.change("correlation_id", "another run has it; the run's own id was taken")
        return (nil, .zero)
    }

    /// The last pause and the last resumption; what was before them is not told.
    private static func pause(
        _ id: WorkflowExecutionID, _ status: WorkflowExecution.Status, _ row: SourceRow, else ended: Instant,
        _ writer: AdoptionWriter
    ) throws {
        let pause = DomainCommand.workflowExecution(
            .pause(
                .with {
                    $0.id = id
                    $0.reason = status == .paused ? row.text("status_message") : nil
                }))
        let resume = DomainCommand.workflowExecution(.resume(.with { $0.id = id }))
        let (paused, resumed) = (try row.instant("paused_at"), try row.instant("resumed_at"))
        if let paused, let resumed, resumed >= paused {
            try writer.then(pause, at: paused)
            return try writer.then(resume, at: resumed)
        }
        if let resumed {
            try writer.then(pause, at: resumed)
            try writer.then(resume, at: resumed)
        }
        guard let paused else { return }
        try writer.then(pause, at: paused)
        // One that went on, though nobody noted when.
        if status != .paused, status != .cancelled {
            try Self.resume(id, nil, after: paused, else: ended, writer)
        }
    }

    private static func last(
        _ id: WorkflowExecutionID, _ status: WorkflowExecution.Status, _ row: SourceRow
    ) throws -> DomainCommand? {
        switch status {
        case .queued, .pending, .running, .paused: return nil
        case .completed:
            return .workflowExecution(
                .complete(
                    try .with {
                        $0.id = id
                        $0.output = try row.object("execution_data").member("output") ?? .emptyObject
                        $0.message = row.text("status_message")
                    }))
        case .failed:
            return .workflowExecution(
                .fail(
                    .with {
                        $0.id = id
                        $0.errorCode = row.text("error_code")
                        $0.errorMessage = row.text("error_message") ?? ""
                    }))
        case .timeout:
            return .workflowExecution(
                .timeOut(
                    .with {
                        $0.id = id
                        $0.message = row.text("status_message")
                    }))
        case .cancelled:
            return .workflowExecution(
                .cancel(
                    .with {
                        $0.id = id
                        $0.reason = row.text("status_message")
                    }))
        }
    }

    static let losses = [
        Loss("workflow_executions", "execution_logs", "kept in adopted_rows"),
        Loss(
            "workflow_executions", "performance_metrics",
            "computed from calls, which the platform does not tell one by one; kept in adopted_rows"),
        Loss("workflow_executions", "updated_at", "the time of the last change that was taken over"),
    ]
}
