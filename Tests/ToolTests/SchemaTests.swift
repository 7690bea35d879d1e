import Foundation
import Testing

@Suite("agentledger schema")
struct SchemaTests {
    @Test("without a form, the commands: name, role, fields")
    func overview() throws {
        let tool = try Tool()
        let text = try tool("schema").out
        #expect(text.contains(/(?m)^workflow\.pause +member +workflow_id reason\?$/))
        #expect(try tool("schema").error.isEmpty)
        let answer = try tool("schema", "--json").out
        let list = try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [[String: Any]])
        #expect(list.count == text.split(separator: "\n").count)
        #expect(list.allSatisfy { Set($0.keys) == ["command", "role", "creates", "fields"] })
    }

    @Test("the .proto describes every event and the record around it, each message once")
    func proto() throws {
        let text = try Tool()("schema", "proto").out
        let messages = text.matches(of: /(?m)^message (\w+) \{$/).map(\.output.1)
        #expect(Set(messages).count == messages.count)
        #expect(
            Set(messages).isSuperset(of: ["Event", "Tag", "Actor", "Source", "Decimal", "Money", "ModelCallRecorded"]))
        #expect(text.contains("  repeated Tag tags = 14;"))
        #expect(text.contains("  bytes payload = 15;"))
        #expect(text.contains("  string workflow_type = 6;  // visual, code; absent: \"visual\"."), "\(text)")
        #expect(text.contains("// workflow_execution.started, version 1.\nmessage WorkflowExecutionStarted {"))
        let declared = Set(messages.map(String.init))
        let scalars: Set = [
            "bool", "int64", "uint32", "float", "double", "string", "bytes", "fixed64", "sfixed64", "sint32", "sint64",
        ]
        for field in text.matches(of: /(?m)^  (?:optional |repeated )?(\w+) \w+ = \d+/) {
            let type = String(field.output.1)
            #expect(declared.contains(type) || scalars.contains(type), "\(type)")
        }
    }

    @Test("the JSON Schema has a definition for every command")
    func jsonSchema() throws {
        let schema = try Tool()("schema", "json-schema").json()
        let definitions = try #require(schema["$defs"] as? [String: Any])
        #expect(definitions.count == (schema["oneOf"] as? [Any]).map { $0.count + 1 })
        let pause = try #require(definitions["workflow.pause"] as? [String: Any])
        #expect(pause["required"] as? [String] == ["command", "data"])
    }

    @Test("SQL comes in two dialects, and SQLite takes its own")
    func sql() throws {
        let tool = try Tool()
        #expect(try tool("schema", "sql").out.hasPrefix(#"CREATE SCHEMA "ledger";"#))
        #expect(try tool("schema", "sql", "--dialect", "sqlite").out.hasPrefix(#"CREATE TABLE "organizations" ("#))
        expectFailure(try tool("schema", "proto", "--dialect", "sqlite"), status: 64, "schema sql")
        expectFailure(try tool("schema", "sql", "--json"), status: 64, "--json")
        expectFailure(try tool("schema", "yaml"), status: 64, "yaml", "proto", "markdown")
    }

    @Test("the Markdown has commands, events and tables")
    func markdown() throws {
        let text = try Tool()("schema", "markdown").out
        #expect(text.contains("### `workflow_execution.pause`"))
        #expect(text.contains("### `workflow_execution.paused`"))
        #expect(text.contains("## workflow_executions\n"))
    }
}
