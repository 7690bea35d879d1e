import AgentDomain
import EventLog
import EventSourcing
import Ledger
import Relations
import Views

/// A later evaluation of the same evaluator takes the place of an earlier one, whose row then says so.
enum OpsEvaluationTable {
    static let relation = Relation(declaration: Self.table.declaration) { snapshot, changedAfter, body in
        var cells: [SQLValue] = []
        var superseded: Set<EvaluationID> = []
        func read(_ query: Query, after: Position, through: Position, limit: Int) throws {
            try snapshot.log.read(query, after: after, through: through, limit: limit) { stored in
                let fact = try stored.payload(as: Evaluation.self)
                let row = Row(
                    evaluation: fact, occurredAt: stored.occurredAt,
                    supersededBy: try snapshot.views.find(fact.id)?.supersededBy)
                if let old = fact.supersedes, stored.position > changedAfter { superseded.insert(old) }
                Self.table.fill(&cells, from: row)
                try body(cells)
            }
        }
        let types = [Evaluation.type]
        try read(Query(types: types), after: changedAfter, through: snapshot.at, limit: .max)
        for id in superseded.sorted() {
            try read(Query(types: types, tags: [id.tag]), after: .start, through: changedAfter, limit: 1)
        }
    }

    struct Row {
        var evaluation: Evaluation
        var occurredAt: Instant
        var supersededBy: EvaluationID?
    }

    static let table = Table<Row>(
        "evaluation_results", primaryKey: "id", "timestamp", partitioned: .monthly("timestamp"),
        description: "Judgements of the quality of what agents did."
    ) {
        Column("id", .uuid, \.evaluation.id, default: .randomUUID)
        Column("agent_execution_id", .uuid, \.evaluation.agentExecution)
            .references("agent_executions", onDelete: .cascade).indexed("idx_evaluations_agent_exec")
        Column("workflow_execution_id", .uuid, \.evaluation.workflowExecution, nullable: true)
            .references("workflow_executions").indexed("idx_evaluations_workflow_exec")
        Column("evaluator_name", .varchar(255), { $0.evaluation.evaluator.cut(to: 255) })
            .indexed("idx_evaluations_evaluator")
        Column(
            "score", .numeric(precision: 5, scale: 2), \.evaluation.score, unit: "points", description: "0 to 100.")
        Column("passed", .boolean, \.evaluation.passed)
        Column("details", .jsonb, \.evaluation.details, nullable: true, default: .emptyObject)
        Column("explanation", .text, \.evaluation.explanation)
        Column("timestamp", .timestamptz, \.occurredAt, default: .now)
        Column(
            "superseded_by", .uuid, \.supersededBy,
            description: "The later evaluation of the same evaluator that took its place; null for the one that counts."
        )
        Check("score_range", "score >= 0 AND score <= 100")
        Index("idx_evaluations_agent_exec_evaluator", "agent_execution_id", "evaluator_name")
        Deviation.monthlyPartitions
        Deviation(
            "agent_execution_id", documented: "required", reason: "a whole run is evaluated, too", ours: "may be null")
        Deviation(
            "superseded_by", documented: "nothing on evaluations that are made again",
            reason: "both rows stay, and one of them counts", ours: "one more column names the later one")
    }
}
