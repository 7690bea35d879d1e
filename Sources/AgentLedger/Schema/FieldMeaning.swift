import LedgerEvents

/// What a field's type alone does not say: what one unit of a number is, and what stands in for a command's field that
/// is left out. Keyed by the field's name, or by `OWNER.NAME` where it means something else there; the owner is a
/// command, an event or a nested record.
package enum FieldMeaning {
    /// What one unit of the number is; nil for what is no number.
    package static func unit(of field: FieldDescription, in owner: String) -> String? {
        guard field.shape.kind.isNumber else { return nil }
        if let own = self.units["\(owner).\(field.name)"] ?? self.units[field.name] { return own }
        return self.endings.first { field.name.hasSuffix($0.key) }?.value
    }

    /// What the ledger puts in for a command's field that is left out, where that depends on more than the field.
    package static func filledIn(_ field: FieldDescription, by command: String) -> String? {
        self.fillings["\(command).\(field.name)"]
    }

    /// Where a command is refused without a field that other commands of its name may leave out.
    package static func condition(of field: FieldDescription, in command: String) -> RequiredWhere? {
        self.conditions["\(command).\(field.name)"]
    }

    private static let conditions: [String: RequiredWhere] = {
        var conditions: [String: RequiredWhere] = [
            "agent.create.organization_id": .leftOut(["owner_user_id"]),
            "agent.create.owner_user_id": .leftOut(["organization_id"]),
            "conversation.start.agent_name": .leftOut(["agent_id"]),
            "conversation.start.agent_type": .leftOut(["agent_id"]),
            "deliverable.create.organization_id": .leftOut(
                ["conversation_id", "project_id", "project_step_id", "task_id"]),
            "deliverable_version.add.content": .leftOut(["file_attachments"]),
            "deliverable_version.add.file_attachments": .leftOut(["content"]),
            "price.set.model": .given(["provider"]),
            "task.create.organization_id": .leftOut(["agent_conversation_id"]),
            "workflow_trigger.add.schedule_cron": .value("trigger_type", ["schedule"], isDefault: false),
            "workflow_trigger.add.trigger_type": .given(["schedule_cron", "webhook_url"]),
            "workflow_trigger.add.webhook_url": .value("trigger_type", ["webhook"], isDefault: false),
            "workflow_trigger.change.schedule_cron": .state("the trigger is a schedule"),
            "workflow_trigger.change.webhook_url": .state("the trigger is a webhook"),
        ]
        for command in ["agent.create", "agent.configure"] {
            conditions["\(command).llm_config"] = .value("protocol", ["context"], isDefault: true)
            conditions["\(command).endpoint"] = .value("protocol", ["api", "external"], isDefault: false)
            conditions["\(command).protocol"] = .given(["endpoint"])
        }
        for command in ["conversation.add_participant", "conversation.remove_participant", "task.assign"] {
            conditions["\(command).user_id"] = .leftOut(["agent_id"])
            conditions["\(command).agent_id"] = .leftOut(["user_id"])
        }
        return conditions
    }()

    /// Units stand last in a name.
    private static let endings: KeyValuePairs<String, String> = [
        "_tokens": "tokens", "_ms": "ms", "_seconds": "s", "_bytes": "bytes", "_mb": "MiB", "_days": "days",
    ]

    static let units: [String: String] = [
        "above": "input tokens of a request",
        "amount": "units of the currency",
        "approval_number": "ordinal of the request, from 1",
        "chunk_index": "place in the document, from 0",
        "computed_cost": "units of its currency",
        "cpu_limit": "cores",
        "currency_digits": "digits after the point",
        "dropped_attributes_count": "attributes",
        "dropped_events_count": "events",
        "dropped_links_count": "links",
        "embedding": "component of the vector",
        "embedding_dimensions": "components of each vector",
        "end_time_unix_nano": "ns since 1970-01-01T00:00:00Z",
        "flags": "bits, as W3C Trace Context and OTLP define them",
        "from_position": "position in the log",
        "hierarchy_level": "levels below the top, which is 0",
        "line": "ordinal of the line or request in the file, from 1",
        "line_number": "ordinal; tells equal lines apart",
        "max_concurrent_executions": "runs under way at once",
        "max_retries": "repetitions",
        "monthly_execution_quota": "runs a month",
        "observed_time_unix_nano": "ns since 1970-01-01T00:00:00Z; 0: not said",
        "per": "units of what is priced: 1 or 1,000,000",
        "position": "position in the log",
        "position_x": "canvas units to the right",
        "position_y": "canvas units down",
        "price_matching": "number of the rules",
        "price.set.amount": "units of the currency for `per` of what is priced",
        "priority": "rank; smaller comes first",
        "progress": "percent, 0-100",
        "quantity": "units of the usage type: tokens, runs, calls",
        "reported_cost": "units of its currency",
        "retry_count": "ordinal of the repetition, from 1",
        "revision": "ordinal of the revision, from 1",
        "rows": "rows",
        "schema_version": "version of the event's meaning, from 1",
        "score": "points, 0-100, or of the source's own scale",
        "severity_number": "code of OpenTelemetry, 1-24; 0: not said",
        "span_count": "spans",
        "span_kind": "code of OpenTelemetry, 0-5",
        "start_time_unix_nano": "ns since 1970-01-01T00:00:00Z",
        "status_code": "code of OpenTelemetry: 0 unset, 1 OK, 2 error",
        "step_index": "place in the project, from 0",
        "tables": "tables",
        "tax_rate": "fraction: 0.19 is 19 %",
        "temperature": "the model's own scale, 0-2",
        "time_unix_nano": "ns since 1970-01-01T00:00:00Z; 0: not said",
        "through_position": "position in the log",
        "to_position": "position in the log",
        "token_count": "tokens",
        "total_cost": "units of its currency",
        "unit_price": "units of the currency for one unit of the usage type",
        "unpriced_records": "usage records",
        "unrounded_amount": "units of the currency",
        "value": "as the field `unit` says",
        "version_number": "ordinal of the version, from 1",
        "workflow_version": "ordinal of the workflow's revision, from 1",
    ]

    static let fillings: [String: String] = [
        "agent.configure.version": "the next patch",
        "agent.create.authoring": "`code`",
        "agent.create.version": "1.0.0",
        "alert.trigger.agent_id": "the agent that the rule watches",
        "alert_rule.define.enabled": "true",
        "clock.tick.time": "the time of the command",
        "container_allocation.allocate.cpu_limit": "as the tier has them",
        "container_allocation.allocate.memory_limit_mb": "as the tier has them",
        "container_allocation.allocate.network_isolation": "as the tier has it",
        "container_allocation.allocate.tier": "what the owner's subscription gives",
        "container_allocation.change.cpu_limit": "as the tier has them",
        "container_allocation.change.memory_limit_mb": "as the tier has them",
        "container_allocation.change.network_isolation": "as the tier has it",
        "container_allocation.change.tier": "what the owner's subscription gives",
        "conversation.start.agent_type": "the agent's protocol",
        "conversation.start.user_id": "the actor",
        "deliverable.create.conversation_id": "that of the task or the project",
        "deliverable.create.project_id": "that of the step",
        "deliverable.create.user_id": "the actor, else the user of what it is made in",
        "deliverable_version.add.created_by_type": "`ai_response`",
        "document_chunk.record.embedding_model": "that of the collection",
        "invoice.add_line.quantity": "1",
        "invoice.draft.currency": "USD",
        "invoice.issue.due_date": "30 days after the issue",
        "invoice.issue.issue_date": "the day of the command",
        "invoice.pay.paid_date": "the day of the command",
        "marketplace_listing.request.marketplace_name": "`hyphrki`",
        "model_call.record.operation": "`chat`",
        "organization.set_execution_quota.monthly_execution_quota": "500",
        "organization.start_quota_period.period_start": "the day of the command",
        "price.set.currency": "USD",
        "price.set.per": "1,000,000 for tokens, 1 for all else",
        "project.create.user_id": "the actor, else the conversation's user",
        "project.change_plan.name": "as before",
        "project_step.add.step_index": "the number of steps before it",
        "task.approve.approval_number": "the last request",
        "task.create.agent_name": "that of the conversation",
        "task.create.deliverable_type": "`text`",
        "task.create.timeout_seconds": "300",
        "task.create.user_id": "the actor, else the conversation's user",
        "task.reject.approval_number": "the last request",
        "task_comment.post.user_id": "the actor",
        "user.verify_email.email": "the current one",
        "workflow.create.version": "1.0.0",
        "workflow.revise.description": "as before",
        "workflow.revise.version": "the next patch",
        "workflow_execution.queue.max_retries": "the workflow's own limit",
        "workflow_execution.queue.workflow_version": "the current one",
        "workflow_node.place.enabled": "true",
        "workflow_node.place.max_tokens": "2048",
        "workflow_node.place.model_name": "`gpt-4`",
        "workflow_node.place.temperature": "0.7",
        "workflow_trigger.add.enabled": "true",
        "workflow_trigger.add.max_concurrent_executions": "1",
    ]
}

/// Where a command is refused without a field.
package enum RequiredWhere: Hashable, Sendable {
    /// Where another field has one of these values.
    /// - Parameter isDefault: whether it has such a value when it is left out.
    case value(_ field: String, [String], isDefault: Bool)
    /// Where all of these are left out.
    case leftOut([String])
    /// Where any of these is given.
    case given([String])
    /// Where the thing itself is so.
    case state(String)

    /// `protocol is context, which it is unless given`
    package var words: String {
        switch self {
        case .value(let field, let values, let isDefault):
            "\(field) is \(values.joined(separator: " or "))" + (isDefault ? ", which it is unless given" : "")
        case .leftOut(let fields): Self.list(fields, "and") + (fields.count == 1 ? " is left out" : " are left out")
        case .given(let fields): Self.list(fields, "or") + " is given"
        case .state(let words): words
        }
    }

    /// Whether it is so when nothing is said of it.
    var isDefault: Bool { if case .value(_, _, isDefault: true) = self { true } else { false } }

    private static func list(_ names: [String], _ word: String) -> String {
        names.count == 1 ? names[0] : "\(names.dropLast().joined(separator: ", ")) \(word) \(names[names.count - 1])"
    }
}

extension FieldKind {
    /// Whether a value of it counts or measures something.
    var isNumber: Bool {
        switch self {
        case .integer, .unsigned, .float, .double, .position, .decimal, .quantity, .money: true
        case .boolean, .text, .bytes, .hexadecimal, .uuid, .instant, .day, .currency, .json, .enumeration, .record:
            false
        }
    }
}
