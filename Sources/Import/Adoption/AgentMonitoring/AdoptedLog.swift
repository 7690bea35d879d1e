import AgentDomain
import EventSourcing

/// `agent_logs`: what came of runs and of agents' parts in them, as their details tell; a row whose details tell nothing is
/// a run of its agent.
enum AdoptedLog {
    private static func rows(_ schema: AdoptedSchema) -> String {
        """
        (SELECT l.*, a.org_id, coalesce(l.started_at, l.completed_at, a.created_at) AS began,
          coalesce(l.details->>'organization_id', a.org_id::text) AS organization_id,
          coalesce(l.details->>'kind', 'workflow_execution') = 'agent_execution' AS is_part
        FROM \(schema.table("agent_logs")) l LEFT JOIN \(schema.table("agents")) a ON a.id = l.agent_id)
        """
    }

    /// The one that the row tells, else one of its agent's own runs.
    private static func workflow(_ row: AdoptedRow) throws -> WorkflowID {
        if let id: WorkflowID = try row.id("workflow_id") { return id }
        let organization: OrganizationID = try row.requiredID("organization_id")
        return WorkflowID(bits: UUIDv5.named("agent_logs/\(row.text("agent_id") ?? "")", in: organization.bits))
    }

    static let workflows = Adoption.Stage(
        "agent_logs", key: ["workflow_id", "agent_id"],
        sql: { schema in
            """
            SELECT DISTINCT ON (organization_id, workflow_id, agent_id) * FROM (
              SELECT organization_id, details->>'workflow_id' AS workflow_id,
                CASE WHEN details->>'workflow_id' IS NULL THEN agent_id::text END AS agent_id, began
              FROM \(Self.rows(schema)) l WHERE NOT is_part
              UNION ALL SELECT organization_id, NULL, NULL, began FROM \(Self.rows(schema)) l WHERE is_part) w
            ORDER BY organization_id, workflow_id, agent_id, began
            """
        },
        { row, writer in
            let id = try Self.workflow(row)
            try writer.then(
                .workflow(
                    .create(
                        try .with {
                            $0.id = id
                            $0.organization = try row.requiredID("organization_id")
                            $0.name = "adopted \(id)"
                        })), at: try row.requiredInstant("began"))
        })

    static let runs = Adoption.Stage(
        "agent_logs",
        sql: { schema in
            "SELECT *, details->>'workflow_id' AS workflow_id FROM \(Self.rows(schema)) l WHERE NOT is_part ORDER BY began, id"
        },
        { row, writer in
            let id: WorkflowExecutionID = try row.requiredID("id")
            let details = try row.object("details")
            let began = try row.requiredInstant("began")
            let ended = try row.instant("completed_at") ?? began
            let retries = details.integer("retry_count") ?? 0
            if let agent: AgentID = try row.id("agent_id"), row.text("org_id") != row.text("organization_id") {
                try writer.then(
                    .agent(
                        .shareWithOrganization(
                            try .with {
                                $0.id = agent
                                $0.organization = try row.requiredID("organization_id")
                            })), at: began)
            }
            try writer.record(
                .workflowExecution(
                    .queue(
                        try .with {
                            $0.id = id
                            $0.workflow = try Self.workflow(row)
                            $0.agent = try row.id("agent_id")
                            $0.triggeredBy = details.text("triggered_by").flatMap { .init(rawValue: $0) } ?? .manual
                            $0.maxRetries = max(retries, WorkflowExecution.adoptedRetries)
                        })), at: began)
            let usage = details.member("resource_usage") ?? .emptyObject
            if usage != .emptyObject {
                try writer.then(
                    .workflowExecution(
                        .reportResourceUsage(
                            .with {
                                $0.id = id
                                $0.usage = usage
                            })), at: ended)
            }
            guard try writer.states.find(id).map({ !$0.status.isFinished }) ?? true else { return }
            let start = [
                DomainCommand.workflowExecution(.dispatch(.with { $0.id = id })),
                .workflowExecution(.start(.with { $0.id = id })),
            ]
            // Earlier attempts are told by their number alone.
            for _ in 0..<min(max(0, retries), 1_000) {
                for command in start { try writer.then(command, at: began) }
                try writer.then(.workflowExecution(.fail(.with { $0.id = id })), at: began)
                try writer.then(.workflowExecution(.scheduleRetry(.with { $0.id = id })), at: began)
            }
            if try row.instant("started_at") != nil || row.text("status") != "warning" {
                for command in start { try writer.then(command, at: began) }
            }
            try writer.then(try Self.end(of: id, row, details), at: ended)
        })

    private static func end(
        of id: WorkflowExecutionID, _ row: AdoptedRow, _ details: JSONText
    ) throws -> DomainCommand {
        let message = row.text("message")
        switch row.text("status") {
        case "success":
            return .workflowExecution(
                .complete(
                    .with {
                        $0.id = id
                        $0.message = message
                    }))
        case "error" where details.text("status") == "timeout":
            return .workflowExecution(
                .timeOut(
                    .with {
                        $0.id = id
                        $0.message = message
                    }))
        case "error":
            return .workflowExecution(
                .fail(
                    .with {
                        $0.id = id
                        $0.errorCode = details.text("error_code")
                        $0.errorMessage = message ?? ""
                    }))
        case "warning":
            return .workflowExecution(
                .cancel(
                    .with {
                        $0.id = id
                        $0.reason = message
                    }))
        case let status:
            throw CellError("status is \"\(status ?? "null")\", which is not one of success, error, warning")
        }
    }

    /// Runs that parts tell of and that have not ended, so that no row is theirs.
    static let openRuns = Adoption.Stage(
        "agent_logs", key: ["run"],
        sql: { schema in
            """
            SELECT details->>'workflow_execution_id' AS run, organization_id, NULL AS workflow_id, NULL AS agent_id,
              min(began) AS began
            FROM \(Self.rows(schema)) l WHERE is_part AND NOT EXISTS (
              SELECT FROM \(schema.table("agent_logs")) r WHERE r.id::text = l.details->>'workflow_execution_id')
            GROUP BY 1, 2 ORDER BY began, 1
            """
        },
        { row, writer in
            let id: WorkflowExecutionID = try row.requiredID("run")
            try writer.then(
                .workflowExecution(
                    .queue(
                        try .with {
                            $0.id = id
                            $0.workflow = try Self.workflow(row)
                        })), at: try row.requiredInstant("began"))
        })

    static let parts = Adoption.Stage(
        "agent_logs",
        sql: { schema in
            """
            SELECT *, details->>'agent_execution_id' AS part, details->>'workflow_execution_id' AS run
            FROM \(Self.rows(schema)) l WHERE is_part ORDER BY began, id
            """
        },
        { row, writer in
            let id: AgentExecutionID = try row.requiredID("part")
            let details = try row.object("details")
            let began = try row.requiredInstant("began")
            try writer.record(
                .agentExecution(
                    .queue(
                        try .with {
                            $0.id = id
                            $0.workflowExecution = try row.requiredID("run")
                            $0.agent = try row.id("agent_id")
                        })), at: began)
            let known = try writer.states.find(id)
            let start = DomainCommand.agentExecution(.start(.with { $0.id = id }))
            let retries = min(details.integer("retry_count") ?? 0, 1_000)
            for _ in stride(from: known?.retryCount ?? 0, to: retries, by: 1) {
                try writer.then(start, at: began)
                try writer.then(.agentExecution(.fail(.with { $0.id = id })), at: began)
                try writer.then(.agentExecution(.retry(.with { $0.id = id })), at: began)
            }
            let ended = try row.instant("completed_at") ?? began
            switch row.text("status") {
            case "success":
                try writer.then(start, at: began)
                try writer.then(.agentExecution(.complete(.with { $0.id = id })), at: ended)
            case "error":
                guard known?.status != .failed else { return }
                try writer.then(start, at: began)
                try writer.then(
                    .agentExecution(
                        .fail(
                            .with {
                                $0.id = id
                                $0.reason = row.text("message") ?? ""
                                $0.errorDetails = details.member("error_details")
                            })), at: ended)
            case "warning":
                try writer.then(
                    .agentExecution(
                        .skip(
                            .with {
                                $0.id = id
                                $0.reason = row.text("message")
                            })), at: ended)
            case let status: throw CellError("status is \"\(status ?? "null")\", which is not a part's")
            }
        })

    static let losses = [
        Loss(
            "agent_logs", "details", where: "details->>'kind' IS NULL",
            "details of the platform's own are not kept; ours tell of the run")
    ]
}

extension WorkflowExecution {
    /// As many as a workflow permits unless it says otherwise.
    fileprivate static let adoptedRetries = Workflow.defaultMaxRetries
}
