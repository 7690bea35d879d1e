import LedgerDomain

/// The documentation that the table generates: the middle part of `docs/otlp.md`.
extension DialectTable {
    /// Sections of attributes by what they say, then what scopes, names of spans, words and events mean.
    package static var markdown: String {
        var text = ""
        for concept in Concept.allCases where concept != .content { text += self.section(concept) }
        text += self.contentSection
        text += self.scopeSection
        text += self.spanNameSection
        text += self.kindSection
        text += self.insideSection
        text += self.eventSection
        return text
    }

    private static func section(_ concept: Concept) -> String {
        let rows = self.rows.filter { $0.concept == concept }.sorted { $0.rank < $1.rank }
        guard !rows.isEmpty else { return "" }
        var text = "### \(concept.title)\n\n\(concept == .cost ? self.costNote : "")"
        text += "| preferred | attribute | written by | read as |\n|---|---|---|---|\n"
        for (index, row) in rows.enumerated() {
            let plain = row.isPlain && !row.dialect.marks.isEmpty ? ", in its own spans only" : ""
            text += "| \(index + 1) | `\(row.key)` | \(row.dialect.rawValue)\(plain) | \(row.rule.title) |\n"
        }
        return text + "\n"
    }

    private static let costNote =
        "Stored to twelve digits after the point. The last digits of a double mean nothing: 0.00016499999999999997 is read as "
        + "0.000165. A cost that is finer is not rounded, and a negative or too large one is not taken over: it stays in the span, "
        + "the call has only `reported_cost_source`, and the import's report counts it.\n\n"

    private static var contentSection: String {
        var text = "### Texts of messages\n\nKept with the span, and not repeated in rows that are derived from it.\n\n"
        text += "| attribute | written by |\n|---|---|\n"
        for row in self.rows where row.concept == .content { text += "| `\(row.key)` | \(row.dialect.rawValue) |\n" }
        for row in self.contentPrefixes { text += "| `\(row.prefix)…` | \(row.dialect.rawValue) |\n" }
        return text + "\n"
    }

    private static var scopeSection: String {
        var text = "### Scopes\n\nThe first row that fits decides whether a source's input tokens include cached ones. "
        text +=
            "For other scopes they do, as OpenTelemetry says, unless a total or the provider's own count on the span "
        text += "contradicts it.\n\n"
        text += "| scope begins with | provider | input tokens | provider, where none is named | particular |\n"
        text += "|---|---|---|---|---|\n"
        for scope in self.scopes {
            let rule =
                scope.rule.map { $0 == .includesCached ? "include cached" : "exclude cached" } ?? "by their names"
            let traits = scope.traits.map(\.rawValue).joined(separator: "; ")
            let provider = scope.provider.isEmpty ? "any" : "`\(scope.provider)`"
            text += "| `\(scope.name)` | \(provider) | \(rule) | \(scope.vendor) | \(traits) |\n"
        }
        return text + "\n"
    }

    private static var spanNameSection: String {
        var text = "### Names of spans\n\nWhere only the name says what a span is.\n\n"
        text += "| scope begins with | name | is |\n|---|---|---|\n"
        for row in self.spanNames {
            let scope = row.scope.isEmpty ? "any" : "`\(row.scope)`"
            let name =
                switch row.match {
                case .exact: "`\(row.name)`"
                case .prefix: row.name.isEmpty ? "any" : "`\(row.name)…`"
                case .suffix: "`…\(row.name)`"
                }
            text += "| \(scope) | \(name) | \(row.role.rawValue) |\n"
        }
        return text + "\n"
    }

    private static var kindSection: String {
        var text =
            "### Words for what a span is\n\nLetter case does not matter.\n\n| word | is | operation |\n|---|---|---|\n"
        for kind in self.kinds { text += "| `\(kind.word)` | \(kind.role.rawValue) | \(kind.operation) |\n" }
        return text + "\n"
    }

    private static var insideSection: String {
        var text = "### Names inside texts of usage\n\nJSON, or the literal of a Python dictionary.\n\n"
        text += "| name | is | says of the input |\n|---|---|---|\n"
        for row in self.insideTexts {
            let rule = row.rule.map { $0 == .includesCached ? "includes cached" : "excludes cached" } ?? ""
            text += "| `\(row.key)` | \(row.concept.title.lowercased()) | \(rule) |\n"
        }
        return text + "\n"
    }

    private static var eventSection: String {
        var text = "### Log records\n\n| event | is |\n|---|---|\n"
        for event in self.logEvents { text += "| `\(event.name)` | \(event.role.rawValue) |\n" }
        return text + "\n"
    }
}

extension Concept {
    /// What a column of it is called in documentation.
    package var title: String {
        switch self {
        case .operation: "What a span is"
        case .decorator: "What a decorated function is"
        case .part: "Part of a request"
        case .workflowName: "Workflow's name"
        case .agentName: "Agent's name"
        case .agentID: "Agent's id"
        case .agentMark: "Agent of a graph"
        case .entityName: "Name of a decorated function"
        case .toolName: "Tool's name"
        case .toolCall: "Tool call's id"
        case .provider: "Provider"
        case .requestModel: "Requested model"
        case .responseModel: "Answering model"
        case .model: "Model, requested or answering"
        case .invocation: "Parameters of a request"
        case .response: "Response's id"
        case .responseText: "Answer with a response's id, a model or usage inside"
        case .finishReasons: "Finish reasons"
        case .inputTokens: "Input tokens"
        case .outputTokens: "Output tokens"
        case .cacheRead: "Tokens read from a cache"
        case .cacheWrite: "Tokens written to a cache"
        case .cacheWriteShort: "Tokens written to a cache for five minutes"
        case .cacheWriteLong: "Tokens written to a cache for an hour"
        case .reasoning: "Reasoning tokens"
        case .totalTokens: "Total tokens"
        case .providerInput: "Input tokens as the provider counts them"
        case .uncachedInput: "Input tokens that are not cached"
        case .usageText: "Usage as text"
        case .usageDetails: "Details of usage as text"
        case .cost: "Cost"
        case .inputCost: "Cost of the input"
        case .outputCost: "Cost of the output"
        case .costText: "Cost as text"
        case .currency: "Currency"
        case .conversation: "Conversation"
        case .session: "Session"
        case .endUser: "End user"
        case .metadataText: "Metadata with a user or session inside"
        case .errorType: "Error type"
        case .errorMessage: "Error message"
        case .failure: "Failure"
        case .evaluationName: "Evaluation's name"
        case .evaluationScore: "Evaluation's score"
        case .evaluationLabel: "Evaluation's label"
        case .evaluationExplanation: "Evaluation's explanation"
        case .eventName: "Event's name"
        case .duration: "Duration of a request in milliseconds"
        case .route: "Route of a web request"
        case .httpMethod: "Method of a web request"
        case .content: "Texts of messages"
        }
    }
}

extension ValueRule {
    var title: String {
        switch self {
        case .text: "text"
        case .count: "whole number"
        case .decimal: "decimal number"
        case .texts: "texts"
        case .object: "JSON or Python literal"
        case .kind: "word"
        case .mark: "mark of failure"
        case .kept: "kept"
        }
    }
}
