import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables
import LedgerViews

enum CoreProjectTable {
    static let relation = Relation.states(Project.self, Self.table)

    static let table = Table<Project>("projects", primaryKey: "id", description: "Work in several steps.") {
        Column("id", .uuid, \.id, default: .randomUUID)
        Column("conversation_id", .uuid, \.conversation).references("agent_conversations").indexed()
        Column("name", .text, \.name)
        Column("description", .text, \.description)
        Column("plan_json", .jsonb, \.plan)
        Column("status", .enumeration(Project.Status.self), \.status, nullable: true, default: "planning")
        Column(
            "current_step_id", .text, \.currentStep, description: "The step that was started last and has not ended.")
        Column("error_details", .jsonb, \.errorDetails)
        Column("metadata", .jsonb, \.metadata, nullable: true, default: .value(.json("{}")))
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        Column("parent_project_id", .uuid, \.parent).references("projects", deferred: true).indexed()
        Column(
            "hierarchy_level", .integer, \.hierarchyLevel, nullable: true, default: 0, unit: "levels",
            description: "0 at the top.")
        Column(
            "subproject_count", .integer, \.subprojectCount, nullable: true, default: 0, unit: "projects",
            description: "Those directly below it.")
        Column("user_id", .uuid, \.user, nullable: true).references("users").indexed()
        Deviation(
            "user_id", documented: "a query names it, the table does not have it", reason: "the query fails",
            ours: "a column: whose project it is")
        Deviation(
            "status", documented: "any text", reason: "a misspelt word passes", ours: "CHECK: the states of a project")
    }
}

enum CoreProjectStepTable {
    static let relation = Relation.states(ProjectStep.self, Self.table)

    static let table = Table<ProjectStep>(
        "project_steps", primaryKey: "id", description: "The steps of projects, and what came of them."
    ) {
        Column("id", .uuid, \.id, default: .randomUUID)
        Column("project_id", .uuid, \.project).references("projects", onDelete: .cascade)
        Column("step_id", .text, \.name, description: "Its name in the project.")
        Column("step_index", .integer, \.index, unit: "ordinal")
        Column("step_type", .text, \.stepType)
        Column("step_name", .text, \.title)
        Column("agent_name", .text, \.agentName)
        Column("prompt", .text, \.prompt)
        Column(
            "dependencies", .textArray, \.dependencies, nullable: true, default: .value(.textArray([])),
            description: "Steps that end before it starts.")
        Column("status", .enumeration(ProjectStep.Status.self), \.status, nullable: true, default: "pending")
        Column("result", .jsonb, \.result)
        Column("error_details", .jsonb, \.errorDetails)
        Column("started_at", .timestamptz, \.startedAt)
        Column("completed_at", .timestamptz, \.completedAt)
        Column("metadata", .jsonb, \.metadata, nullable: true, default: .value(.json("{}")))
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        Unique("project_id", "step_id")
        Deviation(
            "step_id", documented: "a step's name, which others depend on",
            reason: "two steps of one project may have it", ours: "UNIQUE (project_id, step_id)")
        Deviation(
            "status", documented: "any text", reason: "a misspelt word passes", ours: "CHECK: the states of a step")
    }
}
