import Testing

@Suite("agentledger execute")
struct ExecuteTests {
    static let create =
        #"{"command":"organization.create","data":{"organization_id":"\#(Tool.organization)","name":"A","slug":"a"}}"#

    @Test("an accepted command prints its events: position, type and id")
    func accepted() throws {
        let tool = try Tool()
        try tool("init")
        let answer = try tool("execute", Self.create)
        #expect(answer.status == 0)
        #expect(answer.out == "1  organization.created  \(Tool.organization)\n")
    }

    @Test("JSON lists the events; without an actor it is system:cli, and the channel is cli")
    func json() throws {
        let tool = try Tool()
        try tool("init")
        let answer = try tool("execute", "--json", "-", input: Self.create)
        #expect(
            answer.out == #"{"outcome":"accepted","first":1,"last":1,"events":[{"position":1,"#
                + #""type":"organization.created","id":"\#(Tool.organization)"}]}"# + "\n")
        let event = try tool("log", "--json").json()
        #expect(event["actor"] as? String == "system:cli")
        #expect((event["source"] as? [String: Any])?["channel"] as? String == "cli")
        // The operating system's user is on record.
        let user = try tool.shell("echo \"agentledger, user $(id -un) ($(id -u))\"").out
        #expect((event["source"] as? [String: Any])?["user_agent"] as? String == String(user.dropLast()))
    }

    @Test("a command whose effect stands already leaves the ledger unchanged")
    func unchanged() throws {
        let tool = try Tool.withLedger()
        let activate = #"{"command":"workflow.activate","data":{"workflow_id":"\#(Tool.workflow)"}}"#
        #expect(try tool("execute", activate).out == "unchanged: workflow.activate stands already\n")
        #expect(try tool("execute", "--json", activate).out == #"{"outcome":"unchanged"}"# + "\n")
        #expect(try tool("stat", "--json").json()["position"] as? Int == 3)
    }

    @Test("a refused command says why, on standard error and in JSON, and changes nothing")
    func refused() throws {
        let tool = try Tool.withLedger()
        let taken = #"{"command":"organization.create","data":{"name":"B","slug":"acme"}}"#
        let answer = try tool("execute", taken)
        expectFailure(answer, "organization.create is refused", "slug acme is taken")
        #expect(answer.out.isEmpty)
        let json = try tool("execute", "--json", taken)
        #expect(json.status == 1)
        #expect(try json.json()["reason"] as? String == "not_unique")
        #expect(try tool("stat", "--json").json()["position"] as? Int == 3)
    }

    @Test("what is no command is refused with the place and the remedy")
    func garbage() throws {
        let tool = try Tool()
        try tool("init")
        expectFailure(try tool("execute", "hello"), "cannot be read", "expected an object", "at byte 0")
        expectFailure(try tool("execute", "-"), "cannot be read", "found the end")
        expectFailure(try tool("execute", #"{"data":{}}"#), #"there is no "command""#)
        expectFailure(try tool("execute", #"{"command":"nope"}"#), "nope", "`agentledger schema` lists all")
        expectFailure(
            try tool("execute", #"{"command":"workflow.stop"}"#), "workflow.stop", "workflow.pause")
        expectFailure(
            try tool("execute", #"{"command":"organization.create","data":{"nme":"A"}}"#), "nme", "the fields are",
            "name")
        expectFailure(
            try tool("execute", #"{"command":"organization.create","actor":"me","data":{}}"#), "actor", "user:UUID")
        #expect(try tool("stat", "--json").json()["position"] as? Int == 0)
    }
}
