import Testing

@Suite("agentledger import")
struct ImportTests {
    @Test("real traces come in, and a second time nothing is new")
    func traces() throws {
        let tool = try Tool()
        try tool("init")
        let answer = try tool("import", Tool.traces)
        #expect(
            answer.out.hasPrefix("9 lines read, 550 spans accepted, 0 known already, 0 refused: 1,"), "\(answer.out)")
        #expect(answer.error.isEmpty)
        #expect(
            try tool("import", Tool.traces).out
                == "9 lines read, 0 spans accepted, 550 known already, 0 refused: nothing new\n")
    }

    @Test("the example of a price list comes in, and a second time nothing is new")
    func prices() throws {
        let tool = try Tool()
        try tool("init")
        let list = Tool.traces.replacing("tau2-airline.otlp", with: "price-list.commands")
        #expect(
            try tool("import", "--format", "commands", list).out.contains(
                "41 commands accepted, 0 known already, 0 refused"))
        #expect(try tool("import", "--format", "commands", list).out.hasSuffix("0 refused: nothing new\n"))
        let models = try tool("query", "--format", "csv", "SELECT COUNT(DISTINCT model) AS models FROM prices")
        #expect(models.out == "models\n13\n")
    }

    @Test("the seed data comes in, and a second time nothing is new")
    func seed() throws {
        let tool = try Tool()
        try tool("init")
        let seed = Tool.traces.replacing("tau2-airline.otlp", with: "seed.commands")
        let answer = try tool("import", "--format", "commands", seed)
        #expect(answer.out.contains("6 commands accepted, 0 known already, 0 refused"), "\(answer)")
        #expect(try tool("import", "--format", "commands", seed).out.hasSuffix("0 refused: nothing new\n"))
        let agents = """
            SELECT o.slug AS organization, a.slug AS agent, t.name AS type, a.protocol, a.department, a.status
            FROM agents a JOIN organizations o ON o.id = a.organization_id JOIN agent_types t ON t.id = a.type_id
            """
        #expect(
            try tool("query", "--format", "csv", agents).out == """
                organization,agent,type,protocol,department,status
                demo-org,blog-post-writer,context,context,marketing,active

                """)
        #expect(
            try tool("query", "--format", "csv", "SELECT name FROM agent_types ORDER BY 1").out
                == "name\napi\ncontext\nexternal\n")
    }

    @Test("JSON counts what was accepted, unchanged and refused")
    func json() throws {
        let tool = try Tool()
        try tool("init")
        let report = try tool("import", "--json", Tool.traces, "--organization", "acme").json()
        #expect(report["accepted"] as? Int == 550)
        #expect(report["position_before"] as? Int == 0)
        #expect((report["refused"] as? [Any])?.isEmpty == true)
        #expect(try tool("query", "--format", "csv", "SELECT slug FROM organizations").out == "slug\nacme\n")
    }

    static let mixed = """
        {"command":"nope"}
        {"command":"organization.create","data":{"name":"B","slug":"b"}}
        xx

        """

    @Test("a refused line is named with its file, and the others go on")
    func refused() throws {
        let tool = try Tool()
        try tool("init")
        try tool.write(Self.mixed, to: "mixed.jsonl")
        let answer = try tool("import", "mixed.jsonl", "--format", "commands")
        #expect(answer.status == 1)
        #expect(
            answer.error == """
                mixed.jsonl:1: there is no command "nope"; `agentledger schema` lists all
                mixed.jsonl:3: expected an object, found 'x' (at byte 0)
                agentledger: 2 lines were refused

                """)
        #expect(
            answer.out == "3 lines read, 1 command accepted, 0 known already, 2 refused: 1 event at position 1\n")
    }

    @Test("--strict stops at the first refusal; JSON lists it")
    func strict() throws {
        let tool = try Tool()
        try tool("init")
        let answer = try tool("import", "--json", "--strict", "-", input: Self.mixed)
        #expect(answer.status == 1)
        let report = try answer.json()
        let refusal = try #require((report["refused"] as? [[String: Any]])?.first)
        #expect(refusal["line"] as? Int == 1)
        #expect(refusal["file"] as? String == "standard input")
        #expect(report["ended_early"] as? Bool == true)
        #expect(report["events"] as? Int == 0)
    }

    @Test("a file that cannot be read is named")
    func missingFile() throws {
        let tool = try Tool()
        try tool("init")
        expectFailure(try tool("import", "nothing.jsonl"), "nothing.jsonl", "there is no such file")
        expectFailure(try tool("import", "."), "it is a directory")
        expectFailure(try tool("import"), status: 64, "<file>", "agentledger import --help")
        expectFailure(try tool("import", "--format", "xml", "-"), status: 64, "xml", "otlp", "commands")
    }
}
