import Foundation
import Testing

@Suite("agentledger simulate")
struct SimulateTests {
    @Test("makes a ledger, says so, and fills it")
    func ledger() throws {
        let tool = try Tool()
        let answer = try tool("simulate", "--executions", "20", "--seed", "3")
        #expect(answer.status == 0)
        #expect(answer.error == "made a ledger in ./ledger\n")
        #expect(answer.out.contains(" commands, "))
        #expect(answer.out.contains(" 20 executions, in "), "\(answer.out)")
        #expect(
            try tool("query", "--format", "csv", "SELECT count(*) AS runs FROM workflow_executions").out == "runs\n20\n"
        )
        expectFailure(try tool("simulate"), "./ledger holds", "events already", "does not exist yet")
    }

    @Test("lines and ledger say the same, and the lines come in")
    func lines() throws {
        let tool = try Tool()
        let straight = try tool("simulate", "-l", "straight", "--events", "2000", "--json").json()
        #expect(straight["position"] as? Int == straight["events"] as? Int)
        #expect((straight["events"] as? Int).map { (2000..<2006).contains($0) } == true)
        let written = try tool("simulate", "--output", "a.jsonl", "--events", "2000", "--json").json()
        #expect(written["position"] is NSNull)
        for key in ["seed", "commands", "events", "executions"] {
            #expect(written[key] as? Int == straight[key] as? Int)
        }
        let piped = try tool("simulate", "--output", "-", "--events", "2000")
        #expect(try piped.out == tool.read("a.jsonl"))
        #expect(piped.error.contains(" events, "), "\(piped.error)")
        try tool("init", "imported")
        #expect(try tool("import", "-l", "imported", "a.jsonl").status == 0)
        let digests = try ["straight", "imported"].map { ledger in
            // Which lines were imported is known of the one alone.
            try #require(try tool("replay", "--json", "-l", ledger).json()["views"] as? [[String: Any]])
                .filter { $0["view"] as? String != "imported_line" }.map { $0["digest"] as? String }
        }
        #expect(digests[0] == digests[1])
        #expect(!tool.holds("a.jsonl.partial"))
    }

    @Test("at a rate, it writes the same")
    func rate() throws {
        let tool = try Tool()
        let slow = try tool("simulate", "--output", "-", "--events", "100", "--rate", "2000")
        #expect(try slow.out == tool("simulate", "--output", "-", "--events", "100").out)
        #expect(try tool("simulate", "--events", "100", "--rate", "2000").status == 0)
        #expect(try tool("simulate", "--events", "100", "-l", "fast").status == 0)
        let digests = try ["ledger", "fast"].map { ledger in
            // Which lines were imported is known of the one alone.
            try #require(try tool("replay", "--json", "-l", ledger).json()["views"] as? [[String: Any]])
                .filter { $0["view"] as? String != "imported_line" }.map { $0["digest"] as? String }
        }
        #expect(digests[0] == digests[1])
    }

    @Test("a reader that has seen enough ends it without a word")
    func closedPipe() throws {
        let answer = try Tool().shell("$agentledger simulate --output - --events 100000 | head -n 1 | wc -l")
        #expect(answer.out.hasSuffix("1\n"))
        #expect(answer.error.isEmpty)
    }

    @Test(
        "what cannot be meant is refused",
        arguments: [
            (["--executions", "0"], "at least 1"), (["--events", "-5"], "--events"), (["--rate", "0"], "above 0"),
            (["--events", "5", "--executions", "5"], "once"), (["--from", "someday"], "2025-08-01"),
            (["--output", "x", "-l", "y"], "one destination"),
            (["--seed", "-1"], "--seed"),
        ])
    func usage(arguments: [String], part: String) throws {
        let line = arguments.map { "'\($0)'" }.joined(separator: " ")
        let tool = try Tool()
        expectFailure(try tool.shell("$agentledger simulate \(line)"), status: 64, part, "agentledger simulate --help")
        #expect(!tool.holds("ledger"))
    }

    @Test("command lines and a report in JSON do not both go to standard output")
    func twoOutputs() throws {
        let answer = try Tool()("simulate", "--output", "-", "--json")
        #expect(answer.status == 64)
        #expect(answer.error.contains("command lines"))
    }

    @Test("a place that cannot be written to is named, and a device is not replaced")
    func places() throws {
        let tool = try Tool()
        expectFailure(try tool("simulate", "--output", "nowhere/a.jsonl"), "nowhere/a.jsonl")
        expectFailure(try tool("simulate", "--output", "/dev/null"), "/dev/null: it is there and is not a file")
        try tool.write("mine", to: "taken")
        expectFailure(try tool("simulate", "-l", "taken"), "taken")
        #expect(try tool.read("taken") == "mine")
    }
}
