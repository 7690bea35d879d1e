import LedgerEvents
import Testing

@testable import LedgerDomain

@Suite("A model's name")
struct ModelNameTests {
    private func key(_ provider: String?, _ model: String) -> String {
        ModelName(provider: provider, model: model).map { "\($0.seller) \($0.model)" } ?? "none"
    }

    @Test("is the same in any letter case, and without a prefix that names a seller, a maker or a region")
    func prefixes() {
        for (provider, model, expected) in [
            ("OpenAI", "GPT-4.1", "openai gpt-4.1"),
            ("openai", "openai/gpt-4.1", "openai gpt-4.1"),
            ("gcp.gemini", "models/gemini-2.5-pro", "gemini gemini-2.5-pro"),
            ("vertex_ai", "publishers/google/models/gemini-2.5-pro", "vertex gemini-2.5-pro"),
            ("openrouter", "openai/gpt-4.1", "openrouter gpt-4.1"),
            ("aws.bedrock", "us.anthropic.claude-3-5-haiku-20241022-v1:0", "bedrock claude-3-5-haiku-20241022"),
            ("aws.bedrock", "anthropic.claude-3-5-sonnet-20241022-v2:0", "bedrock claude-3-5-sonnet-20241022"),
            ("aws.bedrock", "amazon.nova-pro-v1:0", "bedrock nova-pro"),
            ("aws.bedrock", "anthropic.claude-v2:1", "bedrock claude-v2:1"),
            ("aws.bedrock", "anthropic.claude-v2:0", "bedrock claude-v2:0"),
            ("vertex_ai", "claude-sonnet-4@20250514", "vertex claude-sonnet-4-20250514"),
            ("ollama", "llama3.2:3b", "ollama llama3.2:3b"),
            ("Our Gateway", "a/b", "our gateway a/b"),
        ] { #expect(self.key(provider, model) == expected, "\(provider) \(model)") }
    }

    @Test("names a seller itself where no provider is given")
    func namedByPrefix() {
        #expect(self.key(nil, "openai/gpt-4.1") == "openai gpt-4.1")
        #expect(self.key("", "azure/gpt-4.1") == "azure gpt-4.1")
        #expect(self.key("", "eu.anthropic.claude-sonnet-4-20250514-v1:0") == "bedrock claude-sonnet-4-20250514")
        #expect(self.key(nil, "gpt-4.1") == " gpt-4.1")
        #expect(self.key(nil, "models/gemini-2.5-pro") == " gemini-2.5-pro")
    }

    @Test("keeps a slash or a dot that does not follow a known word, and what would be nothing without its prefix")
    func unknownWords() {
        #expect(self.key("acme", "team/gpt-4.1") == "acme team/gpt-4.1")
        #expect(self.key("openai", "gpt-4.1") == "openai gpt-4.1")
        #expect(self.key("openai", "openai/") == "openai openai/")
        #expect(self.key("bedrock", "anthropic.") == "bedrock anthropic.")
        #expect(self.key("x", "us.something.else") == "x us.something.else")
        #expect(ModelName(provider: "openai", model: nil) == nil)
        #expect(ModelName(provider: "openai", model: "") == nil)
    }

    @Test("has one seller in all its spellings, which are not those of another")
    func spellings() {
        for (seller, providers) in [
            ("openai", ["OpenAI", "openai", "open_ai"]),
            ("azure", ["azure", "azure_openai", "azure.ai.openai", "az.ai.openai", "Azure-OpenAI"]),
            ("anthropic", ["anthropic", "Anthropic"]),
            ("bedrock", ["aws.bedrock", "aws_bedrock", "amazon-bedrock", "bedrock"]),
            ("gemini", ["gcp.gemini", "gcp.gen_ai", "google", "google_genai", "gemini"]),
            ("vertex", ["vertex_ai", "gcp.vertex_ai", "VertexAI"]),
            ("mistral", ["mistral_ai", "mistralai", "Mistral"]), ("xai", ["x_ai", "xai", "x.ai"]),
            ("ollama", ["Ollama"]), ("watsonx", ["ibm.watsonx.ai"]), ("cohere", ["Cohere"]), ("groq", ["Groq"]),
            ("deepseek", ["DeepSeek"]), ("perplexity", ["Perplexity"]),
        ] {
            for provider in providers { #expect(self.key(provider, "m") == "\(seller) m", "\(provider)") }
        }
    }

    @Test("loses a true date or `-latest`, and nothing else at its end")
    func dates() {
        for (model, undated) in [
            ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5"), ("gpt-4.1-2025-04-14", "gpt-4.1"),
            ("claude-3-5-sonnet-latest", "claude-3-5-sonnet"),
        ] { #expect(ModelName.undated(model) == undated, "\(model)") }
        for model in [
            "gemini-2.0-flash-001", "gpt-4-0613", "gpt-4.1", "o1-mini", "model-20251340", "model-2025-02-30",
            "model-19991231", "20250929", "-latest", "gpt-4-1106-preview", "modellatest", "a-2025-4-14",
        ] { #expect(ModelName.undated(model) == nil, "\(model)") }
    }

    @Test("of any spelling comes to the same name again, from any seed")
    func stable() {
        let seed = UInt64.random(in: 0 ... .max)
        var state = seed
        func next(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        let providers = ["openai", "Azure", "gcp.gemini", "aws.bedrock", "acme", "", "x.ai"]
        let prefixes = ["", "openai/", "models/", "us.anthropic.", "anthropic.", "team/", "bedrock/"]
        let models = ["gpt-4.1", "GPT-4o", "claude-3-5-sonnet", "o1", "nova-pro", "x"]
        let endings = ["", "-20250929", "-2025-04-14", "-latest", "-v1:0", "@20250514", "-001"]
        for _ in 0..<2000 {
            let provider = providers[next(providers.count)]
            let model =
                prefixes[next(prefixes.count)] + models[next(models.count)] + endings[next(endings.count)]
            guard let name = ModelName(provider: provider, model: model) else { continue }
            let again = ModelName(provider: name.seller, model: name.model)
            #expect(again == name, "\(provider) \(model), seed \(seed)")
            let shouted = ModelName(provider: provider.uppercased(), model: model.uppercased())
            #expect(shouted == name, "\(provider) \(model), seed \(seed)")
        }
    }
}

@Suite("A price matches")
struct PriceMatchingTests {
    let scenario = Scenario()
    let acme: OrganizationID

    init() { self.acme = self.scenario.organization() }

    private func set(_ provider: String?, _ model: String?, _ amount: String) {
        _ = self.scenario.price("input_tokens", amount) {
            $0.provider = provider
            $0.model = model
        }
    }

    /// What a million tokens cost; nil: they have no price.
    private func cost(_ provider: String?, _ model: String?) -> String? {
        let id = self.scenario.usage(of: self.acme, "input_tokens", 1_000_000) {
            $0.provider = provider
            $0.model = model
        }
        return self.scenario.find(id)?.cost?.amount.description
    }

    @Test("the exact spelling before any other, whichever was set first")
    func exactFirst() {
        self.set("openai", "gpt-4.1", "1")
        #expect(self.cost("azure.ai.openai", "GPT-4.1-2025-04-14") == "1")
        self.set("azure.ai.openai", "GPT-4.1-2025-04-14", "2")
        #expect(self.cost("azure.ai.openai", "GPT-4.1-2025-04-14") == "2")
        self.set(nil, "gpt-4o", "3")
        self.set("OpenAI", "gpt-4o", "4")
        #expect(self.cost("openai", "gpt-4o") == "3", "any provider's, spelled exactly")
        #expect(self.cost("OpenAI", "gpt-4o") == "4")
        #expect(self.cost("openai", "GPT-4o") == "4", "no exact one: the seller's own")
    }

    @Test("whatever the letter case and the prefix of the model")
    func caseAndPrefix() {
        self.set("openai", "gpt-4.1", "1")
        for (provider, model) in [
            ("OpenAI", "gpt-4.1"), ("openai", "GPT-4.1"), ("openai", "openai/gpt-4.1"), ("", "openai/gpt-4.1"),
        ] { #expect(self.cost(provider, model) == "1", "\(provider) \(model)") }
        self.set("google", "models/Gemini-2.5-Pro", "2")
        #expect(self.cost("gcp.gemini", "gemini-2.5-pro") == "2")
        self.set(nil, "Large", "3")
        #expect(self.cost("acme-ai", "large") == "3")
    }

    @Test("the seller's own before that of any provider, and that before another seller's of its family")
    func families() {
        self.set("azure.ai.openai", "gpt-4.1", "2")
        #expect(self.cost("openai", "gpt-4.1") == "2", "no other is set")
        self.set("openai", "gpt-4.1", "1")
        #expect(self.cost("OpenAI", "gpt-4.1") == "1")
        #expect(self.cost("az.ai.openai", "gpt-4.1") == "2")
        self.set("openai", "gpt-4o", "3")
        #expect(self.cost("azure_openai", "gpt-4o") == "3")
        self.set(nil, "gpt-4o", "4")
        #expect(self.cost("azure_openai", "GPT-4o") == "4")
        self.set("anthropic", "claude-sonnet-4-5", "5")
        #expect(self.cost("aws.bedrock", "us.anthropic.claude-sonnet-4-5-20250929-v1:0") == "5")
        #expect(self.cost("gcp.vertex_ai", "claude-sonnet-4-5@20250929") == "5")
        self.set("gemini", "gemini-2.5-pro", "6")
        #expect(self.cost("gcp.vertex_ai", "gemini-2.5-pro") == "6")
    }

    @Test("the maker's before another seller's, where neither is the usage's own")
    func makerFirst() {
        self.set("vertex_ai", "claude-opus-4", "1")
        self.set("anthropic", "claude-opus-4", "2")
        #expect(self.cost("aws.bedrock", "anthropic.claude-opus-4") == "2")
    }

    @Test("a seller's own price for the undated model before a relative's for the release")
    func ownBeforeRelative() {
        self.set("azure", "gpt-4.1-2025-04-14", "2")
        self.set("openai", "gpt-4.1", "1")
        #expect(self.cost("openai", "gpt-4.1-2025-04-14") == "1")
    }

    @Test("of two spellings of one seller, the usage's own")
    func ownSpelling() {
        self.set("azure_openai", "gpt-4.1", "1")
        self.set("azure", "GPT-4.1", "2")
        #expect(self.cost("Azure", "gpt-4.1") == "2")
        #expect(self.cost("azure_OpenAI", "gpt-4.1") == "1")
    }

    @Test("a dated release by the undated name, and never an undated name by a release")
    func dated() {
        self.set("anthropic", "claude-sonnet-4-5", "1")
        #expect(self.cost("anthropic", "claude-sonnet-4-5-20250929") == "1")
        #expect(self.cost("anthropic", "claude-sonnet-4-5-latest") == "1")
        self.set("anthropic", "claude-sonnet-4-5-20250929", "2")
        #expect(self.cost("anthropic", "claude-sonnet-4-5") == "1")
        #expect(self.cost("Anthropic", "Claude-Sonnet-4-5-20250929") == "2", "the release before the undated name")
        self.set("openai", "gpt-4.1-2025-04-14", "3")
        #expect(self.cost("openai", "gpt-4.1") == nil)
        #expect(self.cost("openai", "gpt-4.1-2025-05-01") == nil)
    }

    @Test("no other model, however alike the names are")
    func falseMatches() {
        for model in ["gpt-4", "o1", "claude-3-sonnet", "gemini-2.0-flash", "llama3"] {
            self.set("openai", model, "1")
            self.set(nil, model, "1")
        }
        for model in [
            "gpt-4o", "gpt-4.1", "gpt-4-turbo", "gpt-4-0613", "o1-mini", "o1-preview", "claude-3-5-sonnet",
            "claude-3-7-sonnet-20250219", "gemini-2.0-flash-001", "gemini-2.0-flash-lite", "llama3:8b", "gpt", "4",
            "team/gpt-4",
        ] { #expect(self.cost("openai", model) == nil, "\(model)") }
    }

    @Test("no other provider outside the family, and no usage without a provider")
    func falseProviders() {
        self.set("openai", "gpt-4.1", "1")
        for provider in ["groq", "openrouter", "openai-compatible", "anthropic", "google", "azure_ai", "", nil] {
            #expect(self.cost(provider, "gpt-4.1") == nil, "\(provider ?? "none")")
        }
        self.set("anthropic", "nova-pro", "1")
        #expect(self.cost("aws.bedrock", "amazon.nova-pro-v1:0") == nil, "only Claude models are Anthropic's")
    }

    @Test("any model only where no name matches")
    func anyModelLast() {
        self.set(nil, nil, "9")
        self.set("openai", "gpt-4.1", "1")
        #expect(self.cost("azure", "gpt-4.1-2025-04-14") == "1")
        #expect(self.cost("azure", "gpt-4o") == "9")
    }

    @Test("usage that was recorded before it was set, when it is billed")
    func billedLater() throws {
        #expect(self.cost("azure", "gpt-4.1-2025-04-14") == nil)
        self.set("openai", "gpt-4.1", "2")
        let invoice = try self.scenario.draft(self.acme)
        #expect(invoice.lines.map(\.amount.description) == ["2"])
        #expect(invoice.priceMatching == PriceMatching.current.rawValue)
        #expect(invoice.unpricedRecords == 0)
    }

    @Test("an invoice that was drafted before names were normalized only as it did then")
    func olderInvoices() throws {
        #expect(self.cost("azure", "gpt-4.1") == nil)
        let exact = self.scenario.usage(of: self.acme, "image", 3)
        let price = self.scenario.price("image", "1")
        self.set("openai", "gpt-4.1", "2")
        // As the version before wrote it: no field `price_matching`.
        var draft = InvoiceDrafted()
        draft.id = self.scenario.newID()
        draft.organization = self.acme
        draft.currency = .usd
        draft.periodStart = Day("2025-08-01")!
        draft.periodEnd = Day("2025-08-31")!
        draft.throughPosition = self.scenario.position
        draft = try draft.recomputed(in: self.scenario)
        #expect(draft.lines.map(\.price) == [price])
        #expect(draft.unpricedRecords == 1)
        try self.scenario.given(.invoice(.drafted(draft)))
        #expect(self.scenario.billing(of: exact)?.invoice == draft.id)
        // What it left is billed by the next one, by the rules of today.
        #expect(try self.scenario.draft(self.acme).lines.map(\.amount.description) == ["2"])
        let usage = self.scenario.usageRecords.map(\.id)
        #expect(usage.map { self.scenario.billing(of: $0)?.rate?.unitPrice.description } == ["0.000002", "1"])
    }
}
