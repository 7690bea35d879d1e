import LedgerDomain
import LedgerEvents

/// What a span or log record says of a request to a model.
// SAFETY: written only while its span is read, before anybody else sees it.
final class CallReading: @unchecked Sendable {
    /// Empty where the source does not say.
    var operation = ""
    var provider: String?
    /// The model that was asked for.
    var requestModel: String?
    var responseModel: String?
    /// A model of which the source does not say whether it was asked for or answered.
    var model: String?
    /// The provider's id of the response.
    var response: String?
    var finishReasons: [String] = []
    var tokens = TokenCounts()
    var cost: Money?
    var costSource: String?
    var extra = JSONText.emptyObject
    /// Whether it is the end of a stream whose beginning has a span of its own.
    var isStreamEnd = false

    /// The names by which the model can be recognized on another span.
    var models: [String] { [self.requestModel, self.model, self.responseModel].compactMap(\.self) }

    /// The same names as `ModelSpelling` compares them, in their order.
    var modelKeys: [String] {
        let keys = self.models.map { ModelSpelling.key($0) }
        return keys.count < 2 ? keys : Set(keys).sorted()
    }

    init() {}

    /// - Parameter isAgent: whether an agent reports it: then the texts of its answer tell of the calls within.
    init(
        _ values: borrowing AttributeValues, operation: String, source: SourceReading, name: String,
        isAgent: Bool = false
    ) {
        self.operation = operation
        self.provider = values.text(.provider)
        self.requestModel = values.text(.requestModel)
        self.responseModel = values.text(.responseModel)
        self.model = values.text(.model)
        self.response = values.text(.response)
        self.finishReasons = values.texts(.finishReasons)
        var reported = ReportedCounts(values)
        if !isAgent, let text = values.raw(.responseText) {
            let found = ResponseText(text, wantsUsage: reported.isEmpty)
            self.response = self.response ?? found.id
            if self.requestModel == nil, self.model == nil { self.model = found.model }
            if self.finishReasons.isEmpty, let reason = found.finishReason { self.finishReasons = [reason] }
            if reported.isEmpty, let usage = found.usage { reported = usage }
        }
        // OpenInference names the model that answered; the one that was asked for is among the parameters.
        if self.requestModel == nil, let text = values.raw(.invocation) {
            self.requestModel = ResponseText.model(inParameters: text)
        }
        self.tokens = TokenCounts(reported, scopeRule: source.tokenRule(provider: self.provider ?? ""))
        self.readCost(values)
        self.isStreamEnd = source.traits.contains(.streamIsTwoSpans) && values.text(.part) == "log"
        if source.traits.contains(.nameIsOperation), self.models.isEmpty { self.model = Self.model(inName: name) }
    }

    /// The model of a name such as `chat gpt-4.1`.
    private static func model(inName name: String) -> String? {
        guard let space = name.firstIndex(of: " ") else { return nil }
        let model = name[name.index(after: space)...]
        return model.isEmpty ? nil : String(model)
    }

    /// The cost that the source reports; a 0 for a request with tokens says nothing. One with more digits than are stored,
    /// a negative one and one that is too large is not taken over: its source alone says that there is one.
    private func readCost(_ values: borrowing AttributeValues) {
        var amounts: [ExactDecimal.Parsed] = []
        if let cost = values.amount(.cost) {
            (amounts, self.costSource) = ([cost], values.key(.cost))
        } else if let text = values.raw(.costText), let cost = ResponseText.cost(inText: text) {
            (amounts, self.costSource) = ([cost], values.key(.costText))
        } else if let input = values.amount(.inputCost), let output = values.amount(.outputCost) {
            (amounts, self.costSource) = ([input, output], values.key(.inputCost))
        }
        let isExact = amounts.allSatisfy { if case .exact = $0 { true } else { false } }
        let amount = amounts.compactMap(\.nearest).reduce(ExactDecimal.zero) { sum, next in
            ExactDecimal(picos: sum.picos.addingReportingOverflow(next.picos).partialValue)
        }
        // A cost in credits or points is not money; the span keeps it.
        let currency = values.text(.currency).map { Currency($0.uppercased()) ?? .none } ?? .usd
        if amounts.isEmpty || currency.minorDigits == nil || isExact && amount == .zero {
            self.costSource = nil
            return
        }
        guard isExact, amount > .zero, amount <= ExactDecimal(ScalarValue.greatestCount) else { return }
        self.cost = Money(amount, currency)
    }
}

/// What is found inside the text of a response.
struct ResponseText {
    var id: String?
    var model: String?
    var finishReason: String?
    var usage: ReportedCounts?

    /// Reads an answer as its provider gave it, or within the objects that LangChain and Haystack put around it.
    init(_ raw: UnsafeRawBufferPointer, wantsUsage: Bool) {
        if wantsUsage {
            let usage = ReportedCounts(answer: raw)
            if !usage.isEmpty { self.usage = usage }
        }
        // An object with an id may be anything; one with a model or a type as well is a provider's answer.
        var topID: String?
        var isAnswer = false
        LooseText.leaves(ofValue: raw) { leaf in
            guard leaf.isText, !leaf.value.isEmpty else { return true }
            let isTop = leaf.depth == 1
            let isMeta = leaf.parent.equals("response_metadata") || leaf.parent.equals("meta")
            if isTop, leaf.key.equals("object") || leaf.key.equals("type") { isAnswer = true }
            if leaf.key.equals("id"), isTop || isMeta {
                let id = String(decoding: leaf.value, as: UTF8.self)
                if isMeta { self.id = self.id ?? id } else { topID = topID ?? id }
            } else if leaf.key.equals("model") && (isTop || isMeta) || leaf.key.equals("model_name") {
                if isTop { isAnswer = true }
                self.model = self.model ?? String(decoding: leaf.value, as: UTF8.self)
            } else if isMeta, leaf.key.equals("finish_reason") {
                self.finishReason = self.finishReason ?? String(decoding: leaf.value, as: UTF8.self)
            }
            return self.id == nil && !(isAnswer && topID != nil && self.model != nil) || wantsUsage
        }
        if isAnswer { self.id = self.id ?? topID }
    }

    /// `model` of the parameters of a request.
    static func model(inParameters raw: UnsafeRawBufferPointer) -> String? {
        var model: String?
        LooseText.leaves(ofValue: raw) { leaf in
            guard leaf.depth == 1, leaf.isText, leaf.key.equals("model") || leaf.key.equals("model_name") else {
                return true
            }
            model = String(decoding: leaf.value, as: UTF8.self)
            return false
        }
        return model.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// `total`, else the sum of all parts.
    static func cost(inText raw: UnsafeRawBufferPointer) -> ExactDecimal.Parsed? {
        var total: ExactDecimal.Parsed?
        var sum: ExactDecimal?
        var isFiner = false
        LooseText.leaves(ofValue: raw) { leaf in
            guard leaf.depth == 1 else { return true }
            let parsed = ScalarValue.amount(leaf.value)
            guard let cost = parsed.nearest else { return true }
            if leaf.key.equals("total") { total = parsed }
            if case .rounded = parsed { isFiner = true }
            let limit = ExactDecimal(ScalarValue.greatestCount)
            if cost >= .zero, cost <= limit, (sum ?? .zero) <= limit { sum = (sum ?? .zero) + cost }
            return true
        }
        return total ?? sum.map { isFiner ? .rounded($0) : .exact($0) }
    }
}

extension ReportedCounts {
    /// The usage inside an answer: only what is below `usage`, `token_usage` or `usage_metadata`.
    init(answer raw: UnsafeRawBufferPointer) {
        var object: [UInt8] = []
        LooseText.leaves(ofValue: raw) { leaf in
            let isUsage =
                leaf.parent.equals("usage") || leaf.parent.equals("token_usage") || leaf.parent.equals("usage_metadata")
            let isDetail = leaf.parent.count > 8 && leaf.parent.suffix(8).elementsEqual("_details".utf8)
            guard isUsage || isDetail, ScalarValue.count(leaf.value) != nil, DialectIndex.insideText(leaf.key) != nil
            else {
                return true
            }
            object += object.isEmpty ? "{\"".utf8 : ",\"".utf8
            object += leaf.key
            object += "\":".utf8
            object += leaf.value
            return true
        }
        guard !object.isEmpty else {
            self.init()
            return
        }
        object.append(UInt8(ascii: "}"))
        self = object.withUnsafeBytes { ReportedCounts(text: $0) }
    }
}
