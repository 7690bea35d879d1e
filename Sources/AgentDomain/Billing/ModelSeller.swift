/// The declared tables of names: who sells models, how sources spell that, and which words before a model's name are no
/// part of it.
///
/// Invoices recompute with the rules that they were drafted with: a change of these tables that gives a known name
/// another price needs a new case of `PriceMatching`.
enum ModelSeller {
    /// Each seller's key with its spellings, in lower case and with `_` for dots, dashes and spaces.
    private static let spellings: KeyValuePairs<String, [String]> = [
        "openai": ["openai", "open_ai", "openai_chat", "openai_responses"],
        "azure": [
            "azure", "azure_openai", "azure_open_ai", "azure_ai_openai", "az_ai_openai", "azure_openai_chat",
            "azure_openai_responses",
        ],
        "azure_ai": ["azure_ai", "azure_ai_inference", "az_ai_inference"],
        "anthropic": ["anthropic", "anthropic_messages"],
        "bedrock": ["bedrock", "aws_bedrock", "amazon_bedrock", "bedrock_converse"],
        "gemini": [
            "google", "gemini", "gcp_gemini", "gcp_gen_ai", "google_genai", "google_gen_ai", "google_ai_studio",
            "google_generativeai", "google_generative_ai",
        ],
        "vertex": [
            "vertex", "vertex_ai", "vertexai", "gcp_vertex_ai", "google_vertex", "google_vertex_ai", "google_vertexai",
        ],
        "cohere": ["cohere", "cohere_chat"],
        "deepseek": ["deepseek", "deepseek_ai"],
        "fireworks": ["fireworks", "fireworks_ai"],
        "groq": ["groq"],
        "mistral": ["mistral", "mistral_ai", "mistralai"],
        "ollama": ["ollama", "ollama_chat"],
        "openrouter": ["openrouter", "open_router"],
        "perplexity": ["perplexity", "perplexity_ai"],
        "together": ["together", "together_ai", "togetherai"],
        "watsonx": ["watsonx", "watsonx_ai", "ibm_watsonx", "ibm_watsonx_ai"],
        "xai": ["xai", "x_ai"],
    ]

    private static let keys = [String: String](
        uniqueKeysWithValues: spellings.flatMap { key, spellings in spellings.map { ($0, key) } })

    /// Sellers of the same models, the maker first. Claude models are looked up in the first family, all others in the
    /// rest.
    private static let claudeSellers = ["anthropic", "bedrock", "vertex"]
    private static let families = [["openai", "azure"], ["gemini", "vertex"]]

    /// Words before a slash that name neither a seller nor the model: Google's resource names, and makers of open
    /// models.
    static let pathWords: Set<String> = [
        "models", "publishers", "meta-llama", "qwen", "moonshotai", "z-ai", "nvidia", "microsoft",
    ]

    /// Regions and makers that Amazon Bedrock puts before a model, each with a dot.
    static let bedrockRegions: Set<String> = ["us", "us-gov", "eu", "apac", "au", "ca", "jp", "global"]
    static let bedrockMakers: Set<String> = [
        "ai21", "amazon", "anthropic", "cohere", "deepseek", "google", "meta", "minimax", "mistral", "moonshot",
        "nvidia", "openai", "qwen", "stability", "twelvelabs", "writer",
    ]

    /// The key of the seller that a provider's name means; nil for a name that is not in the table.
    /// - Parameter provider: in lower case.
    static func key(of provider: String) -> String? {
        self.keys[String(provider.map { $0 == "." || $0 == "-" || $0 == " " ? "_" : $0 })]
    }

    /// The other sellers of a family, the maker first.
    static func relatives(of seller: String, selling model: String) -> [String] {
        let families = model.hasPrefix("claude") ? [self.claudeSellers] : self.families
        return families.first { $0.contains(seller) }?.filter { $0 != seller } ?? []
    }
}
