import AgentLedger
import LedgerDomain
import LedgerEvents
import Seeded
import Testing

@Suite("Secrets in what is recorded")
struct SecretMaskTests {
    let scratch: Scratch
    let ledger: Ledger

    init() async throws {
        self.scratch = try Scratch()
        self.ledger = try Ledger.create(at: self.scratch.file("ledger"))
        try await self.ledger.prepareRun()
    }

    private static func quoted(_ text: String) -> String {
        var json = JSONWriter()
        json.string(text)
        return json.text
    }

    private static func logLine(_ id: UInt128, _ name: String, _ text: String) -> String {
        #"{"command":"log_line.record","data":{"log_id":"\#(UUIDText.format(id))","workflow_execution_id":"\#(run)","#
            + #""level":"info","message":"m","context":{"\#(name)":\#(Self.quoted(text))}}}"#
    }

    @Test("a fact is recorded with its secrets masked and counted, in every form that they come in")
    func facts() async throws {
        var count = 0
        for (name, text) in SecretForms.all {
            let id = self.ledger.makeID()
            let command = Self.logLine(id, name, text)
            #expect(try await self.ledger.perform(command).isAccepted, "\(command)")
            #expect(try await self.ledger.perform(command).isUnchanged)
            count += 1
            #expect(await self.ledger.maskedSecrets == count, "\(name): \(text)")
        }
        let stored = try rows("SELECT context FROM execution_logs", of: self.ledger.path).joined().joined()
        #expect(!stored.contains(SecretForms.body))
    }

    @Test("a configuration, an actor and an idempotency key with a secret are refused")
    func refused() async throws {
        let key = "sk-" + "proj-" + SecretForms.body
        for (command, place) in [
            (
                #"{"command":"workflow.create","data":{"organization_id":"\#(acme)","name":"n","description":"password=\#(key)"}}"#,
                "description"
            ),
            (
                #"{"command":"agent.create","data":{"organization_id":"\#(acme)","llm_config":{},"name":"\#(key)"}}"#,
                "name"
            ),
            (
                #"{"command":"workflow.pause","actor":"system:\#(key)","data":{"workflow_id":"\#(flow)"}}"#, "actor"
            ),
            (
                #"{"command":"workflow.pause","idempotency_key":"\#(key)","data":{"workflow_id":"\#(flow)"}}"#,
                "idempotency_key"
            ),
        ] {
            let refusal = try await self.ledger.perform(command).refusal
            #expect(refusal?.message.contains("\(place) holds a secret") == true, "\(refusal.debugDescription)")
            #expect(refusal?.message.contains(key) != true)
        }
        #expect(await self.ledger.maskedSecrets == 0)
    }

    @Test("a configuration is refused for what stands around a value: its name beside it, or a thing of secrets")
    func places() async throws {
        for (settings, isSecret) in [
            (#"{"env":[{"name":"OPENAI_API_KEY","value":"abc123abc123abc123"}]}"#, true),
            (#"{"env":[{"value":"abc123abc123abc123","key":"OPENAI_API_KEY"}]}"#, true),
            (#"{"env":[{"name":"REGION","value":"eu-west-1-zone-2"}]}"#, false),
            (#"{"headers":[["x-api-key","abc123abc123abc123"]]}"#, true),
            (#"{"required":["api_key","client_name"]}"#, false), (#"{"secrets":{"x":"hunter2"}}"#, true),
            (#"{"credentials":{"type":"basic","username":"ann","port":5432}}"#, false),
            (#"{"aws_credentials":{"zone":{"x":"hunter2"}}}"#, true),
        ] {
            let refusal = try await self.ledger.perform(
                #"{"command":"organization.change_settings","data":{"organization_id":"\#(acme)","settings":\#(settings)}}"#
            ).refusal
            #expect((refusal != nil) == isSecret, "\(settings): \(refusal.debugDescription)")
        }
    }

    @Test("pairs of name and value, names of members and user agents are masked in facts")
    func masked() async throws {
        let key = "sk-" + "proj-" + SecretForms.body
        for context in [
            #"{"env":[{"name":"OPENAI_API_KEY","value":"abc123abc123abc123"}]}"#,
            #"{"headers":[["x-api-key","abc123abc123abc123"]]}"#, #"{"secrets":{"x":"abc123abc123abc123"}}"#,
            #"{"abc123abc123abc123 \#(key)":1}"#,
        ] {
            let command =
                #"{"command":"log_line.record","source":{"user_agent":"x \#(key)"},"data":{"workflow_execution_id":"\#(run)","#
                + #""level":"info","message":"m","context":\#(context)}}"#
            #expect(try await self.ledger.perform(command).isAccepted, "\(command)")
        }
        let stored = try rows("SELECT context FROM execution_logs", of: self.ledger.path).joined().joined()
        #expect(!stored.contains("abc123"), "\(stored)")
        #expect(await self.ledger.maskedSecrets >= 5)
        var agents = ""
        try self.ledger.log.read(.all, after: .start, limit: .max) {
            agents += try $0.envelope().source?.userAgent ?? ""
        }
        #expect(!agents.contains(SecretForms.body) && agents.contains("x [masked]"))
    }

    @Test("what only resembles a secret is recorded as it is")
    func harmless() async throws {
        for (name, text) in SecretForms.harmless {
            _ = try await self.ledger.perform(Self.logLine(self.ledger.makeID(), name, text))
        }
        #expect(await self.ledger.maskedSecrets == 0)
    }

    @Test("inputs, outputs, errors and messages are masked as facts are; a rebuild finds the same states")
    func runs() async throws {
        let key = SecretForms.all[0].text
        for json in [
            #"{"command":"workflow_execution.queue","data":{"workflow_id":"\#(flow)","input_data":{"api_key":"\#(key)"}}}"#,
            #"{"command":"workflow_execution.fail","data":{"execution_id":"\#(run)","error_code":"e","error_message":"password=\#(key)"}}"#,
        ] { #expect(try await self.ledger.perform(json).isAccepted, "\(json)") }
        #expect(await self.ledger.maskedSecrets == 2)
        let stored = try rows("SELECT * FROM workflow_executions", of: self.ledger.path).joined().joined()
        #expect(!stored.contains(key) && stored.contains("[masked]"))
    }

    @Test("an import counts those in what it records, and not those in what is known already")
    func importedAgain() async throws {
        let key = "sk-" + "proj-" + SecretForms.body
        func span(_ id: Int) -> String { Lines.span(id, name: key, ["note": key]) }
        let one = try self.scratch.write(Lines.line(span(1), scope: key) + "\n", to: "one.jsonl")
        let two = try self.scratch.write(Lines.line(span(1), span(2), scope: key) + "\n", to: "two.jsonl")
        let commands = try self.scratch.write(
            Self.logLine(self.ledger.makeID(), "api_key", SecretForms.body), to: "commands.jsonl")
        for (file, count) in [(one, 3), (one, 0), (two, 2), (two, 0), (commands, 1), (commands, 0)] {
            let report = try await Importer(self.ledger).run([file], refused: { Issue.record("\($0)") })
            #expect(report.maskedSecrets == count, "\(file): \(report)")
        }
    }

    @Test("an import masks them in commands, too, and counts them, unless they are to be kept")
    func imports() async throws {
        let line = Self.logLine(self.ledger.makeID(), "api_key", SecretForms.body)
        let file = try self.scratch.write(line, to: "commands.jsonl")
        let report = try await Importer(self.ledger).run([file], refused: { Issue.record("\($0)") })
        #expect(report.maskedSecrets == 1 && report.accepted == 1)
        var options = ImportOptions()
        options.keepSecrets = true
        let other = try self.scratch.write(
            Self.logLine(self.ledger.makeID(), "api_key", SecretForms.body), to: "others.jsonl")
        let kept = try await Importer(self.ledger, options: options).run([other], refused: { Issue.record("\($0)") })
        #expect(kept.maskedSecrets == 0 && kept.accepted == 1)
    }
}
