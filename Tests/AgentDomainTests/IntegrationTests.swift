import LedgerDomain
import LedgerEvents
import Testing

@Suite("An integration")
struct IntegrationTests {
    let scenario = Scenario()
    let acme: OrganizationID
    let slack: IntegrationID

    init() {
        self.acme = self.scenario.organization()
        self.slack = self.scenario.newID()
        self.scenario.accept(self.connect { $0.id = self.slack }, gives: "integration.connected")
    }

    private var state: Integration? { self.scenario.find(self.slack) }

    private func connect(_ fill: (inout IntegrationConnected) -> Void = { _ in }) -> DomainCommand {
        var connected = IntegrationConnected()
        connected.id = self.scenario.newID()
        connected.organization = self.acme
        connected.integrationType = "slack"
        connected.credentials = "vault:acme/slack"
        fill(&connected)
        return .integration(.connect(connected))
    }

    private func rotate(_ credentials: String) -> DomainCommand {
        .integration(
            .rotateCredentials(
                .with {
                    $0.id = self.slack
                    $0.credentials = credentials
                }))
    }

    private func fail(_ error: String = "401") -> DomainCommand {
        .integration(
            .fail(
                .with {
                    $0.id = self.slack
                    $0.error = error
                }))
    }

    private var use: DomainCommand { .integration(.use(.with { $0.id = self.slack })) }
    private var disconnect: DomainCommand {
        .integration(
            .disconnect(
                .with {
                    $0.id = self.slack
                    $0.reason = "unpaid"
                }))
    }
    private var remove: DomainCommand { .integration(.remove(.with { $0.id = self.slack })) }

    @Test("is connected from the beginning, and was never used")
    func beginning() throws {
        let state = try #require(self.state)
        #expect(state.status == .connected)
        #expect(state.config == "{}")
        #expect(state.connectedAt == state.createdAt)
        #expect(state.updatedAt == state.createdAt)
        #expect(state.lastUsedAt == nil)
        #expect(state.owner == self.acme)
    }

    @Test("is the only one of its type in its organization, until it is removed")
    func uniqueness() {
        self.scenario.refuse(self.connect(), .notUnique, says: "is taken by integration \(self.slack)", "slack")
        self.scenario.accept(self.connect { $0.integrationType = "google_sheets" }, gives: "integration.connected")
        let globex = self.scenario.organization("globex")
        self.scenario.accept(self.connect { $0.organization = globex }, gives: "integration.connected")
        self.scenario.accept(self.remove, gives: "integration.removed")
        self.scenario.accept(self.connect(), gives: "integration.connected")
        self.scenario.refuse(self.use, .ruleBroken, says: "was removed at", "connect another")
        self.scenario.refuse(self.connect { $0.id = self.slack }, .ruleBroken, says: "was removed at")
    }

    @Test("belongs to an organization that takes new things, and has a type that is a word")
    func connecting() {
        self.scenario.refuse(self.connect { $0.organization = self.scenario.newID() }, .notFound, says: "organization")
        self.scenario.refuse(self.connect { $0.id = .zero }, .invalidValue, says: "integration_id must be given")
        self.scenario.refuse(self.connect { $0.integrationType = "Slack" }, .invalidValue, says: "must be 1 to 100")
        self.scenario.refuse(self.connect { $0.integrationType = "" }, .invalidValue, says: "integration_type")
        self.scenario.refuse(self.connect { $0.config = "[]" }, .invalidValue, says: "config must be a JSON object")
        self.scenario.refuse(self.connect { $0.name = "" }, .invalidValue, says: "name must not be empty")
        self.scenario.refuse(
            self.connect {
                $0.id = self.slack
                $0.integrationType = "hubspot"
            }, .alreadyExists, says: "\(self.slack)")
        self.scenario.refuse(
            self.connect {
                $0.id = self.slack
                $0.name = "another"
            }, .ruleBroken, says: "is connected already", "integration.reconfigure")
        self.scenario.refuse(
            .integration(.remove(.with { $0.id = self.scenario.newID() })), .notFound, says: "no integration")
    }

    @Test(
        "takes a reference to its credentials or their ciphertext",
        arguments: [
            "vault:acme/slack/2", "env:SLACK_TOKEN", "arn:aws:secretsmanager:eu-1:123:secret:slack",
            "op://acme/slack/token", "enc:aes-256-gcm:q83vASNFZ4mrze8BI0VniavN7wEjRWeJ",
            "eyJhbGciOiJkaXIifQ..48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4.XFBoMYUZodetZdvT",
        ])
    func standIns(credentials: String) {
        self.scenario.accept(self.rotate(credentials), gives: "integration.credentials_rotated")
        #expect(self.state?.credentials == credentials)
        #expect(self.state?.credentialsRotatedAt == self.scenario.now)
    }

    @Test(
        "refuses the credentials themselves, says what to give instead, and does not repeat them",
        arguments: [
            "xoxb-2345-hunter2", "user:hunter2", "hunter2", "", "vault:", "vault:hunter2 with spaces",
            #"{"token":"hunter2"}"#, "enc:none:hunter2", "Bearer hunter2", "https://user:hunter2@host",
        ])
    func clearText(credentials: String) throws {
        let rotate = self.rotate(credentials)
        self.scenario.refuse(
            rotate, .invalidValue, says: "credentials must say where the secret lies, such as vault:integrations/7",
            "or be ciphertext", "never the secret")
        self.scenario.refuse(
            self.connect {
                $0.integrationType = "hubspot"
                $0.credentials = credentials
            }, .invalidValue, says: "never the secret")
        let rejection = try #require(throws: Rejection.self) {
            guard case .integration(let command) = rotate else { return }
            let order = CommandContext(actor: .system("tests"), occurredAt: self.scenario.now)
            _ = try IntegrationDecider.decide(command, given: self.state, order, in: self.scenario)
        }
        #expect(!rejection.message.contains("hunter2"))
    }

    @Test("that failed or was disconnected is connected again, with what is given then")
    func reconnecting() {
        let reconnect = self.connect {
            $0.id = self.slack
            $0.name = "Chat"
            $0.credentials = "vault:acme/slack/2"
        }
        self.scenario.accept(self.fail(), gives: "integration.failed")
        #expect(self.state?.status == .error)
        #expect(self.state?.errorMessage == "401")
        self.scenario.accept(self.fail("403"), gives: "integration.failed")
        self.scenario.refuse(self.use, .ruleBroken, says: "is in state error; connect it before it is used")
        self.scenario.accept(reconnect, gives: "integration.connected")
        #expect(self.state?.status == .connected)
        #expect(self.state?.errorMessage == nil)
        #expect(self.state?.name == "Chat")
        #expect(self.state?.connectedAt == self.scenario.now)
        self.scenario.accept(self.disconnect, gives: "integration.disconnected")
        #expect(self.state?.statusReason == "unpaid")
        self.scenario.refuse(self.use, .ruleBroken, says: "is in state disconnected")
        self.scenario.refuse(
            self.fail(), .invalidTransition,
            says: "integration cannot go from disconnected to error; allowed: connected")
        self.scenario.accept(reconnect, gives: "integration.connected")
        self.scenario.accept(self.fail(), gives: "integration.failed")
        self.scenario.accept(self.disconnect, gives: "integration.disconnected")
        #expect(self.state?.errorMessage == nil)
    }

    @Test("is reconfigured as a whole")
    func configuration() {
        func reconfigure(_ name: String?, _ config: JSONText) -> DomainCommand {
            .integration(
                .reconfigure(
                    .with {
                        $0.id = self.slack
                        $0.name = name
                        $0.config = config
                    }))
        }
        self.scenario.accept(reconfigure(nil, "{}"))
        self.scenario.accept(reconfigure("Chat", #"{"channel":"a"}"#), gives: "integration.reconfigured")
        self.scenario.accept(reconfigure(nil, #"{"channel":"a"}"#), gives: "integration.reconfigured")
        #expect(self.state?.name == nil)
        self.scenario.refuse(
            reconfigure(nil, #"{"api_key":"hunter2"}"#), .invalidValue, says: "config.api_key holds a secret in clear")
        self.scenario.refuse(
            self.connect {
                $0.integrationType = "hubspot"
                $0.config = #"{"password":"hunter2"}"#
            }, .invalidValue, says: "config.password holds a secret in clear")
        self.scenario.refuse(reconfigure(nil, "[]"), .invalidValue, says: "config must be a JSON object")
        self.scenario.refuse(reconfigure(" ", "{}"), .invalidValue, says: "name")
    }

    @Test("remembers when it was used last, and by runs of its own organization only")
    func uses() {
        let run = self.scenario.run(of: self.scenario.workflow(of: self.acme))
        self.scenario.accept(
            .integration(
                .use(
                    .with {
                        $0.id = self.slack
                        $0.workflowExecution = run
                    })), gives: "integration.used")
        #expect(self.state?.lastUsedAt == self.scenario.now)
        #expect(self.state?.timesUsed == 1)
        self.scenario.accept(self.use, gives: "integration.used")
        let stranger = self.scenario.run(of: self.scenario.workflow(of: self.scenario.organization("globex")))
        self.scenario.refuse(
            .integration(
                .use(
                    .with {
                        $0.id = self.slack
                        $0.workflowExecution = stranger
                    })), .ruleBroken, says: "belongs to another organization")
    }
}
