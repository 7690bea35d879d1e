import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerTables
import LedgerViews

/// A later evaluation of the same evaluator takes the place of an earlier one, whose row then says so.
enum OpsEvaluationTable {
    static let relation = Relation(
        declaration: Self.table.declaration,
        removedKeys: { snapshot, after, body in
            // What was corrected may have another time, which is part of the key.
            let types = [FactRevised<Evaluation>.type, FactWithdrawn<Evaluation>.type]
            try Self.read(EventQuery(types: types), after: after, snapshot) { try body([$0.id.sqlValue]) }
        }
    ) { snapshot, changedAfter, body in
        var seen: Set<EvaluationID> = []
        var superseded: Set<EvaluationID> = []
        let hasRevisions = try snapshot.log.count(of: FactRevised<Evaluation>.type) > 0
        func add(_ id: EvaluationID, recordedAt: Instant? = nil) throws {
            guard seen.insert(id).inserted, let evaluation = try snapshot.views.look(id) else { return }
            let occurredAt = try recordedAt ?? Self.occurredAt(id, snapshot)
            let row = Row(evaluation: evaluation.state, occurredAt: occurredAt)
            try body(Self.table.cells(of: row), evaluation.changedAt)
        }
        try Self.read(EventQuery(types: Self.types), after: changedAfter, snapshot) { event in
            if let old = event.supersedes { superseded.insert(old) }
            try add(event.id, recordedAt: hasRevisions ? nil : event.occurredAt)
        }
        for id in superseded.sorted() { try add(id) }
    }

    private static let types = [Evaluation.type, FactRevised<Evaluation>.type, FactWithdrawn<Evaluation>.type]

    /// Calls `body` with the evaluation that each event is about, and the one whose place it took.
    private static func read(
        _ query: EventQuery, after: Position, _ snapshot: LedgerSnapshot,
        _ body: ((id: EvaluationID, supersedes: EvaluationID?, occurredAt: Instant)) throws -> Void
    ) throws {
        try snapshot.log.read(query, after: after, through: snapshot.at, limit: .max) { stored in
            switch stored.type() {
            case FactWithdrawn<Evaluation>.type:
                let withdrawn = try stored.payload(as: FactWithdrawn<Evaluation>.self)
                try body((withdrawn.id, withdrawn.previous?.fact.supersedes, stored.occurredAt))
            case FactRevised<Evaluation>.type:
                let fact = try stored.payload(as: FactRevised<Evaluation>.self).fact
                try body((fact.id, fact.supersedes, stored.occurredAt))
            default:
                let fact = try stored.payload(as: Evaluation.self)
                try body((fact.id, fact.supersedes, stored.occurredAt))
            }
        }
    }

    /// When the evaluation as it holds now was made.
    private static func occurredAt(_ id: EvaluationID, _ snapshot: LedgerSnapshot) throws -> Instant {
        var occurredAt = Instant.zero
        // Events of others name it as the one whose place they took.
        try Self.read(EventQuery(types: Self.types, tags: [id.tag]), after: .start, snapshot) { event in
            if event.id == id { occurredAt = event.occurredAt }
        }
        return occurredAt
    }

    struct Row {
        var evaluation: Evaluation
        var occurredAt: Instant

        /// The platform's scale is 0 to 100; other scores have no place in it.
        var score: ExactDecimal? {
            self.evaluation.score.flatMap { $0 >= .zero && $0 <= ExactDecimal(100) ? $0 : nil }
        }
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
            "score", .numeric(precision: 38, scale: 12), \.score, unit: "points", description: "0 to 100.")
        Column("passed", .boolean, \.evaluation.passed)
        Column("details", .jsonb, \.evaluation.details, nullable: true, default: .emptyObject)
        Column("explanation", .text, \.evaluation.explanation)
        Column("timestamp", .timestamptz, \.occurredAt, default: .now)
        Column(
            "superseded_by", .uuid, \.evaluation.supersededBy,
            description: "The later evaluation of the same evaluator that took its place; null for the one that counts."
        )
        TableCheck("score_range", "score >= 0 AND score <= 100")
        TableIndex("idx_evaluations_agent_exec_evaluator", "agent_execution_id", "evaluator_name")
        Deviation.monthlyPartitions
        Deviation(
            "agent_execution_id", documented: "required", reason: "a whole run is evaluated, too", ours: "may be null")
        Deviation(
            "score", documented: "DECIMAL(5,2), required",
            reason: "a score may have more digits, and a source may report a label alone or a scale of its own",
            ours: "NUMERIC(38,12), null for a label alone and for other scales")
        Deviation(
            "superseded_by", documented: "nothing on evaluations that are made again",
            reason: "both rows stay, and one of them counts", ours: "one more column names the later one")
    }
}
