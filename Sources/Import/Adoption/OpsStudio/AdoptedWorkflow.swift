import AgentDomain
import EventSourcing

/// `workflows`.
enum AdoptedWorkflow {
    /// Workflows that had one name, one after the other, come in under names of their own.
    private static func rows(_ schema: AdoptedSchema, orderedBy order: String) -> String {
        """
        SELECT w.*, p.person AS creator, count(*) OVER (PARTITION BY w.organization_id, w.name) AS namesakes
        FROM \(schema.table("workflows")) w LEFT JOIN \(schema.people) p ON p.id = w.created_by ORDER BY \(order)
        """
    }

    static let creation = Adoption.Stage("workflows", sql: { Self.rows($0, orderedBy: "w.created_at, w.id") }) {
        row, writer in
        let id: WorkflowID = try row.requiredID("id")
        let created = try row.requiredInstant("created_at")
        let name = try row.required("name")
        let definition = try row.object("definition")
        try writer.record(
            .workflow(
                .create(
                    try .with {
                        $0.id = id
                        $0.organization = try row.requiredID("organization_id")
                        $0.name = row.text("namesakes") == "1" ? name : "\(name.prefix(200)) (\(id))"
                        $0.description = row.text("description")
                        $0.definition = definition
                        $0.createdBy = try row.id("creator")
                    })), at: created)
        let known = try writer.states.find(id)
        if let known, known.status == .archived || known.deletedAt != nil { return }
        let updated = try row.instant("updated_at") ?? created
        let revision = try row.integer("version") ?? 1
        // Its earlier definitions are not told; that there were some is.
        for number in stride(from: known?.revision ?? 1, to: min(revision, 10_000), by: 1) {
            try writer.then(
                .workflow(
                    .revise(
                        .with {
                            $0.id = id
                            $0.version = "1.0.\(number)"
                            $0.definition = definition
                        })), at: updated)
        }
        try writer.then(
            .workflow(
                .changeExecutionPolicy(
                    try .with {
                        $0.id = id
                        $0.timeoutSeconds = try row.integer("execution_timeout")
                        $0.maxRetries = try row.integer("max_retries")
                        $0.errorHandling = try row.json("error_handling")
                    })), at: updated)
    }

    static let end = Adoption.Stage(
        "workflows", sql: { Self.rows($0, orderedBy: "w.deleted_at NULLS LAST, w.updated_at, w.id") }
    ) { row, writer in
        let id: WorkflowID = try row.requiredID("id")
        let updated = try row.instant("updated_at") ?? row.requiredInstant("created_at")
        let known = try writer.states.find(id)
        guard known?.deletedAt == nil else { return }
        if row.text("namesakes") != "1", known?.status != .archived {
            try writer.then(
                .workflow(
                    .rename(
                        try .with {
                            $0.id = id
                            $0.name = try row.required("name")
                        })), at: updated)
        }
        let status: Workflow.Status = try row.word("status") ?? .draft
        if status != known?.status {
            let activation = DomainCommand.workflow(.activate(.with { $0.id = id }))
            switch status {
            case .draft: break
            case .active: try writer.then(activation, at: updated)
            case .paused:
                try writer.then(activation, at: updated)
                try writer.then(.workflow(.pause(.with { $0.id = id })), at: updated)
            case .archived: try writer.then(.workflow(.archive(.with { $0.id = id })), at: updated)
            }
        }
        guard let deleted = try row.instant("deleted_at") else { return }
        try writer.then(.workflow(.delete(.with { $0.id = id })), at: deleted)
    }

    static let losses = [
        Loss("workflows", "updated_at", "the time of the last change that was taken over, runs included"),
        Loss("workflows", "created_by", "the person; the id of the person's row follows from person and organization"),
        Loss("workflows", "updated_by", "it is the adoption that changes it last"),
    ]
}
