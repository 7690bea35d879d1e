import AgentDomain
import EventSourcing

/// `workflow_executions` of an orchestrator.
enum AdoptedHostedRun {
    static let course = Adoption.Stage(
        "workflow_executions",
        sql: { schema in
            // A child comes after its parent, even where clocks differ.
            """
            WITH RECURSIVE depths(id, depth) AS (
              SELECT id, 0 FROM \(schema.table("workflow_executions")) WHERE parent_execution_id IS NULL
              UNION ALL SELECT c.id, p.depth + 1 FROM \(schema.table("workflow_executions")) c
              JOIN depths p ON c.parent_execution_id = p.id WHERE p.depth < 1000)
            SELECT e.*, h.is_synthetic, h.owner_id,  w.agent_id AS host_id,
              wh.organization_id
            FROM \(schema.table("workflow_executions")) e LEFT JOIN depths d ON d.id = e.id
            LEFT JOIN \(schema.hosts) h ON h.id = e.agent_id LEFT JOIN \(schema.table("workflows")) w ON w.id = e.workflow_id
            LEFT JOIN \(schema.hosts) wh ON wh.id = w.agent_id
            ORDER BY d.depth NULLS LAST, e.created_at, e.id
            """
        },
        { row, writer in
            let id: WorkflowExecutionID = try row.requiredID("id")
            let created = try row.requiredInstant("created_at")
            let updated = try row.instant("updated_at") ?? created
            try Self.queue(id, row, at: created, writer)
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
            let status: WorkflowExecution.Status = try row.word("status") ?? .queued
            let known = try writer.states.find(id)
            if let known, known.status == status || known.status.isFinished { return }
            let begin = [
                DomainCommand.workflowExecution(.dispatch(.with { $0.id = id })),
                .workflowExecution(.start(.with { $0.id = id })),
            ]
            let started = try row.instant("started_at")
            let ended = try row.instant("completed_at") ?? started ?? created
            // Earlier attempts are told by their number alone.
            for _ in stride(from: known?.retryCount ?? 0, to: min(try row.integer("retry_count") ?? 0, 1_000), by: 1) {
                for command in begin { try writer.then(command, at: created) }
                try writer.then(.workflowExecution(.fail(.with { $0.id = id })), at: created)
                try writer.then(.workflowExecution(.scheduleRetry(.with { $0.id = id })), at: created)
            }
            switch status {
            case .queued: return
            case .pending: return try writer.then(begin[0], at: updated)
            case .cancelled where started == nil: break
            case .running, .paused, .completed, .failed, .timeout, .cancelled:
                for command in begin { try writer.then(command, at: started ?? ended) }
                try Self.pause(id, status, row, writer)
            }
            if let last = try Self.last(id, status, row) { try writer.then(last, at: ended) }
        })

    private static func queue(
        _ id: WorkflowExecutionID, _ row: AdoptedRow, at created: Instant, _ writer: AdoptionWriter
    ) throws {
        let agent: AgentID? = try row.bool("is_synthetic") ? nil : try row.id("agent_id")
        if let agent, let organization: OrganizationID = try row.id("organization_id"),
            row.text("owner_id") != row.text("organization_id")
        {
            try writer.then(
                .agent(
                    .shareWithOrganization(
                        .with {
                            $0.id = agent
                            $0.organization = organization
                        })), at: created)
        }
        let data = try row.object("execution_data")
        let isOurs = data.member("input") != nil && data.member("output") != nil
        try writer.record(
            .workflowExecution(
                .queue(
                    try .with {
                        $0.id = id
                        $0.workflow = try row.requiredID("workflow_id")
                        $0.agent = agent
                        $0.input = isOurs ? data.member("input") ?? .emptyObject : data
                        $0.metadata = isOurs ? data.member("metadata") ?? .emptyObject : .emptyObject
                        $0.parent = try row.id("parent_execution_id")
                        if $0.parent == nil { $0.correlation = try row.requiredID("correlation_id") }
                        $0.maxRetries = try row.integer("max_retries")
                    })), at: created)
    }

    /// The last pause and the last resumption; what was before them is not told.
    private static func pause(
        _ id: WorkflowExecutionID, _ status: WorkflowExecution.Status, _ row: AdoptedRow, _ writer: AdoptionWriter
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
        if let paused { try writer.then(pause, at: paused) }
    }

    private static func last(
        _ id: WorkflowExecutionID, _ status: WorkflowExecution.Status, _ row: AdoptedRow
    ) throws -> DomainCommand? {
        let message = row.text("status_message")
        switch status {
        case .queued, .pending, .running, .paused: return nil
        case .completed:
            return .workflowExecution(
                .complete(
                    try .with {
                        $0.id = id
                        $0.output = try row.object("execution_data").member("output") ?? .emptyObject
                        $0.message = message
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
                        $0.message = message
                    }))
        case .cancelled:
            return .workflowExecution(
                .cancel(
                    .with {
                        $0.id = id
                        $0.reason = message
                    }))
        }
    }

    static let losses = [
        Loss("workflow_executions", "execution_logs", "lines that the platform keeps in the row are not taken over"),
        Loss(
            "workflow_executions", "performance_metrics",
            "computed from calls, which the platform does not tell one by one"),
        Loss("workflow_executions", "updated_at", "the time of the last change that was taken over"),
    ]
}
