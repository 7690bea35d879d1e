import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

enum ProjectStepTable {
    static let relation = Relation.states(ProjectStep.self, Self.table)
        .made(by: ProjectStepAdded.self)
        .found(by: "project_id", Project.self)

    static let table = Table<ProjectStep>(
        "project_steps", primaryKey: "id", description: "The steps of projects, and what came of them."
    ) {
        Column("id", .uuid, \.id)
        Column("project_id", .uuid, \.project).references("projects")
        Column("organization_id", .uuid, \.organization).references("organizations")
        Column("step_id", .text, \.name, description: "Its name in the project.")
        Column("step_index", .bigint, \.index, unit: "ordinal")
        Column("step_type", .text, \.stepType)
        Column("step_name", .text, \.title)
        Column("agent_name", .text, \.agentName)
        Column("prompt", .text, \.prompt)
        Column("dependencies", .textArray, \.dependencies, description: "Steps that end before it starts.")
        Column("status", .enumeration(ProjectStep.Status.self), \.status).indexed()
        Column("status_reason", .text, \.statusReason)
        Column("result", .jsonb, \.result)
        Column("error_details", .jsonb, \.errorDetails)
        Column("started_at", .timestamptz, \.startedAt)
        Column("completed_at", .timestamptz, \.completedAt)
        Column("metadata", .jsonb, \.metadata)
        Column("created_at", .timestamptz, \.createdAt)
        Column("updated_at", .timestamptz, \.updatedAt)
        Unique("project_id", "step_id")
    }
}
