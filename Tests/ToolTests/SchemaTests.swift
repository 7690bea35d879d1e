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
        let refusal = try tool("schema", "sql", "--json")
        #expect(refusal.status == 64 && refusal.error.contains("--json is for"))
        expectFailure(try tool("schema", "yaml"), status: 64, "yaml", "agentledger schema")
    }

    @Test("the Markdown has commands, events and tables")
    func markdown() throws {
        let text = try Tool()("schema", "markdown").out
        #expect(text.contains("### `workflow_execution.pause`"))
        #expect(text.contains("### `workflow_execution.paused`"))
        #expect(text.contains("## workflow_executions\n"))
    }

    @Test("every schema's tables come as SQL; in SQLite, one schema to a file")
    func sqlOfSchemas() throws {
        let tool = try Tool()
        let one = try tool("schema", "sql", "--schema", "ops_studio").out
        #expect(one.hasPrefix(#"CREATE SCHEMA "ops_studio";"#))
        #expect(
            one.contains(
                #"CREATE TYPE "ops_studio"."workflow_status" AS ENUM ('draft', 'active', 'paused', 'archived')"#))
        #expect(one.contains(#"PARTITION BY RANGE ("timestamp")"#))
        let all = try tool("schema", "sql", "--schema", "all").out
        #expect(all.contains(one) && all.contains(#"CREATE SCHEMA "ledger";"#))
        let file = try tool.shell("$agentledger schema sql --schema ops_studio --dialect sqlite | sqlite3 -bail ops.db")
        #expect(file.status == 0 && file.error.isEmpty, "\(file.error)")
        expectFailure(
            try tool("schema", "sql", "--schema", "all", "--dialect", "sqlite"), status: 64, "one SQLite file",
            "name it")
        expectFailure(try tool("schema", "sql", "--schema", "nobodys"), status: 64, "nobodys", "ops_studio", "all")
        expectFailure(try tool("schema", "proto", "--schema", "ledger"), status: 64, "--schema is for")
    }

    @Test("the data dictionary of a schema says what it departs from, how it is partitioned and what SQLite leaves out")
    func dictionary() throws {
        let text = try Tool()("schema", "markdown", "--schema", "ops_studio").out
        #expect(text.contains("## What does not come back") && text.contains("| `audit_logs`: its rows |"))
        #expect(text.hasPrefix("# Schema `ops_studio`, version 4\n"))
        #expect(!text.contains("# Schema `ledger`"))
        for table in ["organizations", "agents", "evaluation_results", "audit_logs"] {
            #expect(text.contains("\n## \(table)\n"))
        }
        #expect(text.contains("| what | documented | why it cannot stand | ours |"))
        #expect(text.contains("- In PostgreSQL one partition for each month of `timestamp` (UTC) that has rows"))
        #expect(text.contains("- Unique: `organization_id`, `name`, `deleted_at`, nulls count as equal"))
        #expect(text.contains("`organization_id` → `organizations` (`id`), on delete cascade"))
        #expect(text.contains("## What SQLite leaves out\n\n- "))
        #expect(text.contains("the partitions of execution_logs by timestamp"))
    }

    @Test("deviations are listed by schema and table, and as JSON in a form that is kept")
    func deviations() throws {
        let tool = try Tool()
        let text = try tool("schema", "deviations", "--schema", "ops_studio").out
        #expect(text.hasPrefix("# Schema `ops_studio`\n"))
        #expect(text.contains("\n## usage_records\n\n| what | documented | why it cannot stand | ours |\n| --- |"))
        let answer = try tool("schema", "deviations", "--json").out
        let list = try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [[String: String]])
        let fields: Set = ["schema", "table", "subject", "documented", "reason", "ours"]
        #expect(!list.isEmpty && list.allSatisfy { fields.isSuperset(of: $0.keys) && $0.count >= 5 })
        let own = list.filter { $0["schema"] == "ops_studio" }
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("| ") }
        #expect(lines.count == own.count + 2 * Set(own.map { $0["table"] }).count)
        #expect(
            try tool("schema", "deviations", "--schema", "ledger").out == "The schema ledger departs from nothing.\n")
    }

    @Test("one command's fields, refusals and example; what is required is the same in every form")
    func command() throws {
        let tool = try Tool()
        let sheet = try tool("schema", "workflow.create")
        #expect(sheet.status == 0)
        #expect(sheet.out.contains(/(?m)^  name +text, required$/))
        #expect(sheet.out.contains("REFUSED, FOR EXAMPLE") && sheet.out.contains("agentledger execute '{"))
        let fields = sheet.out.prefix { $0 != "{" }
        #expect(fields.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(fields)")
        let help = try tool("execute", "--help").out
        #expect(help.contains(/agentledger\s+schema\s+workflow.create/))
        let agent = try tool("schema", "agent.create").out
        #expect(agent.contains("required where protocol is context"))
        let overview = try tool("schema").out
        #expect(overview.contains(/(?m)^agent.create .* name .* endpoint\? llm_config\b/))
        let json = try tool("schema", "agent.create", "--json").json()
        let required = try #require(json["fields"] as? [[String: Any]]).filter { $0["required"] as? Bool == true }
        #expect(required.compactMap { $0["name"] as? String } == ["name", "llm_config"])
        #expect(json["example"] is [String: Any] && json["refusals"] is [Any])
        let schema = try tool("schema", "json-schema").json()
        let definitions = try #require(schema["$defs"] as? [String: Any])
        let definition = try #require(definitions["agent.create"] as? [String: Any])
        let data = try #require((definition["properties"] as? [String: Any])?["data"] as? [String: Any])
        let conditions = try #require(data["allOf"] as? [[String: Any]])
        #expect(conditions.contains { ($0["then"] as? [String: Any])?["required"] as? [String] == ["llm_config"] })
    }

    @Test("retention policies and the schemas' deviations both say that retention does nothing yet")
    func retention() throws {
        let tool = try Tool.withLedger()
        let words = "does nothing yet"
        #expect(try tool("schema", "retention_policy.set").out.contains(words))
        #expect(try tool("schema", "retention_policy.set", "--json").json()["note"] as? String ?? "" != "")
        #expect(try tool("schema", "markdown").out.contains("Recorded only: it \(words)."))
        let answer = try tool(
            "execute", #"{"command":"retention_policy.set","data":{"data_kind":"all","retention_days":30}}"#)
        #expect(answer.status == 0 && answer.error.contains(words), "\(answer)")
        let lines = try tool("schema", "deviations").out.split(separator: "\n").filter { $0.contains("| retention |") }
        #expect(lines.count == 2 && lines.allSatisfy { $0.contains(words) }, "\(lines)")
    }
}
