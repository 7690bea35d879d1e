import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

/// What came of each execution that has finished: of runs of workflows, and of every agent's part in them.
enum AgentLogTable {
    static let relation = Relation.concatenated([Self.runs, Self.parts])

    private static let runs = Relation.derived(
        from: WorkflowExecution.self, Self.table, goneBy: { [$0.id.sqlValue] }
    ) { run, _, body in
        if let row = Row(run) { try body(row) }
    }

    private static let parts = Relation.derived(
        from: AgentExecution.self, Self.table, goneBy: { [.uuid(Row.id(of: $0))] }
    ) { part, _, body in
        if let row = Row(part) { try body(row) }
    }

    static let table = Table<Row>(
        "agent_logs", primaryKey: "id", description: "What came of each execution that has finished."
    ) {
        Column("id", .uuid, { SQLValue.uuid($0.id) }, description: "A run's own; a part's is made from the part's.")
        Column("agent_id", .uuid, \.agent, description: "Null where no agent is told.").references("agents")
        Column("status", .varchar(50), \.outcome)
        Column("message", .text, \.message)
        Column("details", .jsonb, \.details, nullable: true)
        Column("started_at", .timestamptz, \.startedAt)
        Column("completed_at", .timestamptz, \.completedAt)
        Column(
            "duration", .integer, { $0.durationMilliseconds.map { Int32(clamping: $0) } }, unit: "ms")
        Deviation(
            "agent_logs", documented: "a row for each execution of an agent",
            reason: "an agent may host a run of a workflow, and may have a part in one; both are known",
            ours: "rows for both, told apart by kind in details; a run lasts as long as its parts: add up one kind only"
        )
        Deviation(
            "duration", documented: "32 bits of milliseconds", reason: "a run may last longer than 24.8 days",
            ours: "2147483647 for those; started_at and completed_at tell it")
    }
}

extension AgentLogTable {
    enum Outcome: String {
        case success, error, warning
    }

    struct Row {
        var id: UInt128
        var agent: AgentID?
        var outcome: Outcome
        var message: String?
        var details: JSONText
        var startedAt: Instant?
        var completedAt: Instant?
        var durationMilliseconds: Int64?

        /// Sources may call a run and its only part by one id; rows of both stand in one table.
        static func id(of part: AgentExecution) -> UInt128 {
            UUIDv5.named(part.id.description, in: 0x5D0C_7B1E_92A4_5F36_8E41_A3D7_60B9_2C18)
        }

        /// Nil while the run may still go on.
        init?(_ run: WorkflowExecution) {
            switch run.status {
            case .queued, .pending, .running, .paused: return nil
            case .completed: self.outcome = .success
            case .failed, .timeout: self.outcome = .error
            case .cancelled: self.outcome = .warning
            }
            self.id = run.id.bits
            self.agent = run.agent
            self.message = run.errorMessage ?? run.statusMessage
            self.startedAt = run.startedAt
            self.completedAt = run.completedAt
            self.durationMilliseconds = run.durationMilliseconds
            self.details = JSONText(members: [
                ("kind", .text(WorkflowExecution.kind)), ("workflow_execution_id", .text(run.id.description)),
                ("status", .text(run.status.rawValue)),
                ("organization_id", .text(run.organization.description)),
                ("workflow_id", .text(run.workflow.description)), ("triggered_by", .text(run.triggeredBy.rawValue)),
                ("error_code", run.errorCode.map { .text($0) }), ("retry_count", .number(run.retryCount)),
                ("resource_usage", .json(run.resourceUsage)),
            ])
        }

        /// Nil while the part may still go on.
        init?(_ part: AgentExecution) {
            switch part.status {
            case .queued, .running: return nil
            case .completed: self.outcome = .success
            case .failed: self.outcome = .error
            case .skipped: self.outcome = .warning
            }
            self.id = Self.id(of: part)
            self.agent = part.agent
            self.message = part.statusReason
            self.startedAt = part.startedAt
            self.completedAt = part.completedAt
            self.durationMilliseconds = part.durationMilliseconds
            self.details = JSONText(members: [
                ("kind", .text(AgentExecution.kind)), ("agent_execution_id", .text(part.id.description)),
                ("status", .text(part.status.rawValue)),
                ("organization_id", .text(part.organization.description)),
                ("workflow_execution_id", .text(part.workflowExecution.description)),
                ("retry_count", .number(part.retryCount)), ("error_details", part.errorDetails.map { .json($0) }),
            ])
        }
    }
}

/// The value of a member of `details`.
private enum Detail {
    case text(String)
    case number(Int)
    case json(JSONText)
}

extension JSONText {
    /// An object of the members that have a value.
    fileprivate init(members: [(name: String, value: Detail?)]) {
        var json = JSONWriter()
        json.beginObject()
        for member in members {
            guard let value = member.value else { continue }
            json.key(member.name)
            switch value {
            case .text(let text): json.string(text)
            case .number(let number): json.int(number)
            case .json(let text): json.raw(text)
            }
        }
        json.endObject()
        self.init(uncheckedCanonical: json.text)
    }
}
