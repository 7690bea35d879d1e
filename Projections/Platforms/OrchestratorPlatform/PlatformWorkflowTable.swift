import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerTables

enum PlatformWorkflowTable {
    static let relation = Relation.derived(from: Workflow.self, Self.table) { workflow, _ in workflow }
        .found(byStateIn: "id")

    static let table = Table<Workflow>(
        "workflows", primaryKey: "id", description: "What agents do, in steps, as revised last."
    ) {
        Column("id", .uuid, \.id, default: .randomUUID)
        Column("agent_id", .uuid, PlatformHost.agent).references("agents", onDelete: .cascade)
            .indexed("idx_workflows_agent_id")
        Column("name", .varchar(255), { $0.name.cut(to: 255) })
        Column("description", .text, \.description)
        Column("workflow_data", .jsonb, \.definition)
        Column("workflow_type", .varchar(20), \.workflowType.rawValue)
        Column("framework", .varchar(50), { PlatformWords.framework($0.framework) }).indexed("idx_workflows_framework")
        Column("version", .varchar(20), { $0.version.cut(to: 20) }, default: "1.0.0")
        Column("created_at", .timestamptz, \.createdAt, nullable: true, default: .now)
        Column("updated_at", .timestamptz, \.updatedAt, nullable: true, default: .now)
        Column("is_active", .boolean, { $0.status == .active && $0.deletedAt == nil }, nullable: true, default: true)
            .indexed("idx_workflows_active")
        TableCheck.oneOf(PlatformWords.authorings, "workflow_type", of: "workflows")
        TableCheck.oneOf(PlatformWords.frameworks, "framework", of: "workflows")
        PlatformRowSecurity.workflows
        PlatformRowSecurity.security.guarding(PlatformRowSecurity.workflows, of: "workflows")
        PlatformWords.frameworkDeviation
        PlatformWords.cutDeviation("name", 255)
        PlatformWords.cutDeviation("version", 20)
        Deviation(
            "agent_id", documented: "every workflow runs on an agent",
            reason: "the ledger has workflows that run on none",
            ours: "the synthetic agent of the workflow, where it has no other")
    }
}
