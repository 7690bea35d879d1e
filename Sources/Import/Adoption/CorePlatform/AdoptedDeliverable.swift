import LedgerDomain
import LedgerEvents

/// `deliverables` and `deliverable_versions`.
enum AdoptedDeliverable {
    static let creation = Adoption.Stage(
        "deliverables", sql: { "WITH \($0.places) SELECT * FROM placed_deliverables ORDER BY created_at, id" },
        { row, writer in
            let id: DeliverableID = try row.requiredID("id")
            let created = try row.creation(else: "updated_at")
            let title = try row.name("title", else: "Deliverable \(id)")
            if try writer.states.find(id) != nil {
                writer.recognize(id)
                return try writer.then(
                    .deliverable(
                        .retitle(
                            .with {
                                $0.id = id
                                $0.title = title
                            })), at: try row.instant("updated_at") ?? created)
            }
            let slug = row.text("adopted_slug")
            try writer.record(
                .deliverable(
                    .create(
                        try .with {
                            $0.id = id
                            $0.user = try row.requiredID("user_id")
                            $0.conversation = try row.id("conversation_id")
                            $0.title = title
                            $0.type = try row.name("type", else: "unknown")
                            $0.task = try Self.origin("task_id", row)
                            $0.projectStep = try Self.origin("project_step_id", row)
                            $0.project = try Self.origin("project_id", row)
                            $0.agentName = try row.name("agent_name")
                            $0.metadata = try row.object("metadata")
                            let isAlone =
                                $0.conversation == nil && $0.task == nil && $0.projectStep == nil && $0.project == nil
                            if isAlone { $0.organization = try AdoptedCoreUser.organization(slug, writer.states) }
                        })), at: created)
        })

    /// What is named, is there, and is of the same organization: the platform has no foreign keys.
    private static func origin<Thing>(_ column: String, _ row: SourceRow) throws -> ID<Thing>? {
        guard let id: ID<Thing> = try row.id(column) else { return nil }
        if row.row["adopted_has_\(column)"] == "t" { return id }
        try row.change(column, "what is not there, or of another organization, is left out")
        return nil
    }

    /// Deliverables that versions name and that have no row.
    static let missing = Adoption.Stage(
        "deliverables",
        sql: { schema in
            """
            SELECT deliverable_id AS id, min(created_at) AS created_at FROM \(schema.table("deliverable_versions")) v
            WHERE NOT EXISTS (SELECT FROM \(schema.table("deliverables")) d WHERE d.id = v.deliverable_id)
            GROUP BY 1 ORDER BY 2, 1
            """
        },
        { row, writer in
            let id: DeliverableID = try row.requiredID("id")
            if try writer.states.find(id) != nil { return }
            let instant = try row.instant("created_at") ?? row.rules.earliest
            try row.makeUp("id", "no such deliverable, which versions name; one stands in")
            let organization = try writer.commonOrganization(at: instant)
            let user = UserID(bits: UUIDv5.named("user of a deliverable", in: id.bits))
            try writer.makeUpUser(user, at: instant)
            try writer.then(
                .deliverable(
                    .create(
                        .with {
                            $0.id = id
                            $0.organization = organization
                            $0.user = user
                            $0.title = "Deliverable \(id)"
                            $0.type = "unknown"
                        })), at: instant)
        })

    /// The ledger numbers versions from 1, without gaps; other numbers are kept in extra.
    static let versions = Adoption.Stage(
        "deliverable_versions",
        sql: { schema in
            """
            WITH \(schema.places)
            SELECT v.*, row_number() OVER (PARTITION BY v.deliverable_id ORDER BY v.version_number, v.created_at, v.id)
                AS adopted_number, t.adopted_slug = coalesce(d.adopted_slug, 'without-owner') AS adopted_has_task_id
            FROM \(schema.table("deliverable_versions")) v
            LEFT JOIN placed_deliverables d ON d.id = v.deliverable_id LEFT JOIN placed_tasks t ON t.id = v.task_id
            ORDER BY v.deliverable_id, v.version_number, v.created_at, v.id
            """
        },
        { row, writer in
            if row.text("version_number") != row.text("adopted_number") {
                try row.change("version_number", "numbered from 1, without gaps")
            }
            let attachments = row.text("file_attachments") == nil ? nil : try row.json("file_attachments")
            var content = row.text("content")
            if content == nil, attachments == nil {
                try row.makeUp("content", "a version that holds nothing holds an empty text")
                content = ""
            }
            try writer.record(
                .deliverableVersion(
                    .add(
                        try .with {
                            $0.id = try row.requiredID("id")
                            $0.deliverable = try row.requiredID("deliverable_id")
                            $0.content = content
                            $0.format = try row.name("format")
                            $0.createdByType = try row.name("created_by_type")
                            $0.task = try Self.origin("task_id", row)
                            $0.metadata = try row.object("metadata")
                            $0.fileAttachments = attachments
                        })), at: try row.creation(else: "updated_at"))
        })

    /// The version that counts, where it is another than the last that was added.
    static let choice = Adoption.Stage(
        "deliverable_versions",
        sql: { schema in
            let versions = schema.table("deliverable_versions")
            return """
                SELECT v.*, c.id AS adopted_current, coalesce(c.updated_at, c.created_at) AS adopted_chosen_at,
                  row_number() OVER (PARTITION BY v.deliverable_id
                    ORDER BY v.version_number DESC, v.created_at DESC, v.id DESC) = 1 AS adopted_is_last
                FROM \(versions) v JOIN (
                  SELECT DISTINCT ON (deliverable_id) * FROM \(versions) WHERE is_current_version
                  ORDER BY deliverable_id, updated_at DESC NULLS LAST, id DESC) c ON c.deliverable_id = v.deliverable_id
                ORDER BY adopted_chosen_at, v.id
                """
        },
        { row, writer in
            let current: DeliverableVersionID = try row.requiredID("adopted_current")
            let deliverable: DeliverableID = try row.requiredID("deliverable_id")
            let isChosen = try row.bool("adopted_is_last") && row.row["adopted_current"] != row.row["id"]
            guard try isChosen || writer.states.find(deliverable) != nil else { return }
            try writer.then(
                .deliverableVersion(.makeCurrent(.with { $0.id = current })),
                at: try row.instant("adopted_chosen_at") ?? row.rules.earliest)
        })

    static let losses = [
        Loss("deliverables", "updated_at", "the time of its last version, or of another that was chosen"),
        Loss("deliverable_versions", "updated_at", "when another took its place, or it another's"),
    ]
}
