import Foundation
import Testing

@Suite("agentledger --at and --as-occurred")
struct PastTests {
    private static let often = ["AGENTLEDGER_SNAPSHOT_INTERVAL": "150"]

    /// What is asked of a ledger as of a moment.
    private func answers(_ tool: Tool, at moment: String) throws -> [String] {
        let questions = [
            ["query", "--json", "SELECT * FROM organizations ORDER BY id"],
            ["query", "--json", "SELECT status, count(*) FROM workflow_executions GROUP BY 1"],
            ["export", "--to", "sql:-"], ["stat"], ["stat", "--json"],
        ]
        return try questions.map { question in
            let line = question.map { "'\($0)'" }.joined(separator: " ")
            let answer = try tool.shell("AGENTLEDGER_SNAPSHOT_INTERVAL=150 $agentledger \(line) --at \(moment)")
            #expect(answer.status == 0, "\(line): \(answer.error)")
            return answer.out
        }
    }

    @Test("what was printed then is printed later, with snapshots, without, and with damaged ones")
    func sameBytes() throws {
        let tool = try Tool()
        try tool("simulate", "--output", "company.jsonl", "--seed", "5", "--executions", "40")
        try tool("init", environment: Self.often)
        #expect(try tool.shell("split -n l/4 company.jsonl part-").status == 0)
        var then: [(position: String, answers: [String])] = []
        for part in ["part-aa", "part-ab", "part-ac", "part-ad"] {
            #expect(try tool("import", "--format", "commands", part, environment: Self.often).status == 0)
            let position = try #require(tool("stat", "--json").json()["position"] as? Int)
            then.append((String(position), try self.answers(tool, at: "end")))
        }
        #expect(try Int(tool.shell("ls ledger/snapshots | wc -l").out.filter(\.isNumber)) ?? 0 > 2)
        let harm = [
            "true", "rm -rf ledger/snapshots",
            "for f in ledger/snapshots/0* ledger/snapshots/recent/0*; do printf x | dd of=$f bs=1 seek=500 conv=notrunc; done",
            "for f in ledger/snapshots/0* ledger/snapshots/recent/0*; do truncate -s 5000 $f; done",
        ]
        for line in harm {
            #expect(try tool.shell(line).status == 0)
            for (position, answers) in then { #expect(try self.answers(tool, at: position) == answers, "\(line)") }
        }
    }

    @Test(
        "a process that is killed while it takes snapshots leaves none that says anything else", arguments: [1, 2, 3])
    func killed(seed: Int) throws {
        let tool = try Tool()
        try tool("init")
        let simulate = "AGENTLEDGER_SNAPSHOT_INTERVAL=20 timeout -s KILL 0.\(4 + 2 * seed) $agentledger simulate"
        _ = try tool.shell("\(simulate) --seed \(seed) --events 50000")
        let position = try tool("stat", "--json").json()["position"] as? Int ?? 0
        for moment in [position, position / 2, position / 3 * 2] {
            let kept = try tool.shell("AGENTLEDGER_SNAPSHOT_INTERVAL=20 $agentledger export --to sql:- --at \(moment)")
            let folded = try tool.shell(
                "rm -rf copy; cp -r ledger copy; rm -rf copy/snapshots copy/views; "
                    + "$agentledger export -l copy --to sql:- --at \(moment)")
            #expect(kept.status == 0, "\(kept.error)")
            #expect(kept.out == folded.out, "seed \(seed), position \(moment)")
        }
    }

    @Test("--as-occurred goes by when things happened, --at by when they were recorded")
    func asOccurred() throws {
        let tool = try Tool()
        try tool("init")
        let user = "01981f3c-8a5e-7cc0-9d2b-000000000001"
        for (name, time, email) in [
            ("register", "2025-03-01", "first@x.org"), ("change_email", "2025-05-01", "late@x.org"),
            ("change_email", "2025-04-01", "early@x.org"),
        ] {
            let command =
                #"{"command":"user.\#(name)","actor":"system:test","occurred_at":"\#(time)T00:00:00Z","data":{"user_id":"\#(user)","email":"\#(email)"}}"#
            #expect(try tool("execute", command).status == 0)
        }
        func email(_ arguments: String) throws -> String {
            try tool.shell("$agentledger query --format csv 'SELECT email FROM users' \(arguments)").out
        }
        #expect(try email("--as-occurred 2025-02-01T00:00:00Z") == "email\n")
        #expect(try email("--as-occurred 2025-04-15T00:00:00Z") == "email\nearly@x.org\n")
        #expect(try email("--as-occurred 2025-04-15T00:00:00Z --at 2") == "email\nfirst@x.org\n")
        let shown = try tool("show", "user", user, "--as-occurred", "2025-04-15T00:00:00Z", "--json").json()
        #expect(shown["email"] as? String == "early@x.org")
        expectFailure(
            try tool("show", "user", user, "--as-occurred", "2025-01-01T00:00:00Z"),
            "of what had happened by 2025-01-01")
        expectFailure(try tool("show", "user", user, "--as-occurred", "5"), status: 64, "it is not a time")
        // An export of some time does not go on where one of another time ended.
        #expect(try tool("export", "--to", "sqlite:then.db", "--as-occurred", "2025-04-15T00:00:00Z").status == 0)
        expectFailure(try tool("export", "--to", "sqlite:then.db"), "choose another target")
    }

    @Test("of a ledger that cannot be written, TMPDIR keeps what was folded, unless others may write there")
    func unwritable() throws {
        let tool = try Tool.withLedger()
        let then = try tool("query", "--at", "2", "SELECT * FROM workflows").out
        #expect(
            try tool.shell("rm -rf ledger/snapshots ledger/log/*/lock.mdb; chmod -R a-w ledger; chmod -R a+rX .").status
                == 0)
        // Modes mean nothing to root.
        let unprivileged = geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : ""
        let question = "\(unprivileged) $agentledger query --at 2 'SELECT * FROM workflows'"
        func kept(_ preparation: String) throws -> Int {
            let answer = try tool.shell("\(preparation); export TMPDIR=$PWD/temporary; \(question)")
            #expect(answer.out == then, "\(answer.error)")
            #expect(try tool.shell("TMPDIR=$PWD/temporary; export TMPDIR; \(question)").out == then)
            return try Int(tool.shell("find temporary -type f | wc -l").out.filter(\.isNumber)) ?? 0
        }
        #expect(try kept("mkdir temporary; chmod 777 temporary") == 1)
        #expect(try kept("rm -rf temporary/*/*; chmod 777 temporary/agentledger-*") == 0)
        #expect(try tool.shell("ls ledger").out == "ledger.json\nlog\nviews\n")
    }

    @Test("the interval of snapshots is a number")
    func interval() throws {
        let tool = try Tool.withLedger()
        expectFailure(
            try tool("stat", environment: ["AGENTLEDGER_SNAPSHOT_INTERVAL": "often"]), status: 64,
            "AGENTLEDGER_SNAPSHOT_INTERVAL", "often")
    }
}
