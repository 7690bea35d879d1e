import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

enum ProjectTable {
    static let relation = Relation.states(Project.self, Self.table)

    static let table = Table<Project>(
        "projects", primaryKey: "id", description: "Work in several steps, which conversations led to."
    ) {
        Column("id", .uuid, \.id)
        Column("organization_id", .uuid, \.organization).references("organizations").indexed()
        Column("conversation_id", .uuid, \.conversation).references("conversations").indexed()
        Column("user_id", .uuid, \.user).references("users").indexed()
        Column("name", .text, \.name)
        Column("description", .text, \.description)
        Column("plan_json", .jsonb, \.plan)
        Column("status", .enumeration(Project.Status.self), \.status).indexed()
        Column("status_reason", .text, \.statusReason)
        Column(
            "current_step_id", .text, \.currentStep, description: "The step that was started last and has not ended.")
        Column("error_details", .jsonb, \.errorDetails)
        Column("metadata", .jsonb, \.metadata)
        Column("parent_project_id", .uuid, \.parent).references("projects", deferred: true).indexed()
        Column("hierarchy_level", .bigint, \.hierarchyLevel, unit: "levels", description: "0 at the top.")
        Column(
            "subproject_count", .bigint, \.subprojectCount, unit: "projects", description: "Those directly below it.")
        Column("created_at", .timestamptz, \.createdAt)
        Column("updated_at", .timestamptz, \.updatedAt)
    }
}
