import LedgerEvents
import Seeded
import Testing

@testable import LedgerDomain

@Suite("Secrets")
struct SecretTests {
    let scenario = Scenario()
    let acme: OrganizationID

    init() { self.acme = self.scenario.organization() }

    /// Put together here, so that nothing that looks like a key stands in this file.
    static let keys: [String] = {
        let body = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
        let prefixes = [
            "sk-", "sk-ant-api03-", "sk-proj-", "sk_live_", "rk_live_", "whsec_", "ghp_", "gho_", "github_pat_",
            "glpat-",
            "xoxb-", "xoxp-", "AKIA", "AIza", "ya29.", "SG.", "npm_", "hf_", "pypi-", "eyJhbGciOiJIUzI1NiJ9.",
        ]
        return prefixes.map { $0 + body } + [
            "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE", "postgres://app:" + "hunter2@db.example/app",
            "curl -H 'Authorization: Bearer sk-" + body + "' https://api.example",
        ]
    }()

    private func agent(_ fill: (inout AgentConfiguration) -> Void) -> DomainCommand {
        var created = AgentCreated.context(self.scenario.newID(), "writer \(self.scenario.position)", self.acme)
        fill(&created.configuration)
        return .agent(.create(created))
    }

    private func json(_ text: String) -> JSONText {
        do {
            return try JSONText(parsing: text)
        } catch {
            Issue.record(error)
            return .emptyObject
        }
    }

    private func quoted(_ text: String) -> String {
        var json = JSONWriter()
        json.string(text)
        return json.text
    }

    private func refuse(_ command: DomainCommand, repeating secret: String, in place: String) {
        do {
            let events = try self.scenario.decisions(on: command)
            Issue.record("was accepted and gave \(events)")
        } catch let rejection as Rejection {
            #expect(rejection.reason == .invalidValue)
            #expect(rejection.message.hasPrefix("\(place) holds a secret in clear"), "\(rejection.message)")
            #expect(rejection.message.contains("${API_TOKEN}"), "the remedy is told")
            #expect(!rejection.message.contains(secret), "the secret is repeated")
        } catch {
            Issue.record(error)
        }
    }

    @Test(
        "in the configuration of an agent are found by their looks, wherever they stand", arguments: Self.keys.indices)
    func shapes(index: Int) {
        let key = Self.keys[index]
        let value = self.quoted(key)
        self.refuse(self.agent { $0.context = "Use \(key) to log in." }, repeating: key, in: "context")
        self.refuse(self.agent { $0.description = key }, repeating: key, in: "description")
        let places: [(String, WritableKeyPath<AgentConfiguration, JSONText>)] = [
            ("metadata", \.metadata), ("config", \.parameters), ("io_schema", \.ioSchema),
        ]
        for (place, path) in places {
            self.refuse(
                self.agent { $0[keyPath: path] = self.json(#"{"a":[1,{"b":\#(value)}]}"#) }, repeating: key,
                in: "\(place).a.b")
            self.refuse(self.agent { $0[keyPath: path] = self.json("{\(value):1}") }, repeating: key, in: place)
        }
        self.refuse(self.agent { $0.llmConfig = self.json(#"{"x":\#(value)}"#) }, repeating: key, in: "llm_config.x")
    }

    @Test(
        "under names that tell what they are must be placeholders or references",
        arguments: [
            "password", "api_key", "apiKey", "API-KEY", "client_secret", "token", "Authorization", "credentials",
        ])
    func names(name: String) {
        for secret in ["hunter2", "correct horse", "Basic aHVudGVyMg=="] {
            self.refuse(
                self.agent { $0.metadata = self.json(#"{"auth":{"\#(name)":"\#(secret)"}}"#) }, repeating: secret,
                in: "metadata.auth.\(name)")
        }
        for stand in ["${API_TOKEN}", "Bearer ${API_TOKEN}", "{{ token }}", "vault:agents/7", ""] {
            self.scenario.accept(
                self.agent { $0.metadata = self.json(#"{"auth":{"\#(name)":"\#(stand)"}}"#) }, gives: "agent.created")
        }
        self.scenario.accept(
            self.agent { $0.ioSchema = self.json(#"{"properties":{"\#(name)":{"type":"string"}}}"#) },
            gives: "agent.created")
    }

    @Test("are refused in a configuration in every form that they come in", arguments: SecretForms.all.indices)
    func forms(index: Int) {
        let (name, text) = SecretForms.all[index]
        self.refuse(
            self.agent { $0.metadata = self.json(#"{"a":[{"\#(name)":\#(self.quoted(text))}]}"#) }, repeating: text,
            in: "metadata.a.\(name)")
    }

    @Test("are not seen in what only resembles them", arguments: SecretForms.harmless.indices)
    func harmless(index: Int) {
        let (name, text) = SecretForms.harmless[index]
        self.scenario.accept(
            self.agent { $0.metadata = self.json(#"{"a":[{"\#(name)":\#(self.quoted(text))}]}"#) },
            gives: "agent.created")
    }

    @Test("are refused as numbers, too")
    func numbers() {
        self.refuse(
            self.agent { $0.metadata = self.json(#"{"db_password":12345678}"#) }, repeating: "12345678",
            in: "metadata.db_password")
    }

    @Test("are masked in facts in every place where a configuration is refused for them")
    func facts() throws {
        for text in [
            #"{"password":{"value":"hunter2secret"}}"#, #"{"password":{"value":"correct horse"}}"#,
            #"{"a":[{"password":12345678}]}"#, #"{"db":{"password":["hunter2secret"]}}"#,
            #"{"OPENAIKEY":"hunter2secret"}"#, #"{"note":"My password is hunter2secret"}"#,
        ] {
            var (mask, json) = (RecordMask(), self.json(text))
            try mask.visit(&json)
            #expect(mask.count == 1 && json.text.contains("[masked]"), "\(json.text)")
            let refused = self.agent { $0.metadata = self.json(text) }
            #expect(throws: Rejection.self, "\(text)") { try self.scenario.decisions(on: refused) }
        }
    }

    @Test("are not seen in references to where they lie, nor in counts and descriptions of them")
    func references() throws {
        for text in [
            #"{"api_key":"env:OPENAI_API_KEY"}"#, #"{"password":{"type":"string","minLength":12345}}"#,
            #"{"password":{"value":"${PASSWORD}"}}"#, #"{"max_tokens":4096,"token":{"value":"hello"}}"#,
        ] {
            var (mask, json) = (RecordMask(), self.json(text))
            try mask.visit(&json)
            #expect(mask.count == 0, "\(json.text)")
            self.scenario.accept(self.agent { $0.metadata = self.json(text) }, gives: "agent.created")
        }
    }

    @Test("stay out of settings, workflows, webhooks and names of keys, too")
    func elsewhere() {
        let key = Self.keys[0]
        let object = self.json(#"{"k":\#(self.quoted(key))}"#)
        self.refuse(
            .organization(
                .changeSettings(
                    .with {
                        $0.id = self.acme
                        $0.settings = object
                    })), repeating: key, in: "settings.k")
        self.refuse(
            .workflow(
                .create(
                    .with {
                        $0.id = self.scenario.newID()
                        $0.organization = self.acme
                        $0.name = "report"
                        $0.definition = object
                    })), repeating: key, in: "definition.k")
        let workflow = self.scenario.workflow(of: self.acme)
        self.refuse(
            .workflow(
                .revise(
                    .with {
                        $0.id = workflow
                        $0.definition = object
                    })), repeating: key, in: "definition.k")
        self.refuse(
            .workflow(
                .changeExecutionPolicy(
                    .with {
                        $0.id = workflow
                        $0.errorHandling = object
                    })), repeating: key, in: "error_handling.k")
        let agent = self.scenario.agent(of: self.acme)
        self.refuse(
            .agent(
                .changeWebhook(
                    .with {
                        $0.id = agent
                        $0.url = "https://hooks.example/?key=\(key)"
                    })), repeating: key, in: "webhook_url")
        self.refuse(
            .organization(
                .issueAPIKey(
                    .with {
                        $0.id = self.acme
                        $0.key = self.scenario.newID()
                        $0.name = key
                        $0.hash = digest("a")
                        $0.prefix = "sk-A1"
                    })), repeating: key, in: "name")
    }

    @Test("that are sealed are references or ciphertext, never clear text")
    func sealed() throws {
        let jwe =
            "eyJhbGciOiJSU0EtT0FFUCJ9.OKOawDo13gRp2ojaHV7LFpZcgV7T.48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYI.XFBoMYUZ"
        for value in ["vault:integrations/7", "ref:slack", "kms:AQICAHj3Zm9vYmFy", "vault:v1:8SDd3WHDOjf7mq69Cy", jwe] {
            try Require.sealedSecret(value, "credentials")
        }
        for value in [
            "", "hunter2", "correct horse battery staple", "user:hunter2", "enc:none:hunter2", Self.keys[0],
            "kms:" + Self.keys[0], "a.b.c.d.e",
        ] {
            let rejection = #expect(throws: Rejection.self) { try Require.sealedSecret(value, "credentials") }
            #expect(value.isEmpty || rejection?.message.contains(value) == false)
        }
    }
    @Test("stay out of what workflows and integrations are configured with")
    func configurations() {
        let object = self.json(#"{"k":\#(self.quoted(Self.keys[0]))}"#)
        let workflow = self.scenario.workflow(of: self.acme)
        self.refuse(
            .workflowNode(
                .place(
                    .with {
                        $0.id = self.scenario.newID()
                        $0.workflow = workflow
                        $0.settings.name = "collect"
                        $0.settings.configuration = object
                    })), repeating: Self.keys[0], in: "configuration.k")
        self.refuse(
            .integration(
                .connect(
                    .with {
                        $0.id = self.scenario.newID()
                        $0.organization = self.acme
                        $0.integrationType = "slack"
                        $0.credentials = "vault:acme/slack"
                        $0.config = object
                    })), repeating: Self.keys[0], in: "config.k")
    }
}
