import LedgerEvents
import Testing

@testable import LedgerDomain

@Suite("A model's alias")
struct ModelAliasTests {
    let scenario = Scenario()
    let acme: OrganizationID

    init() { self.acme = self.scenario.organization() }

    private func alias(_ provider: String?, _ model: String, _ fill: (inout ModelAliasSet) -> Void) -> ModelAliasSet {
        var alias = ModelAliasSet()
        alias.provider = provider
        alias.model = model
        fill(&alias)
        if alias.id == .zero { alias.id = ModelAliasID(bits: alias.newID(0)) }
        return alias
    }

    private func set(
        _ provider: String?, _ model: String, as priceProvider: String?, _ priceModel: String
    ) -> DomainCommand {
        let set = self.alias(provider, model) {
            $0.priceProvider = priceProvider
            $0.priceModel = priceModel
        }
        return .modelAlias(.set(set))
    }

    private func remove(_ provider: String?, _ model: String) -> DomainCommand {
        let id = ModelAlias.id(provider: provider, model: model)
        return .modelAlias(
            .remove(
                .with {
                    $0.id = id
                    $0.reason = "renamed"
                }))
    }

    private func price(_ provider: String?, _ model: String, _ amount: String) {
        _ = self.scenario.price("input_tokens", amount) {
            $0.provider = provider
            $0.model = model
        }
    }

    private func cost(_ provider: String?, _ model: String) -> String? {
        let id = self.scenario.usage(of: self.acme, "input_tokens", 1_000_000) {
            $0.provider = provider
            $0.model = model
        }
        return self.scenario.find(id)?.cost?.amount.description
    }

    @Test("gives usage the price of the name that it stands for, until it is removed")
    func used() {
        self.price("openai", "gpt-4.1", "2")
        #expect(self.cost("gateway", "fast") == nil)
        self.scenario.accept(self.set("gateway", "fast", as: "openai", "gpt-4.1"), gives: "model_alias.set")
        #expect(self.cost("gateway", "fast") == "2")
        #expect(self.cost("gateway", "FAST") == nil, "an alias is for one exact spelling")
        self.price("anthropic", "claude-opus-4", "15")
        self.scenario.accept(self.set("gateway", "fast", as: "anthropic", "claude-opus-4"), gives: "model_alias.set")
        #expect(self.cost("gateway", "fast") == "15")
        self.scenario.accept(self.remove("gateway", "fast"), gives: "model_alias.removed")
        #expect(self.cost("gateway", "fast") == nil)
        self.scenario.accept(self.set("gateway", "fast", as: "openai", "gpt-4.1"), gives: "model_alias.set")
        #expect(self.cost("gateway", "fast") == "2")
    }

    @Test("comes after the exact price and before the normalized names")
    func order() {
        self.price("openai", "gpt-4.1", "2")
        self.price("openai", "gpt-4o", "3")
        self.scenario.accept(self.set("azure", "gpt-4.1", as: "openai", "gpt-4o"), gives: "model_alias.set")
        #expect(self.cost("azure", "gpt-4.1") == "3", "before the family's own gpt-4.1")
        self.price("azure", "gpt-4.1", "4")
        #expect(self.cost("azure", "gpt-4.1") == "4")
    }

    @Test("keeps the source's provider where it names none, and its own name is normalized too")
    func ownProvider() {
        self.price("openai", "gpt-4.1", "2")
        self.scenario.accept(self.set("azure", "deployment-7", as: nil, "GPT-4.1"), gives: "model_alias.set")
        #expect(self.cost("azure", "deployment-7") == "2")
        #expect(self.cost("groq", "deployment-7") == nil)
    }

    @Test("without a provider holds for the model of any, unless the provider has one of its own")
    func anyProvider() {
        self.price("openai", "gpt-4.1", "2")
        self.price("openai", "gpt-4o", "3")
        self.scenario.accept(self.set(nil, "fast", as: "openai", "gpt-4.1"), gives: "model_alias.set")
        self.scenario.accept(self.set("gateway", "fast", as: "openai", "gpt-4o"), gives: "model_alias.set")
        #expect(self.cost("elsewhere", "fast") == "2")
        #expect(self.cost(nil, "fast") == "2")
        #expect(self.cost("", "fast") == "2")
        #expect(self.cost("gateway", "fast") == "3")
    }

    @Test("is not followed by another alias")
    func chains() {
        self.price("openai", "gpt-4.1", "2")
        self.scenario.accept(self.set("a", "x", as: "b", "y"), gives: "model_alias.set")
        self.scenario.accept(self.set("b", "y", as: "openai", "gpt-4.1"), gives: "model_alias.set")
        #expect(self.cost("a", "x") == nil)
        #expect(self.cost("b", "y") == "2")
    }

    @Test("that is set later bills what had no price, and an invoice keeps it when the alias goes")
    func invoices() throws {
        self.price("openai", "gpt-4.1", "2")
        let id = self.scenario.usage(of: self.acme, "input_tokens", 1_000_000) {
            $0.provider = "gateway"
            $0.model = "fast"
        }
        self.scenario.accept(self.set("gateway", "fast", as: "openai", "gpt-4.1"), gives: "model_alias.set")
        let invoice = try self.scenario.draft(self.acme)
        #expect(invoice.lines.map(\.amount.description) == ["2"])
        self.price("openai", "gpt-4o", "9")
        self.scenario.accept(self.set("gateway", "fast", as: "openai", "gpt-4o"), gives: "model_alias.set")
        #expect(self.scenario.cost(of: id)?.description == "2")
        self.scenario.accept(self.remove("gateway", "fast"), gives: "model_alias.removed")
        #expect(self.scenario.cost(of: id)?.description == "2")
        #expect(self.scenario.billing(of: id)?.invoice == invoice.id)
    }

    @Test("is for a whole name, to another one, under the id that follows from it")
    func refusals() {
        self.scenario.refuse(self.set("a", "", as: "b", "y"), .invalidValue, says: "model must not be empty")
        self.scenario.refuse(self.set("a", "x", as: "b", ""), .invalidValue, says: "price_model must not be empty")
        self.scenario.refuse(self.set("", "x", as: "b", "y"), .invalidValue, says: "provider must not be empty")
        self.scenario.refuse(self.set("a", "x", as: "", "y"), .invalidValue, says: "price_provider must not be empty")
        self.scenario.refuse(self.set("a", "x", as: "a", "x"), .invalidValue, says: "another name")
        self.scenario.refuse(self.set("a", "x", as: nil, "x"), .invalidValue, says: "another name")
        let named = self.alias("a", "x") {
            $0.id = ID(bits: 7)
            $0.priceModel = "y"
        }
        self.scenario.refuse(.modelAlias(.set(named)), .invalidValue, says: "leave it out")
        self.scenario.refuse(self.remove("a", "x"), .notFound, says: "there is no model_alias")
    }

    @Test("of one provider and model is never that of others, whatever slashes they have")
    func ids() {
        #expect(ModelAlias.id(provider: "a/b", model: "c") != ModelAlias.id(provider: "a", model: "b/c"))
        #expect(ModelAlias.id(provider: nil, model: "c") == ModelAlias.id(provider: "", model: "c"))
    }
}
