import LedgerEvents

/// A judgement of a run's quality by a named evaluator; a later one by the same evaluator supersedes it.
public struct Evaluation: Fact {
    @usableFromInline package static let kind = "evaluation"
    @usableFromInline package static let type: EventType = "evaluation.recorded"
    @usableFromInline package static let command = "evaluation.record"
    @usableFromInline package static let isRevisable = true
    @usableFromInline package static let withdrawnIDName: StaticString? = "evaluation_id"
    @usableFromInline package typealias Rules = FactRules<Evaluation>

    public var id = EvaluationID.zero
    /// The workflow execution's. Written by the decider.
    public var organization = OrganizationID.zero
    public var workflowExecution = WorkflowExecutionID.zero
    public var agentExecution: AgentExecutionID?
    public var evaluator = ""
    /// 0 to 100 where the source reports a score within 0 and 1, else on the source's own scale. Nil where it reports only
    /// a label.
    package var score: ExactDecimal? {
        get { self.isUnscored == true ? nil : self.storedScore }
        set {
            self.storedScore = newValue ?? .zero
            self.isUnscored = newValue == nil ? true : nil
        }
    }
    public var passed: Bool?
    /// The score as the source gave it.
    public var reportedScore: String?
    public var label: String?
    public var explanation: String?
    public var details = JSONText.emptyObject
    /// The evaluation that this one takes the place of. Written by the decider.
    public var supersedes: EvaluationID?
    /// The evaluation that took this one's place: the view's own, never in an event.
    public var supersededBy: EvaluationID?
    private var storedScore = ExactDecimal.zero
    /// True where there is no score, else nil, so that earlier evaluations read as they did: all have one, and do not
    /// store a 0.
    private var isUnscored: Bool?

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }
    @usableFromInline package var run: WorkflowExecutionID? { self.workflowExecution }
    @usableFromInline package static var isIndexed: Bool { true }
    @usableFromInline package var aliases: [EventTag] { self.supersededBy == nil ? [self.currentAlias] : [] }

    /// Held by the evaluation that counts, of one evaluator on one execution.
    var currentAlias: EventTag {
        let subject = self.agentExecution?.description ?? self.workflowExecution.description
        return EventTag(kind: "current_evaluation", text: "\(subject)/\(self.evaluator)")
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "evaluation_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "workflow_execution_id", &self.workflowExecution)
        try v.field(4, "agent_execution_id", &self.agentExecution)
        try v.field(5, "evaluator_name", &self.evaluator)
        try v.field(6, "score", &self.storedScore)
        try v.field(7, "passed", &self.passed)
        try v.field(8, "reported_score", &self.reportedScore)
        try v.field(9, "label", &self.label)
        try v.field(10, "explanation", &self.explanation)
        try v.field(11, "details", &self.details)
        try v.field(12, "supersedes", &self.supersedes)
        try v.field(13, "superseded_by", &self.supersededBy)
        try v.field(14, "is_unscored", &self.isUnscored)
    }

    /// What it took the place of when it was recorded, and what has taken its own.
    @usableFromInline package mutating func keep(from old: Evaluation) {
        self.supersededBy = old.supersededBy
        if self.currentAlias == old.currentAlias { self.supersedes = old.supersedes }
    }

    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        try Require.text(self.evaluator, "evaluator_name")
        // A score that a source reports is on the source's own scale.
        if self.reportedScore == nil {
            guard let score = self.score else { throw .invalid("score", "must be given") }
            guard score >= .zero, score <= ExactDecimal(100) else {
                throw .invalid("score", "is \(score); it must lie within 0 and 100")
            }
        }
        self.supersededBy = nil
        self.organization = try world.organization(of: self.workflowExecution, with: self.agentExecution)
        self.supersedes = world.holder(of: self.currentAlias, as: Evaluation.self)
    }
}

public typealias EvaluationID = ID<Evaluation>
@usableFromInline package typealias EvaluationEvent = FactEvent<Evaluation>
@usableFromInline package typealias EvaluationCommand = FactCommand<Evaluation>
