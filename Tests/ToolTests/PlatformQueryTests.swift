import Foundation
import Testing

@Suite("Queries of the platforms' schemas")
struct PlatformQueryTests {
    private static let user = "0198c000-0000-7000-8000-000000000003"
    private static let agent = "0198c000-0000-7000-8000-000000000004"

    private static func execute(_ command: String, _ data: String, with tool: Tool) throws {
        let answer = try tool("execute", #"{"command":"\#(command)","data":{\#(data)}}"#)
        #expect(answer.status == 0, "\(command): \(answer.error)")
    }

    private static func tool() throws -> Tool {
        let tool = try Tool.withLedger()
        try self.execute("user.register", #""user_id":"\#(self.user)","email":"ada@example.org""#, with: tool)
        try self.execute(
            "agent.create",
            #""agent_id":"\#(self.agent)","organization_id":"\#(Tool.organization)","name":"Ada","llm_config":{}"#,
            with: tool)
        return tool
    }

    private static func query(_ schema: String, _ sql: String, with tool: Tool) throws -> String {
        let answer = try tool("query", "--schema", schema, "--format", "csv", sql)
        #expect(answer.status == 0, "\(answer.error)")
        return answer.out
    }

    @Test("generated columns are there, as in PostgreSQL")
    func generated() throws {
        let tool = try Self.tool()
        let sql = "SELECT owner_organization_id, owner_user_id FROM agents WHERE id = '\(Self.agent)'"
        #expect(
            try Self.query("orchestrator_platform", sql, with: tool)
                == "owner_organization_id,owner_user_id\n\(Tool.organization),\n")
        let all = try Self.query("orchestrator_platform", "SELECT * FROM agents", with: tool)
        #expect(all.prefix { $0 != "\n" }.hasSuffix(",owner_user_id,owner_organization_id"), "\(all)")
        let join = "SELECT count(*) AS n FROM agents a JOIN organizations o ON o.id = a.owner_organization_id"
        #expect(try Self.query("orchestrator_platform", join, with: tool) == "n\n2\n")
        #expect(try Self.query("core_platform", "SELECT conversation_id FROM tasks", with: tool) == "conversation_id\n")
        expectFailure(
            try tool("query", "--schema", "orchestrator_platform", "DELETE FROM agents"), "a query only reads")
        expectFailure(
            try tool("query", "--schema", "orchestrator_platform", "SELECT x FROM agents"), "owner_organization_id")
    }

    @Test("a workflow's definition has its agents, connections, variables and triggers, as they are now")
    func definition() throws {
        let tool = try Self.tool()
        let (node, trigger) = ("0198c000-0000-7000-8000-000000000005", "0198c000-0000-7000-8000-000000000006")
        func definition() throws -> [String: Any] {
            let sql = "SELECT definition FROM workflows WHERE id = '\(Tool.workflow)'"
            let answer = try tool("query", "--schema", "ops_studio", "--format", "jsonl", sql)
            let row = try #require(
                try JSONSerialization.jsonObject(with: Data(answer.out.utf8)) as? [String: Any], "\(answer)")
            let text = try #require(row["definition"] as? String, "\(answer)")
            return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        }
        #expect(Set(try definition().keys) == ["agents", "connections", "variables", "triggers"])
        try Self.execute(
            "workflow_node.place",
            #""workflow_node_id":"\#(node)","workflow_id":"\#(Tool.workflow)","name":"Reader","role":"specialist""#,
            with: tool)
        try Self.execute(
            "workflow_trigger.add",
            #""workflow_trigger_id":"\#(trigger)","workflow_id":"\#(Tool.workflow)","trigger_type":"schedule","schedule_cron":"0 9 * * *""#,
            with: tool)
        let full = try definition()
        let agent = try #require((full["agents"] as? [[String: Any]])?.first)
        #expect(agent["id"] as? String == node && agent["name"] as? String == "Reader")
        #expect(agent["type"] as? String == "specialist" && agent["config"] is [String: Any])
        let first = try #require((full["triggers"] as? [[String: Any]])?.first)
        #expect(first["id"] as? String == trigger && first["schedule_cron"] as? String == "0 9 * * *")
        try Self.execute("workflow_node.remove", #""workflow_node_id":"\#(node)""#, with: tool)
        #expect((try definition()["agents"] as? [Any])?.isEmpty == true)
        try Self.execute(
            "workflow.revise",
            #""workflow_id":"\#(Tool.workflow)","version":"2.0.0","definition":{"agents":["mine"],"variables":{"a":"text"}}"#,
            with: tool)
        let given = try definition()
        #expect(given["agents"] as? [String] == ["mine"] && given["variables"] as? [String: String] == ["a": "text"])
        #expect((given["triggers"] as? [Any])?.count == 1)
    }
}
