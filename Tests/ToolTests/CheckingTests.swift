import Foundation
import Testing

@Suite("agentledger replay, verify and stat")
struct CheckingTests {
    @Test("a replay gives what is kept, view by view")
    func replay() throws {
        let tool = try Tool.withRuns()
        let answer = try tool("replay")
        #expect(answer.status == 0)
        let lines = answer.out.split(separator: "\n")
        let row = /^[a-z_]+ +[0-9,]+  ([0-9a-f]{16})  ([0-9a-f]{16})  equal$/
        for line in lines.dropFirst() {
            let match = try #require(line.wholeMatch(of: row), "\(line)")
            #expect(match.1 == match.2)
        }
        #expect(lines.last?.hasPrefix("all ") == true)
        #expect(answer.error.contains(/^1,[0-9]{3} events in [0-9.]+ s, [0-9,]+ events\/s\n$/))
        let json = try tool("replay", "--json").json()
        #expect(json["equal"] as? Bool == true)
        #expect(json["digest"] as? String == json["live_digest"] as? String)
        let past = try tool("replay", "--json", "--at", "100").json()
        #expect(past["position"] as? Int == 100)
        #expect(past["live_digest"] == nil)
        #expect(past["digest"] as? String != json["digest"] as? String)
    }

    @Test("a replay and an export leave no trace, unless they are to be on record")
    func record() throws {
        let tool = try Tool.withLedger()
        let before = try tool("stat", "--json").json()["root"] as? String
        #expect(try tool("replay").status == 0)
        #expect(try tool("export", "--to", "out").status == 0)
        #expect(try tool("stat", "--json").json()["root"] as? String == before)
        let replay = try tool("replay", "--record")
        #expect(replay.error.contains("on record at position 4\n"), "\(replay)")
        let export = try tool("export", "--to", "sqlite:ledger.db", "--record")
        #expect(export.error.contains("on record at position 5\n"), "\(export)")
        let answer = try tool(
            "query", "SELECT r.matches, e.target, e.to_position FROM replays r, exports e", "--json")
        #expect(answer.out.contains("ledger.db") && answer.out.contains("4"), "\(answer)")
        #expect(try tool("verify").status == 0)
    }

    @Test("a sound ledger is verified, views and all")
    func sound() throws {
        let tool = try Tool.withLedger()
        #expect(try tool("verify").out.contains(/^sound: 3 events, .* view rows; root [0-9a-f]{64}\n$/))
        let json = try tool("verify", "--json", "--log-only").json()
        #expect(json["sound"] as? Bool == true)
        #expect(json["views_checked"] as? Bool == false)
        #expect((json["findings"] as? [Any])?.isEmpty == true)
        let root = json["root"] as? String
        #expect(try tool("stat", "--json").json()["root"] as? String == root)
    }

    @Test("a changed byte in a record is found")
    func damaged() throws {
        let tool = try Tool.withLedger()
        try tool("query", "SELECT 1")
        let file = "ledger/log/00000000000000000001/data.mdb"
        let url = tool.folder.appendingPathComponent(file)
        var data = try Data(contentsOf: url)
        let place = try #require(data.firstRange(of: Data("Triage".utf8)))
        data[place.lowerBound] ^= 1
        try data.write(to: url)
        let answer = try tool("verify")
        #expect(answer.status == 1)
        #expect(answer.out.contains("position 2"), "\(answer)")
        #expect(answer.error.contains("agentledger: "))
        let json = try tool("verify", "--json")
        #expect(json.status == 1)
        #expect(try json.json()["sound"] as? Bool == false)
    }

    @Test("stat tells counts, positions, sizes and the root")
    func stat() throws {
        let tool = try Tool.withLedger()
        let text = try tool("stat").out
        #expect(text.contains(/(?m)^events +3$/))
        #expect(text.contains(/(?m)^workflow\.created +1$/))
        #expect(text.contains(/(?m)^views +.*, at position 3, up to date$/))
        let json = try tool("stat", "--json").json()
        #expect(json["format_version"] as? Int == 1)
        #expect(
            json["types"] as? [String: Int] == [
                "organization.created": 1, "workflow.activated": 1, "workflow.created": 1,
            ])
        #expect(json["views_position"] as? Int == 3)
        try tool("execute", #"{"command":"organization.create","data":{"name":"Other","slug":"other"}}"#)
        #expect(try tool("stat").out.contains(/(?m)^views +.* behind$/))
        let segments = try #require(json["segments"] as? [[String: Any]])
        #expect(segments.count == 1 && segments[0]["sealed"] as? Bool == false)
        let empty = try Tool()
        try empty("init")
        #expect(try empty("stat", "--json").json()["first_recorded_at"] is NSNull)
    }

    @Test("stat lists the models whose usage has no price, each with a command that sets one")
    func unpriced() throws {
        let tool = try Tool.withLedger()
        #expect(try tool("stat").out.contains("without a price") == false)
        let organization = try #require(
            try tool("query", "SELECT id FROM organizations", "--json").out.firstMatch(of: /[0-9a-f-]{36}/)?.output)
        func use(_ type: String, _ model: String) throws {
            try tool(
                "execute",
                #"{"command":"usage_record.record","occurred_at":"2025-08-02T10:00:00Z","data":{"#
                    + #""organization_id":"\#(organization)","usage_type":"\#(type)","provider":"it's me","#
                    + #""model":"\#(model)","quantity":1234}}"#)
        }
        for index in 10..<22 { try use("input_tokens", "m\(index)") }
        try use("output_tokens", "m15")
        let text = try tool("stat").out
        #expect(text.contains("it's me m15: 1,234 input_tokens, 1,234 output_tokens in 2 records\n"), "\(text)")
        #expect(
            text.contains(
                #"  agentledger execute '{"command":"price.set","data":{"usage_type":"input_tokens","#
                    + #""provider":"it'\''s me","model":"m15","amount":"AMOUNT","effective_from":"2025-08-02"}}'"#),
            "\(text)")
        #expect(text.contains("and 2 more: agentledger query"), "\(text)")
        let json = try tool("stat", "--json").json()
        #expect(json["unpriced_models"] as? Int == 12)
        let models = try #require(json["unpriced_usage"] as? [[String: Any]])
        #expect(models.count == 10)
        #expect(models[0]["model"] as? String == "m15" && models[0]["records"] as? Int == 2)
        #expect(models[0]["usage_types"] as? [String] == ["input_tokens", "output_tokens"])
        let command = try #require(models[0]["example_command"] as? String)
        #expect(try tool("execute", command).status == 1, "the amount is to be filled in")
        #expect(try tool("execute", command.replacing("AMOUNT", with: "2")).status == 0)
        #expect(try tool("stat").out.contains("it's me m15: 1,234 output_tokens in 1 record\n"))
    }

    @Test("stat lists the segments, and verify names the file of what it finds")
    func segments() throws {
        let tool = try Tool()
        try tool("init", "--segment-events", "2")
        for line in Tool.commands.split(separator: "\n") { #expect(try tool("execute", String(line)).status == 0) }
        let text = try tool("stat").out
        #expect(text.contains(/(?m)^ *1 +2 +2 +.*KiB +sealed.* [0-9a-f]{64}$/), "\(text)")
        #expect(text.contains(/(?m)^ *3 +3 +1 +.*KiB +active +∅$/), "\(text)")
        let segments = try #require(try tool("stat", "--json").json()["segments"] as? [[String: Any]])
        #expect(segments.map { $0["events"] as? Int } == [2, 1])
        #expect(segments.map { $0["first"] as? Int } == [1, 3])
        #expect(segments.map { $0["last"] as? Int } == [2, 3])
        #expect(segments.map { $0["root"] is String } == [true, false])
        #expect(try tool("verify").out.hasPrefix("sound: 3 events, "))
        let file = "log/00000000000000000001/data.mdb"
        let url = tool.folder.appendingPathComponent("ledger/" + file)
        var data = try Data(contentsOf: url)
        let place = try #require(data.firstRange(of: Data("Triage".utf8)))
        data[place.lowerBound] ^= 1
        try FileManager.default.removeItem(at: url)
        try data.write(to: url)
        let answer = try tool("verify")
        #expect(answer.status == 1 && answer.out.contains(/position 2: .*\(log\/0{19}1\/data.mdb, page/), "\(answer)")
        let findings = try tool("verify", "--json").json()["findings"] as? [[String: Any]]
        #expect(findings?.first?["file"] as? String == file)
    }
}
