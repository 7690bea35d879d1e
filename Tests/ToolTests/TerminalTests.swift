import Foundation
import Testing

@Suite("agentledger on a terminal")
struct TerminalTests {
    /// What a command prints on a terminal of so many columns, without colours.
    private static func print(_ line: String, columns: Int = 80, in tool: Tool) throws -> [String] {
        try tool.write("stty cols \(columns) rows 200\nTERM=xterm AGENTLEDGER_PAGER= \(line)\n", to: "line.sh")
        let answer = try tool.shell("agentledger=$agentledger script -qec 'sh line.sh' /dev/null </dev/null")
        return answer.out.replacing("\r\n", with: "\n").replacing(/\u{1B}\[[0-9;]*[mK]/, with: "")
            .split(separator: "\n").map(String.init)
    }

    private static let lines = [
        "log --last 20", "log --correlation RUN", "timeline workflow_execution RUN", "blame workflow_execution RUN",
        "list workflow_executions", "list organizations", "list model_calls", "list agents",
        "query --format line 'SELECT id, name FROM agents'",
    ]

    @Test("log, blame, timeline and list fit 80 columns", arguments: lines)
    func fits(line: String) throws {
        let tool = try Tool.withRuns()
        let run = try tool("query", "--format", "csv", "SELECT max(id) FROM workflow_executions").out
            .split(separator: "\n")[1]
        let printed = try Self.print("$agentledger \(line.replacing("RUN", with: run))", in: tool)
        #expect(printed.count > 1)
        for text in printed { #expect(text.count <= 80, "\(text)") }
    }

    @Test("log shows type, whole id and who at 80 columns; blame shows value and actor")
    func whoAndWhat() throws {
        let tool = try Tool.withLedger()
        let log = try Self.print("$agentledger log --last 1", in: tool)
        #expect(log == ["3  workflow.activated  \(Tool.workflow)", "   system:test  2025-08-01T09:00:02.000000Z  {}"])
        let blame = try Self.print("$agentledger blame workflow Triage", in: tool)
        #expect(blame.contains { $0.contains(/^organization_id +\S{36} +system:test$/) })
        let status = try #require(blame.firstIndex { $0.contains(/^status +active +system:test$/) })
        #expect(blame[status + 1].contains(/^ +position 3  2025-08-01T09:00:02\.000000Z  workflow\.activated$/))
        #expect(blame.contains { $0.contains(/^ +recorded \S{27}$/) }, "an import is recorded later than it happened")
        #expect(blame.contains { $0.contains(/^ +position 2, as above$/) })
        // Without the time of recording there is one time.
        let pause = #"{"command":"workflow.pause","data":{"workflow_id":"\#(Tool.workflow)"}}"#
        #expect(try tool("execute", pause).status == 0)
        let paused = try Self.print("$agentledger blame workflow Triage status", in: tool)
        #expect(paused.count == 4 && paused[3].contains(/^ +position 4  \S{27}  workflow\.paused$/), "\(paused)")
    }

    @Test("who did it is never cut, however narrow the terminal, and --actor takes it as it is shown")
    func wholeActors() throws {
        let tool = try Tool.withLedger()
        let user = "0198c000-0000-7000-8000-000000000003"
        let email = "ann.\(String(repeating: "long", count: 12))@acme.example"
        let lines = #"""
            {"command":"user.register","actor":"system:test","data":{"user_id":"\#(user)","email":"\#(email)"}}
            {"command":"user.change_profile","actor":"user:\#(user)","data":{"user_id":"\#(user)","display_name":"Ann"}}

            """#
        #expect(try tool("import", "-", input: lines).status == 0)
        for line in ["log --last 1", "blame user \(user) display_name"] {
            let printed = try Self.print("$agentledger \(line)", columns: 60, in: tool).joined(separator: "\n")
            #expect(printed.contains("user:\(email)\n"), "\(printed)")
            #expect(printed.contains(line.hasPrefix("log") ? user : "position 5"), "\(printed)")
        }
        #expect(try tool("log", "--actor", "user:\(email)").out.split(separator: "\n").count == 1)
    }

    @Test("a run's heading fits the terminal, with the whole id")
    func heading() throws {
        let tool = try Tool.withRuns()
        let run = try tool("query", "--format", "csv", "SELECT max(id) FROM workflow_executions").out
            .split(separator: "\n")[1]
        let printed = try Self.print("$agentledger timeline workflow_execution \(run)", columns: 62, in: tool)
        #expect(printed.first == "workflow_execution \(run)" && printed[1] == "tau2-airline  completed", "\(printed)")
        for text in printed.suffix(3) { #expect(text.count <= 62, "\(text)") }
    }

    @Test("a user is called by the e-mail address, which commands accept")
    func actors() throws {
        let tool = try Tool.withLedger()
        let user = "0198c000-0000-7000-8000-000000000003"
        let answer = try tool(
            "import", "-",
            input: """
                {"command":"user.register","actor":"system:test","data":{"user_id":"\(user)","email":"ann@acme.example",\
                "display_name":"Ann","auth_provider":"email"}}
                {"command":"user.change_profile","actor":"user:\(user)","data":{"user_id":"\(user)",\
                "display_name":"Anne"}}

                """)
        #expect(answer.status == 0, "\(answer.error)")
        let log = try Self.print("$agentledger log --last 1", in: tool)
        #expect(log.contains { $0.contains("user:ann@acme.example") }, "\(log)")
        #expect(try tool("log", "--actor", "user:ann@acme.example").out.split(separator: "\n").count == 1)
    }

    @Test("long answers go through the pager that is named, and what is piped does not")
    func pager() throws {
        let tool = try Tool.withLedger()
        try tool.write("stty cols 80\n$agentledger log --last 2\n", to: "line.sh")
        let run = "agentledger=$agentledger AGENTLEDGER_PAGER='sed s/^/paged:/' script -qec 'sh line.sh' /dev/null"
        let answer = try tool.shell(run)
        let lines = answer.out.split(whereSeparator: \.isNewline)
        #expect(lines.count == 4 && lines.allSatisfy { $0.hasPrefix("paged:") }, "\(answer.out)")
        #expect(try tool("log", "--last", "1", environment: ["AGENTLEDGER_PAGER": "false"]).out.contains("activated"))
    }

    @Test("there is a completion for each shell, and a man page that tells of every verb")
    func documentation() throws {
        let tool = try Tool()
        for shell in ["bash", "zsh", "fish"] {
            let script = try tool("--generate-completion-script", shell)
            #expect(script.status == 0 && script.out.contains("timeline"))
        }
        let page = try tool("manual")
        #expect(page.status == 0 && page.out.hasPrefix(".TH AGENTLEDGER 1"))
        for verb in EveryVerbTests.verbs { #expect(page.out.contains(".SH \"agentledger \(verb)\"")) }
    }
}
