import Testing

@Suite("agentledger init")
struct InitTests {
    @Test("a ledger is made where nothing is, and its origin is told")
    func makes() throws {
        let tool = try Tool()
        let answer = try tool("init", "acme")
        #expect(answer.status == 0)
        #expect(answer.out.contains(/^ledger [0-9a-f-]{36} made in acme\n$/))
        #expect(answer.error.isEmpty)
        #expect(tool.holds("acme/ledger.json"))
    }

    @Test("JSON says path, origin and time")
    func json() throws {
        let answer = try Tool()("init", "--json", "-l", "acme")
        let json = try answer.json()
        #expect(Set(json.keys) == ["path", "origin", "created"])
        #expect(json["path"] as? String == "acme")
    }

    @Test("the size of segments is settled there, and nonsense is refused")
    func segments() throws {
        let tool = try Tool()
        try tool("init", "--segment-events", "2", "--segment-bytes", "1000000")
        #expect(try tool.read("ledger/ledger.json").contains(#""segment_events":2,"segment_bytes":1000000}"#))
        expectFailure(try tool("init", "other", "--segment-events", "0"), status: 64, "at least one event")
        #expect(!tool.holds("other"))
    }

    @Test("the ledger is the one that -l names, else AGENTLEDGER, else ./ledger")
    func whichLedger() throws {
        let tool = try Tool()
        try tool("init", environment: ["AGENTLEDGER": "from-environment"])
        try tool("init", "-l", "from-option", environment: ["AGENTLEDGER": "ignored"])
        try tool("init")
        #expect(["from-environment", "from-option", "ledger"].allSatisfy { tool.holds("\($0)/ledger.json") })
        #expect(!tool.holds("ignored"))
        expectFailure(try tool("init", "a", "-l", "b"), status: 64, "once", "agentledger init --help")
    }

    @Test("a path that holds anything is refused and left alone")
    func refusesWhatIsThere() throws {
        let tool = try Tool()
        try tool.write("dear diary", to: "notes.txt")
        expectFailure(try tool("init", "."), "holds", "choose a path that holds nothing")
        expectFailure(try tool("init", "notes.txt"), "notes.txt", "Not a directory")
        expectFailure(try tool("init", "not/there"), "not/there", "a directory that is there")
        try tool("init")
        expectFailure(try tool("init"), "./ledger", "there is a ledger already")
        #expect(try tool.read("notes.txt") == "dear diary")
    }
}
