import LedgerDomain
import LedgerEvents

/// `workflows`.
enum AdoptedWorkflow {
    /// Workflows that had one name, one after the other, come in under names of their own. Of those that are there at the
    /// same time the oldest keeps the name.
    private static func rows(_ schema: AdoptedSchema, orderedBy order: String) -> String {
        """
        SELECT w.*, p.adopted_person AS adopted_creator,
          count(*) OVER (PARTITION BY w.organization_id, \(AdoptedSchema.name("w.name"))) AS adopted_namesakes
        FROM \(schema.table("workflows")) w LEFT JOIN \(schema.people) p ON p.id = w.created_by ORDER BY \(order)
        """
    }

    static let creation = Adoption.Stage("workflows", sql: { Self.rows($0, orderedBy: "w.created_at, w.id") }) {
        row, writer in
        let id: WorkflowID = try row.requiredID("id")
        let organization: OrganizationID = try row.requiredID("organization_id")
        let created = try row.creation(else: "updated_at", "deleted_at")
        let updated = try row.instant("updated_at") ?? created
        let name = try row.name("name", else: "Workflow \(id)")
        let definition = try row.configuration("definition")
        let description = row.text("description")
        let known = try writer.states.find(id)
        if let known {
            writer.recognize(id)
            if known.status == .archived || known.deletedAt != nil { return }
            try writer.then(
                .workflow(
                    .revise(
                        .with {
                            $0.id = id
                            $0.definition = definition
                            $0.description = description
                        })), at: updated)
        } else {
            try writer.record(
                .workflow(
                    .create(
                        try .with {
                            $0.id = id
                            $0.organization = organization
                            $0.name = try Self.firstName(name, id, organization, row, writer)
                            $0.description = description
                            $0.definition = definition
                            $0.createdBy = try row.id("adopted_creator")
                        })), at: created)
        }
        let revision = try row.integer("version", in: 1 ... .max) ?? 1
        // Its earlier definitions are not told; that there were some is.
        if revision > 10_000 { try row.change("version", "revisions after the ten-thousandth are left out") }
        let isRevised = known.map { $0.definition != definition } ?? false
        for number in stride(from: (known?.revision ?? 1) + (isRevised ? 1 : 0), to: min(revision, 10_000), by: 1) {
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
                        $0.timeoutSeconds = try row.integer("execution_timeout", in: 1...Int(Int32.max))
                        $0.maxRetries = try row.integer("max_retries", in: 0...Int(Int32.max))
                        $0.errorHandling =
                            row.text("error_handling") == nil ? nil : try row.configuration("error_handling")
                    })), at: updated)
    }

    /// The name, or one that holds until the end, when others of the name are gone.
    private static func firstName(
        _ name: String, _ id: WorkflowID, _ organization: OrganizationID, _ row: SourceRow, _ writer: AdoptionWriter
    ) throws -> String {
        if row.row["adopted_namesakes"] != "1" { return "\(name.prefix(200)) (\(id))" }
        return try writer.free(name, of: id, in: row, "name") { Workflow.alias(of: $0, in: organization) }
    }

    static let end = Adoption.Stage(
        "workflows",
        sql: { Self.rows($0, orderedBy: "\(AdoptedSchema.time("w.deleted_at")) NULLS LAST, w.created_at, w.id") }
    ) { row, writer in
        let id: WorkflowID = try row.requiredID("id")
        let updated = try row.creation("updated_at", else: "created_at")
        let known = try writer.states.find(id)
        let deleted = try row.instant("deleted_at")
        if known?.deletedAt != nil { return deleted == nil ? try row.cannotReach("deleted_at") : () }
        if known?.status != .archived {
            try Self.rename(id, isKnown: known != nil, isDeleted: deleted != nil, at: updated, row, writer)
        }
        let status: Workflow.Status =
            try row.word("status", else: ["enabled": .active, "disabled": .paused, "inactive": .paused]) ?? .draft
        if known?.status == .archived, status != .archived {
            try row.cannotReach("status")
        } else if status != known?.status {
            let activation = DomainCommand.workflow(.activate(.with { $0.id = id }))
            switch status {
            case .draft:
                if known != nil { try row.change("status", "a workflow does not become a draft again") }
            case .active: try writer.then(activation, at: updated)
            case .paused:
                try writer.then(activation, at: updated)
                try writer.then(.workflow(.pause(.with { $0.id = id })), at: updated)
            case .archived: try writer.then(.workflow(.archive(.with { $0.id = id })), at: updated)
            }
        }
        guard let deleted else { return }
        try writer.then(.workflow(.delete(.with { $0.id = id })), at: deleted)
    }

    private static func rename(
        _ id: WorkflowID, isKnown: Bool, isDeleted: Bool, at instant: Instant, _ row: SourceRow,
        _ writer: AdoptionWriter
    ) throws {
        var name = try row.name("name", else: "Workflow \(id)")
        if row.row["adopted_namesakes"] == "1", !isKnown { return }
        let organization: OrganizationID = try row.requiredID("organization_id")
        // One that is deleted gives the name to the next.
        if !isDeleted {
            name = try writer.free(name, of: id, in: row, "name") { Workflow.alias(of: $0, in: organization) }
        }
        try writer.then(
            .workflow(
                .rename(
                    .with {
                        $0.id = id
                        $0.name = name
                    })), at: instant)
    }

    static let losses = [
        Loss("workflows", "updated_at", "the time of the last change that was taken over, runs included"),
        Loss("workflows", "created_by", "the person; the id of the person's row follows from person and organization"),
        Loss("workflows", "updated_by", "it is the adoption that changes it last"),
    ]
}
