import AgentDomain
import EventSourcing

/// `deliverables` and `deliverable_versions`.
enum AdoptedDeliverable {
    static let creation = Adoption.Stage(
        "deliverables",
        sql: { schema in
            """
            SELECT d.*, \(AdoptedCoreUser.slug(of: "u")) AS slug FROM \(schema.table("deliverables")) d
            LEFT JOIN \(schema.table("users")) u ON u.id = d.user_id ORDER BY d.created_at, d.id
            """
        },
        { row, writer in
            try writer.record(
                .deliverable(
                    .create(
                        try .with {
                            $0.id = try row.requiredID("id")
                            $0.user = try row.requiredID("user_id")
                            $0.conversation = try row.id("conversation_id")
                            $0.title = try row.required("title")
                            $0.type = try row.required("type")
                            $0.task = try row.id("task_id")
                            $0.projectStep = try row.id("project_step_id")
                            $0.project = try row.id("project_id")
                            $0.agentName = row.text("agent_name")
                            $0.metadata = try row.object("metadata")
                            let isAlone =
                                $0.conversation == nil && $0.task == nil && $0.projectStep == nil && $0.project == nil
                            if isAlone {
                                $0.organization = try AdoptedCoreUser.organization(row.required("slug"), writer.states)
                            }
                        })), at: try row.requiredInstant("created_at"))
        })

    /// The ledger numbers versions from 1, without gaps.
    static let versions = Adoption.Stage(
        "deliverable_versions",
        sql: { schema in
            """
            SELECT *, row_number() OVER (PARTITION BY deliverable_id ORDER BY version_number) AS expected_number
            FROM \(schema.table("deliverable_versions")) ORDER BY deliverable_id, version_number
            """
        },
        { row, writer in
            let (number, expected) = (row.text("version_number") ?? "", row.text("expected_number") ?? "")
            guard number == expected else {
                throw CellError(
                    "version_number is \(number) where \(expected) follows: versions count from 1, without gaps")
            }
            try writer.record(
                .deliverableVersion(
                    .add(
                        try .with {
                            $0.id = try row.requiredID("id")
                            $0.deliverable = try row.requiredID("deliverable_id")
                            $0.content = row.text("content")
                            $0.format = row.text("format")
                            $0.createdByType = row.text("created_by_type")
                            $0.task = try row.id("task_id")
                            $0.metadata = try row.object("metadata")
                            $0.fileAttachments = try row.json("file_attachments")
                        })), at: try row.requiredInstant("created_at"))
        })

    /// Where another than the last version counts.
    static let choice = Adoption.Stage(
        "deliverable_versions",
        sql: { schema in
            let versions = schema.table("deliverable_versions")
            return """
                SELECT * FROM \(versions) v WHERE is_current_version AND EXISTS (
                  SELECT FROM \(versions) l WHERE l.deliverable_id = v.deliverable_id AND l.version_number > v.version_number)
                ORDER BY updated_at, id
                """
        },
        { row, writer in
            try writer.then(
                .deliverableVersion(.makeCurrent(try .with { $0.id = try row.requiredID("id") })),
                at: try row.instant("updated_at") ?? row.requiredInstant("created_at"))
        })

    static let losses = [
        Loss("deliverables", "updated_at", "the time of its last version, or of another that was chosen"),
        Loss("deliverable_versions", "updated_at", "when another took its place, or it another's"),
    ]
}
