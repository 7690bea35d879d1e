import Foundation
import Testing

@Suite("agentledger blame, history and diff")
struct HistoryTests {
    /// What was recorded when differs from run to run.
    private func masked(_ text: String) -> String {
        text.replacing(/20[3-9]\d-|202[6-9]-/, with: "").replacing(/\d\d-\d\dT[\d:.]+Z/, with: "TIME")
    }

    @Test("blame names the event that set each field, and says which were never set")
    func blame() throws {
        let tool = try Tool.withLedger()
        let answer = try tool("blame", "workflow", Tool.workflow)
        #expect(answer.status == 0 && answer.error.isEmpty, "\(answer)")
        let lines = answer.out.split(separator: "\n")
        #expect(lines[0].contains(/^field +value +actor +position +event +occurred +recorded$/))
        let status = try #require(lines.first { $0.hasPrefix("status ") })
        #expect(
            status.contains(/^status +active +system:test +3  workflow.activated +2025-08-01T09:00:02.000000Z  20.*Z$/))
        #expect(answer.out.contains(/(?m)^name +Triage +system:test +2  workflow.created\b/))
        #expect(answer.out.contains(/(?m)^description +∅ +never set \(default\)$/))
        #expect(answer.out.contains(/(?m)^total_executions +0 +system:test +2  workflow.created \(default\)/))
    }

    @Test("blame of one field, as of then, in JSON")
    func blameOfOneField() throws {
        let tool = try Tool.withLedger()
        let then = try tool("blame", "workflows", Tool.workflow, "status", "--at", "2", "--json").json()
        #expect(then["kind"] as? String == "workflow" && then["position"] as? Int == 2)
        let field = try #require((then["fields"] as? [[String: Any]])?.first)
        #expect(field["value"] as? String == "draft" && field["default"] as? Bool == true)
        let event = try #require(field["event"] as? [String: Any])
        #expect(event["type"] as? String == "workflow.created" && event["position"] as? Int == 2)
        #expect(event["actor"] as? String == "system:test" && event["recorded_at"] is String)
        #expect(event["occurred_at"] as? String == "2025-08-01T09:00:01.000000Z")
    }

    @Test("history tells what changed with each version, and from when to when")
    func history() throws {
        let answer = try Tool.withLedger()("history", "workflow", Tool.workflow)
        #expect(answer.error == "2 versions\n")
        let lines = self.masked(answer.out).split(separator: "\n")
        #expect(lines.first == "position 2  workflow.created  system:test  TIME  until position 3")
        #expect(
            lines.suffix(3) == [
                "position 3  workflow.activated  system:test  TIME  to now", "  status: draft -> active",
                "  updated_at: 2025-TIME -> 2025-TIME",
            ], "\(answer.out)")
    }

    @Test("history as rows is a dbt snapshot: half-open, the same bytes each time")
    func snapshotRows() throws {
        let tool = try Tool.withLedger()
        let csv = try tool("history", "workflow", Tool.workflow, "--format", "csv").out
        #expect(try tool("history", "workflow", Tool.workflow, "--format", "csv").out == csv)
        let header = try #require(csv.split(separator: "\n").first)
        #expect(
            header.hasSuffix(",dbt_scd_id,dbt_updated_at,dbt_valid_from,dbt_valid_to,from_position,to_position"))
        let lines = try tool("history", "workflow", Tool.workflow, "--format", "jsonl").out.split(separator: "\n")
        let rows = try lines.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(rows.map { $0["status"] as? String } == ["draft", "active"])
        #expect(rows.map { $0["from_position"] as? Int } == [2, 3])
        #expect(rows.map { $0["to_position"] as? Int } == [3, nil])
        #expect(rows[0]["dbt_valid_to"] as? String == rows[1]["dbt_valid_from"] as? String)
        #expect(rows[1]["dbt_valid_to"] is NSNull)
        #expect(Set(rows.map { $0["dbt_scd_id"] as? String }).count == 2)
        let json = try tool("history", "workflow", Tool.workflow, "--json", "--at", "2").out
        #expect((try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [Any])?.count == 1)
    }

    @Test("diff tells what was added and changed, with the events")
    func diff() throws {
        let tool = try Tool.withLedger()
        let answer = try tool("diff", "--from", "1", "--to", "2")
        #expect(
            self.masked(answer.out)
                == "+ workflow \(Tool.workflow)  position 2  workflow.created  system:test  TIME\n")
        #expect(answer.error == "1 added, 0 changed, 0 removed\n")
        let changed = try tool("diff", "workflow", Tool.workflow, "--from", "2")
        #expect(
            self.masked(changed.out) == """
                ~ workflow \(Tool.workflow)
                    status: draft -> active  position 3  workflow.activated  system:test  TIME
                    updated_at: 2025-TIME -> 2025-TIME  position 3  workflow.activated  system:test  TIME

                """)
        #expect(try tool("diff", "organization", "--from", "1").out.isEmpty)
        #expect(try tool("diff", "--from", "3", "--to", "end").out.isEmpty)
    }

    @Test("diff in JSON is a line for each thing; what was deleted is removed")
    func removed() throws {
        let tool = try Tool.withLedger()
        for command in ["pause", "archive", "delete"] {
            let line = #"{"command":"workflow.\#(command)","data":{"workflow_id":"\#(Tool.workflow)"}}"#
            let answer = try tool("execute", line)
            #expect(answer.status == 0, "\(answer.error)")
        }
        let lines = try tool("diff", "workflow", "--from", "3", "--json").out.split(separator: "\n")
        #expect(lines.count == 1)
        let line = try #require(
            try JSONSerialization.jsonObject(with: Data((lines.first ?? "").utf8)) as? [String: Any])
        #expect(line["change"] as? String == "removed" && line["id"] as? String == Tool.workflow)
        #expect((line["event"] as? [String: Any])?["type"] as? String == "workflow.deleted")
        let fields = try #require(line["fields"] as? [[String: Any]])
        let status = try #require(fields.first { $0["field"] as? String == "status" })
        #expect(status["old"] as? String == "active" && status["new"] as? String == "archived")
        #expect((status["event"] as? [String: Any])?["type"] as? String == "workflow.archived")
    }

    @Test("what is not there, or cannot be asked for, is told with the remedy")
    func refusals() throws {
        let tool = try Tool.withLedger()
        for verb in ["blame", "history", "diff"] {
            let more = verb == "diff" ? ["--from", "0"] : []
            func ask(_ kind: String, _ id: String) throws -> Tool.Answer {
                try tool.shell((["$agentledger \(verb) \(kind) \(id)"] + more).joined(separator: " "))
            }
            expectFailure(
                try ask("workflow", Tool.organization), "there is no workflow \(Tool.organization)",
                "agentledger list workflows")
            expectFailure(try ask("dog", Tool.workflow), status: 64, "there is no kind", "workflow_execution")
            expectFailure(try ask("workflow", "seven"), "seven", "agentledger list workflows")
        }
        expectFailure(try tool("blame", "workflow", Tool.workflow, "colour"), status: 64, "colour", "status_reason")
        expectFailure(try tool("diff", "--from", "3", "--to", "2"), status: 64, "--from", "exchange")
        expectFailure(try tool("diff", "--from", "9"), "position 9", "the log's end, 3")
        expectFailure(try tool("diff"), status: 64, "--from")
    }

    @Test("export --history writes versions, the same bytes each time, and goes on where it was")
    func export() throws {
        let tool = try Tool.withLedger()
        #expect(try tool("export", "--history", "--to", "a", "--format", "csv").status == 0)
        #expect(try tool("export", "--history", "--to", "b", "--format", "csv").status == 0)
        let csv = try tool.read("a/workflows.csv")
        #expect(csv == (try tool.read("b/workflows.csv")))
        #expect(csv.split(separator: "\n").count == 3)
        #expect(try tool("export", "--history", "--to", "sqlite:h.db", "--at", "2").status == 0)
        let more = try tool("export", "--history", "--to", "sqlite:h.db")
        #expect(more.status == 0, "\(more.error)")
        let versions = try tool.shell(
            """
            sqlite3 h.db "SELECT status, from_position, to_position FROM workflows ORDER BY from_position"
            """)
        #expect(versions.out == "draft|2|3\nactive|3|\n", "\(versions)")
        expectFailure(try tool("export", "--to", "sqlite:h.db"), "ledger_history", "choose another target")
    }
}
