import Foundation
import Testing

@Suite("Finding things by what they are called")
struct FindingTests {
    private static let more = """
        {"command":"user.register","actor":"system:test","occurred_at":"2025-08-01T09:00:03Z",\
        "data":{"user_id":"0198c000-0000-7000-8000-000000000003","email":"Ann@Acme.example","display_name":"Ann",\
        "auth_provider":"email"}}
        {"command":"workflow.create","actor":"system:test","occurred_at":"2025-08-01T09:00:04Z",\
        "data":{"workflow_id":"0198d000-0000-7000-8000-000000000004",\
        "organization_id":"\(Tool.organization)","name":"Review"}}

        """

    private static func tool() throws -> Tool {
        let tool = try Tool.withLedger()
        let answer = try tool("import", "-", input: self.more)
        #expect(answer.error.contains("user.register") == false, "\(answer.error)")
        return tool
    }

    @Test("slug, name in any case, e-mail address, and the beginning of an id mean one thing")
    func names() throws {
        let tool = try Self.tool()
        func id(_ arguments: String...) throws -> String? {
            let line = arguments.map { "'\($0)'" }.joined(separator: " ")
            return try tool.shell("$agentledger show \(line) --json").json()["id"] as? String
        }
        #expect(try id("organization", "acme") == Tool.organization)
        #expect(try id("organization", "ACME") == Tool.organization)
        #expect(try id("workflow", "Triage") == Tool.workflow)
        #expect(try id("workflows", "triage") == Tool.workflow)
        #expect(try id("user", "ann@acme.example") == "0198c000-0000-7000-8000-000000000003")
        #expect(try id("workflow", "0198d") == "0198d000-0000-7000-8000-000000000004")
        #expect(try id("workflow", "0198c000-00") == Tool.workflow)
    }

    @Test("every verb that takes an id takes a name")
    func verbs() throws {
        let tool = try Self.tool()
        for line in [
            "show workflow Triage --at 2", "blame workflow triage", "history workflow Triage",
            "diff workflow Triage --from 1",
            "log --tag workflow:Triage", "log --organization acme", "log --organization 0198c000",
            "log --actor user:ann@acme.example",
        ] {
            let answer = try tool.shell("$agentledger \(line)")
            #expect(answer.status == 0, "\(line): \(answer.error)")
            if !line.contains("--actor") { #expect(!answer.out.isEmpty, "\(line)") }
        }
    }

    @Test("parts of a thing, months and keys are named too, by every verb")
    func parts() throws {
        let tool = try Self.tool()
        let (task, key) = ("0198d000-0000-7000-8000-000000000005", "0198d000-0000-7000-8000-000000000006")
        let hash = String(repeating: "ab", count: 32)
        for command in [
            #""organization.issue_api_key","data":{"organization_id":"\#(Tool.organization)","key_id":"\#(key)","name":"ci","key_hash":"\#(hash)","key_prefix":"al_1"}"#,
            #""task.create","data":{"task_id":"\#(task)","organization_id":"\#(Tool.organization)","user_id":"0198c000-0000-7000-8000-000000000003","method":"review","prompt":"Review","title":"Review it"}"#,
            #""task.assign","data":{"task_id":"\#(task)","user_id":"0198c000-0000-7000-8000-000000000003"}"#,
            #""task.request_approval","data":{"task_id":"\#(task)","message":"please"}"#,
        ] {
            let answer = try tool("execute", #"{"command":\#(command)}"#)
            #expect(answer.status == 0, "\(answer)")
        }
        let line = try tool("list", "task_assignments", "--format", "csv").out.split(separator: "\n").last ?? ""
        let position = line.prefix { $0 != "," }
        for (thing, word) in [
            ("api_key ci", "al_1"), ("api_keys al_1", "ci"), ("approval 'Review it/1'", "please"),
            ("approval \(task)/1", "please"), ("task_assignment \(position)", "0198c000-0000-7000-8000-000000000003"),
        ] {
            for verb in ["show \(thing)", "blame \(thing)", "history \(thing)", "diff \(thing) --from 1"] {
                let answer = try tool.shell("$agentledger \(verb)")
                #expect(answer.status == 0, "\(verb): \(answer.error)")
                if verb.hasPrefix("show") { #expect(answer.out.contains(word), "\(verb): \(answer.out)") }
            }
        }
        let all = try tool("diff", "--from", "1").out
        for name in ["+ api_key \(key)", "+ approval \(task)/1", "+ task_assignment \(position)"] {
            #expect(all.contains(name), "\(all)")
        }
        expectFailure(try tool("show", "approval", "\(task)/2"), "there is no approval \(task)/2")
        expectFailure(try tool("show", "approval", task), "give the task, a slash and its approval_number")
        expectFailure(try tool("show", "audit_logs", "1"), status: 64, "agentledger list audit_logs")
        #expect(try tool.shell("$agentledger log --tag 'approval:Review it/1'").out.contains("task.create"))
    }

    @Test("what has a number or name of its own, or one within another thing, is found by it, by every verb")
    func keys() throws {
        let tool = try Self.tool()
        let user = "0198c000-0000-7000-8000-000000000003"
        let invoice = #""invoice_id":"\#(MoneyTests.id("10"))""#
        let billed = try tool(
            "import", "-",
            input: MoneyTests.usage("seats", "5", 2) + MoneyTests.draft("10")
                + MoneyTests.command("invoice.issue", invoice)
                + MoneyTests.command(
                    "invoice.issue_credit_note", invoice + #","credit_note_number":"CN/1","amount":"1","reason":"r""#))
        #expect(billed.status == 0, "\(billed)")
        for command in [
            #""membership.add","data":{"organization_id":"\#(Tool.organization)","user_id":"\#(user)","role":"owner"}"#,
            #""workflow_trigger.add","data":{"workflow_id":"\#(Tool.workflow)","trigger_type":"manual"}"#,
            #""model_alias.set","data":{"provider":"gateway","model":"fast","price_provider":"openai","price_model":"m"}"#,
        ] {
            let answer = try tool("execute", #"{"command":\#(command)}"#)
            #expect(answer.status == 0, "\(command): \(answer)")
        }
        for (thing, word) in [
            ("credit_note CN/1", "CN/1"), ("credit_notes cn/1", "CN/1"), ("credit_note ACME-000001/CN/1", "CN/1"),
            ("membership acme/ann@acme.example", user), ("workflow_trigger Triage/manual", "manual"),
            ("workflow acme/Triage", Tool.workflow), ("model_alias gateway/fast", "openai"),
            ("model_alias fast", "openai"),
        ] {
            for verb in ["show \(thing)", "blame \(thing)", "history \(thing)"] {
                let answer = try tool.shell("$agentledger \(verb)")
                #expect(answer.status == 0 && answer.out.contains(word), "\(verb): \(answer)")
            }
        }
        expectFailure(
            try tool("show", "credit_note", "CN/2"), "did you mean \"CN/1\"?", "agentledger list credit_notes")
        expectFailure(try tool("show", "workflow_trigger", "Triage/schedule"), "there is no workflow_trigger")
        #expect(try tool("list", "credit_notes").out.contains("issued_on"))
    }

    @Test("what means nothing or several things is told, with what was probably meant")
    func failures() throws {
        let tool = try Self.tool()
        expectFailure(try tool("show", "workflow", "Triag"), "did you mean \"Triage\"?", "agentledger list workflows")
        expectFailure(try tool("show", "workflow", "0198"), "2 things", Tool.workflow, "0198d000")
        expectFailure(try tool("show", "workfow", "Triage"), status: 64, "did you mean \"workflow\"?")
        expectFailure(try tool("blame", "workflow", "Triage", "staus"), status: 64, "did you mean \"status\"?")
        expectFailure(try tool("log", "--tag", "workfow:1"), status: 64, "did you mean \"workflow\"?")
        expectFailure(try tool("log", "--tag", "workflow:\(Tool.organization)"), "no event touches")
        expectFailure(try tool("log", "--type", "workflow.creted"), status: 64, "did you mean \"workflow.created\"?")
        expectFailure(try tool("log", "--actor", "usr:x"), status: 64, "did you mean \"user\"?")
        expectFailure(try tool("log", "--actor", "user:\(Tool.workflow)"), "there is no user", "agentledger list users")
        expectFailure(try tool("log", "--actor", "system:tset"), "no event was by", "did you mean \"system:test\"?")
        expectFailure(try tool("log", "--actor", "system:other", "--last", "3"), "there are system:test")
        let none = try tool("log", "--actor", "system:tset", "--type", "workflow.created")
        #expect(none.status == 0 && none.out.isEmpty && none.error.contains("did you mean \"system:test\"?"), "\(none)")
        expectFailure(try tool("lgo"), status: 64, "did you mean \"log\"?")
        expectFailure(
            try tool("execute", #"{"command":"workflow.creat","data":{}}"#), "did you mean \"workflow.create\"?")
        expectFailure(try tool("schema", "workflow.craete"), status: 64, "did you mean \"workflow.create\"?")
    }

    @Test("list prints ids, names, status and time, newest first, and filters")
    func list() throws {
        let tool = try Self.tool()
        #expect(
            try tool("list", "workflows").out == """
                id                                    name    status  created_at
                ------------------------------------  ------  ------  ----------------
                0198d000-0000-7000-8000-000000000004  Review  draft   2025-08-01 09:00
                \(Tool.workflow)  Triage  active  2025-08-01 09:00

                """)
        func names(_ arguments: String) throws -> [Substring] {
            try tool.shell("$agentledger list workflow \(arguments) --format csv").out.split(separator: "\n")
                .dropFirst()
                .compactMap { $0.split(separator: ",").dropFirst(2).first }
        }
        #expect(try names("--status active").count == 1)
        #expect(try names("--named RIAG").count == 1)
        #expect(try names("--organization acme --last 1").count == 1)
        #expect(try names("--since '2025-08-01 09:00:02'").count == 1)
        #expect(try names("--where \"name = 'Review' -- so\"").count == 1)
        #expect(try names("--until 2025-08-01").isEmpty)
        let notes = try tool("list", "credit_notes").out.split(separator: "\n").first?.split(separator: " ") ?? []
        #expect(Set(notes).count == notes.count, "a column is there twice: \(notes)")
        #expect(try tool("list", "audit_log", "--last", "1", "--format", "jsonl").out.contains("\"position\":5"))
        expectFailure(try tool("list", "workflows", "--status", "actve"), status: 64, "did you mean \"active\"?")
        expectFailure(try tool("list", "users", "--organization", "acme"), status: 64, "organization_id")
    }

    @Test("log --last prints the last events, newest first, of those that are meant")
    func last() throws {
        let tool = try Self.tool()
        func positions(_ arguments: String) throws -> [Substring] {
            try tool.shell("$agentledger log \(arguments)").out.split(separator: "\n").map { $0.prefix { $0 != " " } }
        }
        #expect(try positions("--last 2 --type workflow.created") == ["5", "2"])
        #expect(try positions("--last 1 --tag workflow:Triage") == ["3"])
        #expect(try positions("--last 3 --after 3") == ["5", "4"])
        #expect(try positions("--last 0") == ["5", "4", "3", "2", "1"])
        #expect(try positions("--last 9").count == 5)
    }

    @Test("--since and --until mean the time of recording, or with --time occurred that of happening")
    func times() throws {
        let tool = try Self.tool()
        func count(_ arguments: String) throws -> Int {
            try tool.shell("$agentledger log \(arguments)").out.split(separator: "\n").count
        }
        #expect(try count("--since '1 hour ago'") == 5)
        #expect(try count("--since '1 hour ago' --time occurred") == 0)
        #expect(try count("--since 2025-08-01T09:00:02Z --time occurred") == 3)
        #expect(try count("--until 2025-08-01T09:00:02Z --time occurred") == 3)
        #expect(try count("--until 2025-08-02") == 0)
        #expect(try tool("log", "--help").out.contains("recorded|occurred"))
    }
}
