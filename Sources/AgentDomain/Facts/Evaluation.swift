import EventSourcing

/// A judgement of a run's quality by a named evaluator; a later one by the same evaluator supersedes it.
public struct Evaluation: Fact {
    public static let kind = "evaluation"
    public static let type: EventType = "evaluation.recorded"
    public static let command = "evaluation.record"
    public typealias Rules = FactRules<Evaluation>

    public var id = EvaluationID.zero
    /// The workflow execution's. Written by the decider.
    public var organization = OrganizationID.zero
    public var workflowExecution = WorkflowExecutionID.zero
    public var agentExecution: AgentExecutionID?
    public var evaluator = ""
    /// 0 to 100, two digits after the point.
    public var score = Decimal.zero
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

    public init() {}

    public var owner: OrganizationID? { self.organization }
    public static var isIndexed: Bool { true }
    public var aliases: [Tag] { self.supersededBy == nil ? [self.currentAlias] : [] }

    /// Held by the evaluation that counts, of one evaluator on one execution.
    var currentAlias: Tag {
        let subject = self.agentExecution?.description ?? self.workflowExecution.description
        return Tag(kind: "current_evaluation", text: "\(subject)/\(self.evaluator)")
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    public mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "evaluation_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "workflow_execution_id", &self.workflowExecution)
        try v.field(4, "agent_execution_id", &self.agentExecution)
        try v.field(5, "evaluator_name", &self.evaluator)
        try v.field(6, "score", &self.score)
        try v.field(7, "passed", &self.passed)
        try v.field(8, "reported_score", &self.reportedScore)
        try v.field(9, "label", &self.label)
        try v.field(10, "explanation", &self.explanation)
        try v.field(11, "details", &self.details)
        try v.field(12, "supersedes", &self.supersedes)
        try v.field(13, "superseded_by", &self.supersededBy)
    }

    public mutating func settle(_ order: Order, in world: any World) throws(Rejection) {
        try Require.text(self.evaluator, "evaluator_name")
        guard self.score >= .zero, self.score <= Decimal(100) else {
            throw .invalid("score", "is \(self.score); it must lie within 0 and 100")
        }
        self.score = self.score.rounded(toDigits: 2)
        self.supersededBy = nil
        self.organization = try world.organization(of: self.workflowExecution, with: self.agentExecution)
        self.supersedes = world.holder(of: self.currentAlias, as: Evaluation.self)
    }
}

public typealias EvaluationID = ID<Evaluation>
public typealias EvaluationEvent = FactEvent<Evaluation>
public typealias EvaluationCommand = FactCommand<Evaluation>
