import EventSourcing

/// A judgement that an evaluator attached to a span: an event `gen_ai.evaluation.result`. Lent from the span.
public struct GenAIEvaluation {
    public private(set) var name: JSONString?
    /// The decimal text that the source wrote; its range is the evaluator's own.
    public private(set) var score: JSONString?
    public private(set) var label: JSONString?
    public private(set) var explanation: JSONString?
    /// Microseconds since 1970 UTC; nil where the source does not say.
    public private(set) var timeMicroseconds: Int64?

    /// nil where the event is another.
    public init?(_ event: OTLPEvent, of span: borrowing OTLPSpan) {
        guard event.name == "gen_ai.evaluation.result" else { return nil }
        self.timeMicroseconds = event.timeMicroseconds
        for attribute in span.attributes(of: event) {
            switch attribute.key {
            case "gen_ai.evaluation.name": self.name = attribute.value.string
            case "gen_ai.evaluation.score.value": self.score = attribute.value.decimalText
            case "gen_ai.evaluation.score.label": self.label = attribute.value.string
            case "gen_ai.evaluation.explanation": self.explanation = attribute.value.string
            default: break
            }
        }
    }
}
