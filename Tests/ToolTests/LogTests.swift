import Foundation
import Testing

@Suite("agentledger log")
struct LogTests {
    @Test("lines are aligned: position, time, type, actor, entity, data without the entity's id")
    func lines() throws {
        let answer = try Tool.withLedger()("log", "--limit", "2")
        let organization = Tool.organization
        #expect(
            answer.out == """
                1  2025-08-01T09:00:00.000000Z  organization.created  system:test  \(organization)  \
                {"name":"Acme","slug":"acme","subscription_tier":"starter",\
                "settings":{}}
                2  2025-08-01T09:00:01.000000Z  workflow.created      system:test  \(Tool.workflow)  \
                {"organization_id":"\(organization)","name":"Triage",\
                "definition":{},"workflow_type":"visual","version":"1.0.0"}

                """)
    }

    @Test("--json prints the whole envelope with tags and data, one line for each event")
    func json() throws {
        let lines = try Tool.withLedger()("log", "--json").out.split(separator: "\n")
        #expect(lines.count == 3)
        let event = try #require(try JSONSerialization.jsonObject(with: Data(lines[2].utf8)) as? [String: Any])
        #expect(event["position"] as? Int == 3)
        #expect(event["type"] as? String == "workflow.activated")
        #expect(event["occurred_at"] as? String == "2025-08-01T09:00:02.000000Z")
        #expect(event["tags"] as? [String] == ["workflow:\(Tool.workflow)", "organization:\(Tool.organization)"])
        #expect((event["data"] as? [String: Any])?["workflow_id"] as? String == Tool.workflow)
    }

    @Test("--tag, --type, --after and --limit choose")
    func chooses() throws {
        let tool = try Tool.withLedger()
        func positions(_ arguments: String...) throws -> [Substring] {
            let line = (["$agentledger log"] + arguments).joined(separator: " ")
            return try tool.shell(line).out.split(separator: "\n").map { $0.prefix { $0 != " " } }
        }
        #expect(try positions("--tag workflow:\(Tool.workflow)") == ["2", "3"])
        #expect(try positions("--tag organization_slug:acme") == ["1"])
        #expect(try positions("--type workflow.created --type workflow.activated --limit 1") == ["2"])
        #expect(try positions("--after 2") == ["3"])
        #expect(try positions("--after 7").isEmpty)
        #expect(try positions("--limit 0").isEmpty)
    }

    @Test("audit_logs says which fields changed, from what to what, and the actor's name at the time")
    func changes() throws {
        let tool = try Tool.withLedger()
        let ann = "0198c000-0000-7000-8000-00000000aaa1"
        func execute(_ command: String, as actor: String, _ data: String) throws {
            let line = #"{"command":"\#(command)","actor":"\#(actor)","data":{"user_id":"\#(ann)",\#(data)}}"#
            #expect(try tool("execute", line).status == 0)
        }
        try execute("user.register", as: "system:test", #""email":"ann@acme.example""#)
        try execute("user.change_profile", as: "user:\(ann)", #""display_name":"Ann""#)
        try execute("user.change_profile", as: "user:\(ann)", #""display_name":"Anna""#)
        let names = #"json_extract(before, '$.display_name'), json_extract(after, '$.display_name')"#
        let answer = try tool(
            "query", "--format", "csv", "SELECT actor_name, \(names) FROM audit_logs WHERE entity_id = '\(ann)'")
        #expect(answer.out.split(separator: "\n").dropFirst() == ["test,,", "Ann,,Ann", "Anna,Ann,Anna"])
    }

    @Test("--follow goes on with what is recorded later, until --limit")
    func follows() throws {
        let tool = try Tool.withLedger()
        let answer = try tool.shell(
            """
            $agentledger log --after 2 --follow --limit 2 > followed & sleep 0.5
            $agentledger execute '{"command":"workflow.pause","data":{"workflow_id":"\(Tool.workflow)"}}' >/dev/null
            wait; wc -l < followed
            """)
        #expect(answer.out.contains("2"), "\(answer)")
        #expect(try tool.read("followed").contains("workflow.paused"))
    }

    @Test("a reader that goes away is no failure")
    func closedPipe() throws {
        let tool = try Tool.withRuns()
        let answer = try tool.shell("{ $agentledger log --json; echo \"status $?\" >&2; } | head -n 1")
        #expect(answer.out.split(separator: "\n").count == 1)
        #expect(answer.error == "status 0\n")
    }

    @Test("what cannot be asked for is a usage error")
    func usage() throws {
        let tool = try Tool.withLedger()
        expectFailure(try tool("log", "--tag", "workflow"), status: 64, "--tag", "kind:id")
        expectFailure(try tool("log", "--last", "2", "--limit", "1"), status: 64, "--last")
        expectFailure(try tool("log", "--time", "occurred"), status: 64, "--since")
        expectFailure(try tool("log", "--type", "workflow.stopped"), status: 64, "workflow.paused")
        expectFailure(try tool("log", "--limit", "-1"), status: 64, "--limit")
        expectFailure(try tool("log", "--after", "x"), status: 64, "--after", "agentledger log --help")
    }
}
