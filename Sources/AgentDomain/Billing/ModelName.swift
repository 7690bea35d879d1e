import LedgerEvents

/// A provider and a model in the one spelling in which the names of prices and of usage are compared.
///
/// Letter case is ignored. A prefix of the model that names a seller, a maker or a region is dropped, and the provider
/// becomes one seller's key, whichever of its spellings was used (`ModelSeller`). `PriceMatching` says when such names
/// are compared.
struct ModelName: Hashable, Sendable {
    /// A seller's key, or the provider in lower case; empty if neither the provider nor the model names one.
    private(set) var seller: String
    private(set) var model: String

    /// Nil without a model.
    init?(provider: String?, model: String?) {
        guard let model, !model.isEmpty else { return nil }
        var named: String?
        var text = Self.withoutPath(model.lowercased()[...], &named)
        text = Self.withoutBedrockPrefix(text, &named)
        self.model = Self.withDashedDate(text)
        let provider = provider?.lowercased() ?? ""
        self.seller = provider.isEmpty ? named ?? "" : ModelSeller.key(of: provider) ?? provider
    }

    private init(seller: String, model: String) {
        self.seller = seller
        self.model = model
    }

    /// The names whose prices hold for this one, the nearest first: its own seller's, any seller's, then those of the
    /// other sellers of its family; of each the model as it is, then the model without its date.
    var candidates: [ModelName] {
        let models = [self.model] + (Self.undated(self.model).map { [$0] } ?? [])
        let sellers =
            (self.seller.isEmpty ? [""] : [self.seller, ""])
            + ModelSeller.relatives(of: self.seller, selling: self.model)
        return sellers.flatMap { seller in models.map { ModelName(seller: seller, model: $0) } }
    }

    /// The group of all prices with this name.
    var group: EventTag { EventTag(kind: "price_model", text: "\(self.seller)/\(self.model)") }

    // MARK: Prefixes

    /// `openai/gpt-4.1`, `models/gemini-2.5-pro`, `openrouter/openai/gpt-4.1`: drops words before a slash for as long
    /// as they are known ones.
    private static func withoutPath(_ model: Substring, _ named: inout String?) -> Substring {
        var rest = model
        while let slash = rest.firstIndex(of: "/") {
            let word = rest[..<slash]
            let after = rest[rest.index(after: slash)...]
            let seller = ModelSeller.key(of: String(word))
            guard !after.isEmpty, seller != nil || ModelSeller.pathWords.contains(String(word)) else { break }
            named = named ?? seller
            rest = after
        }
        return rest
    }

    /// `us.anthropic.claude-3-5-haiku-20241022-v1:0`: drops the region, the maker and the revision that Amazon Bedrock
    /// adds (docs.aws.amazon.com/bedrock, "Supported foundation models").
    private static func withoutBedrockPrefix(_ model: Substring, _ named: inout String?) -> Substring {
        var words = model.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        if words.count == 3, ModelSeller.bedrockRegions.contains(String(words[0])) { words.removeFirst() }
        guard let maker = words.first, words.count > 1, ModelSeller.bedrockMakers.contains(String(maker)),
            let rest = words.last, !words[1].isEmpty
        else { return model }
        named = named ?? "bedrock"
        let bare = model[words[1].startIndex..<rest.endIndex]
        guard bare.hasSuffix(":0"), let dash = bare.lastIndex(of: "-") else { return bare }
        let revision = bare[bare.index(after: dash)...].dropLast(2)
        let isRevision = revision.first == "v" && revision.count > 1 && revision.dropFirst().allSatisfy(\.isASCIIDigit)
        // `claude-v2:0` is a model of its own: what is left of a longer name still has a dash.
        return isRevision && bare[..<dash].contains("-") ? bare[..<dash] : bare
    }

    // MARK: Dates

    /// Vertex AI puts a release behind an at sign: `claude-sonnet-4@20250514` is `claude-sonnet-4-20250514`.
    private static func withDashedDate(_ model: Substring) -> String {
        guard let at = model.lastIndex(of: "@"), at > model.startIndex else { return String(model) }
        let release = model[model.index(after: at)...]
        if release == "default" { return String(model[..<at]) }
        return self.isDate(release) || release == "latest" ? "\(model[..<at])-\(release)" : String(model)
    }

    /// The model without the date of its release (`-20250929`, `-2025-04-14`) or `-latest`; nil if it ends in neither.
    /// A version such as `-001` or `-0613` is not a date.
    static func undated(_ model: String) -> String? {
        let count =
            if model.hasSuffix("-latest") {
                7
            } else if self.hasDate(model, digits: 8) {
                9
            } else if self.hasDate(model, digits: 10) {
                11
            } else {
                0
            }
        return count > 0 && model.count > count ? String(model.dropLast(count)) : nil
    }

    private static func hasDate(_ model: String, digits: Int) -> Bool {
        let tail = model.suffix(digits + 1)
        return tail.count == digits + 1 && tail.first == "-" && self.isDate(tail.dropFirst())
    }

    /// `20250414` or `2025-04-14`, of this century.
    private static func isDate(_ text: Substring) -> Bool {
        guard text.hasPrefix("20") else { return false }
        if text.count == 10 { return Day(String(text)) != nil }
        guard text.count == 8, text.allSatisfy(\.isASCIIDigit) else { return false }
        return Day("\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.suffix(2))") != nil
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
