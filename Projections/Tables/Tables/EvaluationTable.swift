import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerViews

enum EvaluationTable {
    static let relation = Relation.states(Evaluation.self, Self.table)
        .made(by: Evaluation.self, FactRevised<Evaluation>.self)
        .found(by: "workflow_execution_id", WorkflowExecution.self)
        .found(by: "agent_execution_id", AgentExecution.self)

    static let table = Table<Evaluation>(
        "evaluation_results", primaryKey: "id", description: "Judgements of the quality of runs."
    ) {
        Column("id", .uuid, \.id)
        Column("workflow_execution_id", .uuid, \.workflowExecution).references("workflow_executions").indexed()
        Column("agent_execution_id", .uuid, \.agentExecution).references("agent_executions").indexed()
        Column("organization_id", .uuid, \.organization).references("organizations")
        Column("evaluator_name", .text, \.evaluator).indexed()
        Column(
            "score", .numeric(precision: 38, scale: 12), \.score, unit: "points",
            description: "0 to 100 where the source's scale is 0 to 1, else as reported; null: a label alone."
        ).reading("score", "is_unscored")
        Column("passed", .boolean, \.passed)
        Column("reported_score", .text, \.reportedScore, description: "The score as the source gave it.")
        Column("label", .text, \.label)
        Column("explanation", .text, \.explanation)
        Column("details", .jsonb, \.details)
        Column("superseded_by", .uuid, \.supersededBy, description: "Null for the evaluation that counts.")
    }
}
