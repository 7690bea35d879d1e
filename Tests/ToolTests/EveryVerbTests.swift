import Foundation
import Testing

@Suite("Every verb of agentledger")
struct EveryVerbTests {
    static let verbs = [
        "init", "import", "execute", "log", "list", "show", "query", "bisect", "replay", "export", "verify", "stat",
        "schema",
        "simulate", "policies", "blame", "history", "diff", "timeline", "fork",
    ]

    /// Arguments with which a verb reads or writes a ledger.
    static let uses: [[String]] = [
        ["import", "-"], ["execute", ExecuteTests.create], ["log"], ["list", "workflows"],
        ["show", "workflow", Tool.workflow],
        ["query", "SELECT 1"], ["bisect", "--where", "1"], ["replay"], ["export", "--to", "out"], ["verify"], ["stat"],
        ["policies", "run"], ["blame", "workflow", Tool.workflow], ["history", "workflow", Tool.workflow],
        ["diff", "--from", "1"], ["timeline", "workflow_execution", Tool.workflow], ["fork", "--into", "out"],
    ]

    @Test("help says what the verb does and ends its words with examples that name it", arguments: verbs)
    func help(verb: String) throws {
        let answer = try Tool()(verb, "--help")
        #expect(answer.status == 0)
        #expect(answer.error.isEmpty)
        let words = try #require(answer.out.firstRange(of: "\nUSAGE: ")).lowerBound
        let examples = try #require(answer.out.firstRange(of: "\nEXAMPLES:\n")).upperBound
        let lines = answer.out[examples..<words].split(separator: "\n")
        #expect(!lines.isEmpty)
        #expect(lines.first?.contains("agentledger \(verb)") == true)
        #expect(lines.allSatisfy { $0.hasPrefix("  ") }, "an example is too wide for 80 columns: \(lines)")
    }

    @Test("the command's own help lists them")
    func overview() throws {
        let answer = try Tool()()
        #expect(answer.status == 0)
        for verb in Self.verbs { #expect(answer.out.contains("\n  \(verb) ")) }
        expectFailure(try Tool()("frobnicate"), status: 64, "frobnicate", "agentledger --help")
    }

    @Test("without a ledger, the path and the remedy are told, and nothing is made", arguments: uses)
    func missingLedger(arguments: [String]) throws {
        let tool = try Tool()
        let line = arguments.map { "'\($0)'" }.joined(separator: " ")
        expectFailure(
            try tool.shell("$agentledger \(line)"), "./ledger", "there is no ledger there", "agentledger init")
        expectFailure(try tool.shell("$agentledger \(line) -l elsewhere"), "elsewhere")
        #expect(!tool.holds("ledger") && !tool.holds("elsewhere") && !tool.holds("out"))
    }

    @Test("a ledger of a newer format is refused", arguments: uses)
    func newerFormat(arguments: [String]) throws {
        let tool = try Tool.withLedger()
        let identity = try tool.read("ledger/ledger.json")
        try tool.write(
            identity.replacing(#""format_version":1"#, with: #""format_version":9"#), to: "ledger/ledger.json")
        let line = arguments.map { "'\($0)'" }.joined(separator: " ")
        expectFailure(
            try tool.shell("$agentledger \(line)"), "ledger/ledger.json", "format 9", "update AgentLedger")
    }

    @Test(
        "a ledger that may not be written can be read",
        arguments: [
            "log --limit 1", "stat", "show workflow \(Tool.workflow)", "query 'SELECT * FROM workflows'",
            "export --to sql:-", "replay --at end", "verify --log-only", "blame workflow \(Tool.workflow)",
            "history workflow \(Tool.workflow)", "diff --from 1", "export --history --to sql:-",
        ], ["chmod -R a-w ledger; chmod a+w ledger/log/*/lock.mdb", "rm ledger/log/*/lock.mdb; chmod -R a-w ledger"])
    func readOnly(arguments: String, taking: String) throws {
        let tool = try Tool.withLedger()
        let answer = try tool.shell("\(taking); \(Self.unprivileged) $agentledger \(arguments)")
        #expect(answer.status == 0, "\(answer.error)")
        #expect(!answer.out.isEmpty)
    }

    @Test("who may not even say that they read is told why, and not that the ledger is damaged")
    func unregistered() throws {
        let tool = try Tool.withLedger()
        for verb in ["stat", "verify"] {
            let answer = try tool.shell("chmod -R a-w ledger; \(Self.unprivileged) $agentledger \(verb)")
            expectFailure(answer, "Permission denied", "writes to lock.mdb")
        }
    }

    @Test(
        "what needs to write says that it may not",
        arguments: ["import -", "execute '\(ExecuteTests.create)'", "replay"])
    func readOnlyWriting(arguments: String) throws {
        let tool = try Tool.withLedger()
        let answer = try tool.shell("chmod -R a-w ledger && \(Self.unprivileged) $agentledger \(arguments) </dev/null")
        expectFailure(answer, "ledger")
    }

    /// Modes mean nothing to root.
    private static let unprivileged =
        geteuid() == 0 ? "chmod -R a+rX . && setpriv --reuid=65534 --regid=65534 --clear-groups" : ""

    @Test("no temporary folder is left behind, not even by a reader that went away")
    func cleansUp() throws {
        let tool = try Tool.withRuns()
        let answer = try tool.shell(
            """
            mkdir temporary; export TMPDIR=$PWD/temporary
            $agentledger query --at 100 'SELECT * FROM model_calls' >/dev/null 2>&1
            $agentledger export --to sql:- --at 1000 | head -n 1 >/dev/null
            $agentledger replay >/dev/null 2>&1
            ls temporary
            """)
        #expect(answer.out.isEmpty, "\(answer)")
    }
}
