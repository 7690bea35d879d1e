import Foundation
import Servers
import Testing

/// Debian's own Python, which sees Debian's modules: python3-jsonschema, python3-lmdb, python3-protobuf (`tools/setup`).
private let python = "/usr/bin/python3 '\(Tool.repository.appendingPathComponent("Tests/Interoperability").path)'"

@Suite("A validator of JSON Schema")
struct JSONSchemaValidatorTests {
    private let tool: Tool
    private let schema: [String: Any]

    init() throws {
        self.tool = try Tool()
        #expect(try self.tool.shell("$agentledger schema json-schema > schema.json").status == 0)
        let data = Data(try self.tool.read("schema.json").utf8)
        self.schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// What is wrong with each of the lines.
    private func errors(of lines: [String]) throws -> [String?] {
        try self.tool.write(lines.joined(separator: "\n") + "\n", to: "lines")
        let answer = try self.tool.shell("\(python)/validate_commands.py schema.json < lines")
        #expect(answer.status == 0, "\(answer.error)")
        let errors = answer.out.split(separator: "\n").map { $0 == "null" ? nil : String($0) }
        #expect(errors.count == lines.count)
        return errors
    }

    /// The example of each command, by its name.
    private func examples() throws -> [String: [String: Any]] {
        let definitions = try #require(self.schema["$defs"] as? [String: [String: Any]])
        return definitions.compactMapValues { ($0["examples"] as? [[String: Any]])?.first }
    }

    private func text(_ object: [String: Any]) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: object, options: .sortedKeys), as: UTF8.self)
    }

    @Test("finds every command's example valid, and there is one of each")
    func examplesAreValid() throws {
        let examples = try self.examples()
        let commands = try #require(self.schema["oneOf"] as? [Any])
        #expect(examples.count == commands.count)
        let names = examples.keys.sorted()
        #expect(names.allSatisfy { examples[$0]?["command"] as? String == $0 })
        let errors = try self.errors(of: names.map { try self.text(try #require(examples[$0])) })
        for (name, error) in zip(names, errors) { #expect(error == nil, "\(name)") }
    }

    @Test("finds what another simulated company does valid")
    func simulationIsValid() throws {
        let answer = try self.tool("simulate", "--seed", "41", "--executions", "300", "--output", "company.jsonl")
        #expect(answer.status == 0, "\(answer.error)")
        var count: [Substring: Int] = [:]
        let lines = try self.tool.read("company.jsonl").split(separator: "\n").filter { line in
            let name = line.prefix { $0 != "," }
            count[name, default: 0] += 1
            return count[name, default: 0] <= 10
        }
        #expect(lines.count > 300)
        for (line, error) in zip(lines, try self.errors(of: lines.map(String.init))) {
            #expect(error == nil, "\(line)")
        }
    }

    @Test("finds a command with a field too many, one too few or one of another type not valid")
    func mistakesAreNot() throws {
        var mistakes: [String] = []
        for (_, example) in try self.examples() {
            let data = try #require(example["data"] as? [String: Any])
            mistakes.append(try self.text(example.merging(["data": data.merging(["novelty": 1]) { $1 }]) { $1 }))
            mistakes.append(try self.text(example.merging(["novelty": 1]) { $1 }))
            mistakes.append(try self.text(example.merging(["actor": "nobody"]) { $1 }))
        }
        mistakes += [
            #"{"command":"workflow.pause"}"#, #"{"command":"workflow.pause","data":{}}"#,
            #"{"command":"workflow.pause","data":{"workflow_id":7}}"#, #"{"command":"workflow.stop","data":{}}"#,
        ]
        for (line, error) in zip(mistakes, try self.errors(of: mistakes)) { #expect(error != nil, "\(line)") }
    }
}

@Suite("A library of protobuf's")
struct ProtobufReaderTests {
    @Test("reads every type of event from the files of a log, and each field is what the log says")
    func log() throws {
        let tool = try Tool()
        let server = try TemporaryPostgres.shared.get()
        let database = try server.newDatabase()
        // Some memberships are the ledger's own already, and refused.
        let adopt = "$agentledger import -l ledger '\(database)&schema=core_platform' || true"
        let made = try tool.shell(
            """
            set -e
            $agentledger simulate -l ledger --seed 1 --executions 1400
            $agentledger export -l ledger --schema core_platform --to '\(database)'
            \(adopt)
            """)
        #expect(made.status == 0, "\(made.error)")
        _ = try server.psql(
            database: TemporaryPostgres.name(in: database), ["-c", "TRUNCATE core_platform.messages CASCADE"])
        let more = try tool.shell(
            """
            set -e
            \(adopt)
            $agentledger policies run -l ledger --until 2025-01-02
            # One span of the first file cannot be read, and is kept as refused.
            $agentledger import -l ledger \(Tool.repository.path)/Tests/Fixtures/traces/revisions/first.otlp.jsonl || true
            $agentledger import -l ledger \(Tool.repository.path)/Tests/Fixtures/traces/revisions/second.otlp.jsonl
            # With texts that are long enough to be packed.
            $agentledger import -l ledger \(Tool.repository.path)/Tests/Fixtures/otel/openai-v2-http.otlp.jsonl.gz
            # With a line that changes nothing.
            organization='"organization_id":"0198c000-0000-7000-8000-000000000001","name":"Acme"'
            for line in '"command":"organization.create","data":{"slug":"one-more",' \
                '"command":"organization.rename","data":{'; do echo "{$line$organization}}"; done > commands
            $agentledger import -l ledger commands
            $agentledger log -l ledger --json > lines
            mkdir reader
            $agentledger schema proto > reader/agentledger.proto
            protoc --python_out=reader --proto_path=reader reader/agentledger.proto
            """)
        #expect(more.status == 0, "\(more.error)")
        let answer = try tool.shell("\(python)/read_log.py reader ledger lines")
        #expect(answer.status == 0, "\(answer.error)")
        let report = try answer.json()
        #expect(report["mismatches"] as? [String] == [])
        let types = try #require(report["types"] as? [String: Int])
        let markdown = try tool("schema", "markdown").out
        let events = try #require(markdown.firstMatch(of: /\n## Events\n(?s:.*)\n# Schema/)?.output)
        let known = events.matches(of: /\n### `([a-z_.]+)`\n/).map { String($0.output.1) }
        #expect(known.count > 100)
        #expect(Set(known).subtracting(types.keys) == [])
        #expect(Set(types.keys).subtracting(known) == [])
        let lines = try tool.read("lines").utf8.count { $0 == UInt8(ascii: "\n") }
        #expect(report["events"] as? Int == lines)
    }
}
