import Foundation
import Testing

@Suite("Failures of agentledger")
struct FailureTests {
    private static let refused =
        #"{"command":"workflow.activate","data":{"workflow_id":"\#(Tool.organization)"}}"#

    @Test(
        "are JSON under --json, with the exit status and the words that people get",
        arguments: [
            (["show", "workflow", "nothing"], 1, "not_found"),
            (["query", "SELECT * FROM cats"], 1, "refused_by_database"),
            (["show", "dog", "x"], 64, "usage"), (["query", "DROP TABLE x"], 1, "not_a_query"),
            (["show", "workflow", "x", "-l", "elsewhere"], 1, "failed"),
            (["execute", "{}"], 1, "invalid_command"),
            (["execute", Self.refused], 1, "not_found"), (["nosuchverb"], 64, "usage"),
            (["help", "nosuchverb"], 64, "usage"),
            (["log", "--bogus"], 64, "usage"), (["show"], 64, "usage"), (["stat", "--at", "-1"], 64, "usage"),
            (["export", "--to", ""], 64, "usage"), (["export", "--to", "/proc/1/x"], 1, "cannot_write"),
        ] as [([String], Int32, String)])
    func json(arguments: [String], status: Int32, code: String) throws {
        let tool = try Tool.withLedger()
        let line = arguments.map { "'\($0)'" }.joined(separator: " ")
        let plain = try tool.shell("$agentledger \(line)")
        let answer = try tool.shell("$agentledger \(line) --json")
        #expect(answer.status == status && plain.status == status, "\(answer)")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.error.utf8)) as? [String: Any])
        let error = try #require(object["error"] as? [String: Any])
        #expect(error["code"] as? String == code)
        #expect(error["exit_status"] as? Int == Int(status))
        let category = try #require(error["category"] as? String)
        #expect(["caller", "not_found", "conflict", "unauthorized", "environment", "damage"].contains(category))
        let message = try #require(error["message"] as? String)
        #expect(plain.error.contains(message), "\(plain.error)")
    }

    @Test("wrong usage is told in plain words, with what to write instead")
    func usage() throws {
        let tool = try Tool.withLedger()
        for (line, words) in [
            ("nosuchverb --json", #"there is no command \"nosuchverb\""#),
            ("lgo --json", #"did you mean \"log\"?"#),
            ("help nosuch", "there is no command \"nosuch\""), ("nosuch --help", "there is no command \"nosuch\""),
            ("show workflow Triage --at -1", "--at is -1; it must not be negative"),
            ("show workflow Triage --at", "--at has no value"), ("show", "<kind> is missing"),
            ("list workflows --named -x", "write --named=-x"),
            ("log --after=-1", "a whole number that is not negative"),
            ("-l ledger log", "options come after the command, as in agentledger log -l"),
            ("export --to ''", "name a target, such as sqlite:FILE or a directory"),
        ] {
            let answer = try tool.shell("$agentledger \(line)")
            #expect(answer.status == 64 && answer.error.contains(words), "\(line): \(answer)")
            #expect(answer.error.split(separator: "\n").count == 1, "\(answer)")
        }
    }

    @Test("every value that the help offers for --format is accepted, and another is not")
    func formats() throws {
        let tool = try Tool.withLedger()
        for verb in ["log", "list workflows", "history workflow Triage", "query 'SELECT 1'"] {
            let name = verb.prefix { $0 != " " }
            let help = try tool("\(name)", "--help").out.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let offered = try #require(help.firstMatch(of: /--format <format>[^(]*\([^)]*\)[^(]*\(values: ([^)]*)\)/))
            for value in offered.1.split(separator: ", ") {
                let answer = try tool.shell("$agentledger \(verb) --format \(value)")
                #expect(answer.status == 0 && !answer.out.isEmpty, "\(verb) --format \(value): \(answer)")
            }
            expectFailure(try tool.shell("$agentledger \(verb) --format xml"), status: 64, "it must be table, ")
        }
    }

    @Test("an export takes the place of no device, and says what to name instead")
    func devices() throws {
        let tool = try Tool.withLedger()
        #expect(mkfifo(tool.folder.appendingPathComponent("pipe").path, 0o600) == 0)
        for target in ["sqlite:pipe", "sql:pipe", "./pipe", "line:pipe --schema agent_monitoring", "/proc/1/x"] {
            let answer = try tool.shell("timeout 20 $agentledger export --to \(target)")
            expectFailure(answer, "name")
            #expect(try tool.shell("test -p pipe").status == 0, "\(target)")
        }
    }

    @Test("a name that may be a file or a directory is refused, and the ways to say which are told")
    func ambiguousTarget() throws {
        let tool = try Tool.withLedger()
        expectFailure(try tool("export", "--to", "ledger.db"), status: 64, "sqlite:ledger.db", "./ledger.db/")
        expectFailure(try tool("export", "--to", "out/x.csv"), status: 64, "./out/x.csv/")
        #expect(!tool.holds("ledger.db"))
        #expect(try tool("export", "--to", "./ledger.db/").status == 0)
        // It is a directory now.
        #expect(try tool("export", "--to", "ledger.db").status == 0)
    }

    @Test("nobody is shown an error of Foundation")
    func foundation() throws {
        let tool = try Tool.withLedger()
        for line in [
            "execute - <ledger", "export --to sql:- >/dev/full", "query 'SELECT 1' >/dev/full",
            "export --to sqlite:/nowhere/x.db", "export --to sql:/nowhere/x.sql", "export --to /proc/x/",
            "simulate --output /dev/full/x", "query - <ledger", "import ledger", "replay --prices nowhere",
            "export --to line:ledger --schema agent_monitoring",
        ] {
            let answer = try tool.shell("$agentledger \(line)")
            #expect(answer.status != 0, "\(line)")
            for raw in ["Domain=", "NSCocoa", "NSPOSIX", "UserInfo", "Swift.", "Context(", "Code="] {
                #expect(!answer.error.contains(raw), "\(line): \(answer.error)")
            }
        }
    }

    @Test("an export or a fork that is interrupted leaves nothing behind", arguments: ["INT", "TERM"])
    func interrupted(signal: String) throws {
        let tool = try Tool()
        let answer = try tool.shell(
            """
            $agentledger simulate -l ledger --events 20000 >/dev/null 2>&1
            for line in '--to sqlite:x.db' '--to sql:x.sql' '--to ./tables/'; do
              for delay in 0.3 0.6 0.9; do
                $agentledger export $line >/dev/null 2>&1 & sleep $delay; kill -\(signal) $! 2>/dev/null; wait $!
              done
            done
            $agentledger fork --into f >/dev/null 2>&1 & sleep 0.3; kill -\(signal) $! 2>/dev/null; wait $!
            find . -name '*.partial'
            """)
        #expect(answer.out.isEmpty, "\(answer.out)")
    }

    @Test("a fork goes on where one was killed, and leaves what is not a fork's alone")
    func killedFork() throws {
        let tool = try Tool.withLedger()
        #expect(try tool.shell("mkdir -p f.partial/log/x && echo x > f.partial/log/x/data.mdb").status == 0)
        #expect(try tool("fork", "--into", "f").status == 0)
        #expect(!tool.holds("f.partial") && tool.holds("f/ledger.json"))
        #expect(try tool.shell("mkdir g.partial && echo mine > g.partial/mine.txt").status == 0)
        expectFailure(try tool("fork", "--into", "g"), "mine.txt")
        #expect(tool.holds("g.partial/mine.txt"))
    }

    @Test("a ledger is its maker's alone, unless init is told otherwise, and so is what is made in it later")
    func permissions() throws {
        let tool = try Tool()
        let script = """
            umask 022
            $agentledger init a >/dev/null && $agentledger init b --permissions 0750 >/dev/null
            $agentledger init c --segment-events 50 >/dev/null
            for l in a b c; do
              $agentledger simulate -l $l --events 400 >/dev/null 2>&1
              $agentledger query -l $l --at 100 'SELECT count(*) FROM agents' >/dev/null 2>&1
            done
            $agentledger fork -l a --into d >/dev/null
            find a c d ! -type l -perm /077; find b ! -type l ! -perm /040
            """
        let answer = try tool.shell(script)
        #expect(answer.out.isEmpty, "\(answer)")
        #expect(try tool.shell("stat -c %a a a/ledger.json b b/ledger.json").out == "700\n600\n750\n640\n")
        expectFailure(try tool("init", "e", "--permissions", "99"), status: 64, "0750")
    }
}
