import LedgerDomain
import LedgerEvents

/// `agent_logs`: what came of runs and of agents' parts in them, as their details tell; a row whose details tell nothing is
/// a run of its agent.
enum AdoptedLog {
    private static func rows(_ schema: AdoptedSchema) -> String {
        // An id in the details counts if it is one; a workflow's counts if no other organization had it first.
        let isID = { (member: String) in
            "l.details->>'\(member)' ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'"
        }
        return """
            (SELECT *, CASE WHEN first_value(coalesce(organization_id, adopted_maker::text)) OVER (
                PARTITION BY adopted_named_workflow ORDER BY adopted_began, id)
                IS NOT DISTINCT FROM coalesce(organization_id, adopted_maker::text) THEN adopted_named_workflow END
              AS adopted_workflow_id
            FROM (
              SELECT l.*, a.org_id AS adopted_org_id, a.created_by AS adopted_maker,
                coalesce(l.started_at, l.completed_at, a.created_at) AS adopted_began,
                coalesce(o.id, a.org_id)::text AS organization_id,
                CASE WHEN \(isID("workflow_id")) THEN lower(l.details->>'workflow_id') END AS adopted_named_workflow,
                coalesce(l.details->>'kind' = 'agent_execution' AND \(isID("agent_execution_id"))
                  AND \(isID("workflow_execution_id")), false) AS adopted_is_part
              FROM \(schema.table("agent_logs")) l LEFT JOIN \(schema.table("agents")) a ON a.id = l.agent_id
              LEFT JOIN \(schema.table("organizations")) o ON o.id::text = lower(l.details->>'organization_id')) placed)
            """
    }

    /// Rows of parts, each of the organization of its run, or of the first part of a run that has no row.
    private static func partRows(_ schema: AdoptedSchema) -> String {
        let columns = (schema.columns["agent_logs"] ?? []).map { "l.\(AdoptedSchema.quoted($0))" }
        return """
            (SELECT \(columns.joined(separator: ", ")), l.adopted_org_id, l.adopted_began,
              l.details->>'agent_execution_id' AS adopted_part, l.details->>'workflow_execution_id' AS adopted_run,
              r.id IS NOT NULL AS adopted_has_run,
              CASE WHEN r.id IS NOT NULL THEN r.organization_id ELSE first_value(l.organization_id) OVER w END
                AS organization_id,
              CASE WHEN r.id IS NOT NULL THEN r.adopted_maker ELSE first_value(l.adopted_maker) OVER w END AS adopted_maker
            FROM \(Self.rows(schema)) l LEFT JOIN \(Self.rows(schema)) r
              ON r.id::text = lower(l.details->>'workflow_execution_id') AND NOT r.adopted_is_part
            WHERE l.adopted_is_part
            WINDOW w AS (PARTITION BY lower(l.details->>'workflow_execution_id') ORDER BY l.adopted_began, l.id))
            """
    }

    /// The one that the row tells, else one of its agent's own runs.
    private static func workflow(_ row: SourceRow, in organization: OrganizationID) throws -> WorkflowID {
        if let id: WorkflowID = try row.id("adopted_workflow_id") { return id }
        return WorkflowID(bits: UUIDv5.named("agent_logs/\(row.text("agent_id") ?? "")", in: organization.bits))
    }

    static let workflows = Adoption.Stage(
        "agent_logs", key: ["adopted_workflow_id", "agent_id"],
        sql: { schema in
            """
            SELECT DISTINCT ON (organization_id, adopted_maker, adopted_workflow_id, agent_id) * FROM (
              SELECT organization_id, adopted_maker, adopted_workflow_id,
                CASE WHEN adopted_workflow_id IS NULL THEN agent_id::text END AS agent_id, adopted_began
              FROM \(Self.rows(schema)) l WHERE NOT adopted_is_part
              UNION ALL SELECT organization_id, adopted_maker, NULL, NULL, adopted_began
              FROM \(Self.partRows(schema)) l WHERE NOT adopted_has_run) w
            ORDER BY organization_id, adopted_maker, adopted_workflow_id, agent_id, adopted_began
            """
        },
        { row, writer in
            let began = try row.instant("adopted_began") ?? row.rules.earliest
            let organization = try writer.organization(of: row, orOf: "adopted_maker", at: began)
            let id = try Self.workflow(row, in: organization)
            try writer.then(
                .workflow(
                    .create(
                        .with {
                            $0.id = id
                            $0.organization = organization
                            $0.name = "adopted \(id)"
                        })), at: began)
        })

    static let runs = Adoption.Stage(
        "agent_logs",
        sql: { schema in
            """
            SELECT * FROM \(Self.rows(schema)) l WHERE NOT adopted_is_part
            ORDER BY adopted_began, id
            """
        },
        { row, writer in
            let id: WorkflowExecutionID = try row.requiredID("id")
            let details = try row.object("details")
            let began = try row.creation("adopted_began")
            let ended = try row.instant("completed_at") ?? began
            let retries = details.integer("retry_count") ?? 0
            let organization = try writer.organization(of: row, orOf: "adopted_maker", at: began)
            try Self.share(row, with: organization, at: began, writer)
            try writer.record(
                .workflowExecution(
                    .queue(
                        try .with {
                            $0.id = id
                            $0.workflow = try Self.workflow(row, in: organization)
                            $0.agent = try row.id("agent_id")
                            $0.triggeredBy = details.text("triggered_by").flatMap { .init(rawValue: $0) } ?? .manual
                            $0.maxRetries = max(retries, WorkflowExecution.adoptedRetries)
                            // Our own exports tell of the run there; others say what they like.
                            $0.metadata = details.member("kind") == nil ? details : .emptyObject
                        })), at: began)
            let usage = details.member("resource_usage") ?? .emptyObject
            if usage.text.hasPrefix("{"), usage != .emptyObject {
                try writer.then(
                    .workflowExecution(
                        .reportResourceUsage(
                            .with {
                                $0.id = id
                                $0.usage = usage
                            })), at: ended)
            }
            let status = try Self.status(row)
            if let known = try writer.states.find(id), known.status.isFinished {
                if !Self.isSame(known.status, status) { try row.cannotReach("status") }
                return
            }
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
            if try row.instant("started_at") != nil || status != .warning {
                for command in start { try writer.then(command, at: began) }
            }
            if let end = Self.end(of: id, status, row, details) { try writer.then(end, at: ended) }
        })

    /// Lends the agent to the organization in which it worked, where it belongs to another. One that belongs to nobody
    /// belongs to the organization that stands in.
    private static func share(
        _ row: SourceRow, with organization: OrganizationID, at instant: Instant, _ writer: AdoptionWriter
    ) throws {
        let place = row.text("organization_id")
        guard let agent: AgentID = try row.id("agent_id"), place == nil || row.text("adopted_org_id") != place,
            place != nil || row.text("adopted_maker") != nil
        else { return }
        try writer.share(agent, with: organization, at: instant)
    }

    /// What platforms write of how a run ended.
    enum Status: String, CaseIterable {
        case success, error, warning
        /// It has not ended.
        case open
        /// It ended, and the platform's word for how says nothing to us.
        case other

        static let others: [String: Status] = [
            "ok": .success, "completed": .success, "complete": .success, "succeeded": .success, "done": .success,
            "failed": .error, "failure": .error, "fail": .error, "critical": .error, "exception": .error,
            "timeout": .error, "timed_out": .error, "warn": .warning, "cancelled": .warning, "canceled": .warning,
            "aborted": .warning, "skipped": .warning, "running": .open, "started": .open, "pending": .open,
            "in_progress": .open, "queued": .open,
        ]
    }

    static func status(_ row: SourceRow) throws -> Status {
        guard let text = row.text("status") else { return .open }
        if text == "success" || text == "error" || text == "warning" { return Status(rawValue: text) ?? .other }
        let plain = text.trimmed.lowercased().replacing(" ", with: "_").replacing("-", with: "_")
        var status = Status(rawValue: plain) ?? Status.others[plain] ?? .other
        if status == .other, try row.instant("completed_at") == nil { status = .open }
        let words: [Status: String] = [
            .success: "success", .error: "error", .warning: "warning", .open: "under way",
            .other: "completed, which it may not be (status_conflict)",
        ]
        try row.change("status", "adopted as \(words[status] ?? "")")
        return status
    }

    /// Whether a run of the ledger ended as the row says.
    private static func isSame(_ known: WorkflowExecution.Status, _ status: Status) -> Bool {
        switch known {
        case .completed: status == .success || status == .other
        case .failed, .timeout: status == .error
        case .cancelled: status == .warning
        case .queued, .pending, .running, .paused: status == .open
        }
    }

    private static func end(
        of id: WorkflowExecutionID, _ status: Status, _ row: SourceRow, _ details: JSONText
    ) -> DomainCommand? {
        if status == .open { return nil }
        let message = row.text("message")
        let isTimeout =
            details.text("status") == "timeout"
            || ["timeout", "timed_out"].contains(row.text("status")?.lowercased() ?? "")
        switch status {
        case .success, .other:
            return .workflowExecution(
                .complete(
                    .with {
                        $0.id = id
                        $0.message = message
                        if status == .other { $0.statusConflict = row.text("status") }
                    }))
        case .error where isTimeout:
            return .workflowExecution(
                .timeOut(
                    .with {
                        $0.id = id
                        $0.message = message
                    }))
        case .error:
            return .workflowExecution(
                .fail(
                    .with {
                        $0.id = id
                        $0.errorCode = details.text("error_code")
                        $0.errorMessage = message ?? ""
                    }))
        case .warning, .open:
            return .workflowExecution(
                .cancel(
                    .with {
                        $0.id = id
                        $0.reason = message
                    }))
        }
    }

    /// Runs that parts tell of and that have not ended, so that no row is theirs.
    static let openRuns = Adoption.Stage(
        "agent_logs", key: ["adopted_run"],
        sql: { schema in
            """
            SELECT adopted_run, organization_id, adopted_maker, NULL AS adopted_workflow_id, NULL AS agent_id,
              min(adopted_began) AS adopted_began
            FROM \(Self.partRows(schema)) l WHERE NOT adopted_has_run GROUP BY 1, 2, 3 ORDER BY adopted_began, 1
            """
        },
        { row, writer in
            let id: WorkflowExecutionID = try row.requiredID("adopted_run")
            let began = try row.instant("adopted_began") ?? row.rules.earliest
            let organization = try writer.organization(of: row, orOf: "adopted_maker", at: began)
            try writer.then(
                .workflowExecution(
                    .queue(
                        try .with {
                            $0.id = id
                            $0.workflow = try Self.workflow(row, in: organization)
                        })), at: began)
        })

    static let parts = Adoption.Stage(
        "agent_logs",
        sql: { schema in
            """
            SELECT * FROM \(Self.partRows(schema)) l ORDER BY adopted_began, id
            """
        },
        { row, writer in
            let id: AgentExecutionID = try row.requiredID("adopted_part")
            let details = try row.object("details")
            let began = try row.creation("adopted_began")
            let organization = try writer.organization(of: row, orOf: "adopted_maker", at: began)
            try Self.share(row, with: organization, at: began, writer)
            try writer.record(
                .agentExecution(
                    .queue(
                        try .with {
                            $0.id = id
                            $0.workflowExecution = try row.requiredID("adopted_run")
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
            let message = row.text("message")
            let status = try Self.status(row)
            if let known, retries <= known.retryCount {
                let ends: [AgentExecution.Status: [Status]] = [
                    .completed: [.success, .other], .failed: [.error], .skipped: [.warning],
                    .running: [.open, .success, .other, .error],
                ]
                if let fitting = ends[known.status], !fitting.contains(status) { return try row.cannotReach("status") }
            }
            switch status {
            case .open: try writer.then(start, at: began)
            case .success, .other:
                try writer.then(start, at: began)
                try writer.then(.agentExecution(.complete(.with { $0.id = id })), at: ended)
                if let message { row.keep("message", .string(message)) }
            case .error:
                guard known?.status != .failed else { return }
                try writer.then(start, at: began)
                try writer.then(
                    .agentExecution(
                        .fail(
                            .with {
                                $0.id = id
                                $0.reason = message ?? ""
                                $0.errorDetails = details.member("error_details")
                            })), at: ended)
            case .warning:
                try writer.then(
                    .agentExecution(
                        .skip(
                            .with {
                                $0.id = id
                                $0.reason = message
                            })), at: ended)
            }
        })

    static let losses = [
        Loss(
            "agent_logs", "details", where: "details->>'kind' IS NULL",
            "details of the platform's own become the run's metadata; ours tell of the run")
    ]
}

extension WorkflowExecution {
    /// As many as a workflow permits unless it says otherwise.
    fileprivate static let adoptedRetries = Workflow.defaultMaxRetries
}

extension JSONText {
    /// A string.
    static func string(_ text: String) -> JSONText {
        var json = JSONWriter()
        json.string(text)
        return JSONText(uncheckedCanonical: json.text)
    }
}
