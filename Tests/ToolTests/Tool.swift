import Foundation
import Testing

/// Runs the built command, in a folder of its own.
final class Tool {
    let folder: URL

    /// Beside the bundle that these tests are in; `swift build` and `swift test` make it.
    static let path: String = {
        let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let beside = bundle.appendingPathComponent("agentledger").path
        if FileManager.default.isExecutableFile(atPath: beside) { return beside }
        return Tool.repository.appendingPathComponent(".build/debug/agentledger").path
    }()

    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// 20 real runs of an airline's agents: 550 spans on 9 lines.
    static let traces = Tool.repository.appendingPathComponent("tools/demo/tau2-airline.otlp.jsonl").path

    init() throws {
        self.folder = FileManager.default.temporaryDirectory.appendingPathComponent("tool-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: false)
    }

    deinit {
        _ = try? self.shell("chmod -R u+w . 2>/dev/null")  // A test may have taken the right to write away.
        try? FileManager.default.removeItem(at: self.folder)
    }

    struct Answer {
        var status: Int32
        var out: String
        var error: String

        /// The output as JSON.
        func json() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(self.out.utf8)) as? [String: Any])
        }
    }

    /// `tool("init", "./acme")`; nothing of the caller's environment but PATH comes along.
    @discardableResult
    func callAsFunction(_ arguments: String..., input: String = "", environment: [String: String] = [:]) throws
        -> Answer
    {
        try self.run(Self.path, arguments, input, environment)
    }

    /// A line for sh, in which `$agentledger` is the command.
    func shell(_ line: String) throws -> Answer {
        try self.run("/bin/sh", ["-c", line], "", ["agentledger": Self.path])
    }

    private func run(
        _ program: String, _ arguments: [String], _ input: String, _ environment: [String: String]
    ) throws -> Answer {
        let names = ["in", "out", "error"].map { self.folder.appendingPathComponent(".\($0)-\(UUID().uuidString)") }
        defer { for name in names { try? FileManager.default.removeItem(at: name) } }  // They are the folder's anyway.
        try Data(input.utf8).write(to: names[0])
        for name in names[1...] { try Data().write(to: name) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = self.folder
        process.environment = environment.merging(["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]) { own, _ in own }
        process.standardInput = try FileHandle(forReadingFrom: names[0])
        process.standardOutput = try FileHandle(forWritingTo: names[1])
        process.standardError = try FileHandle(forWritingTo: names[2])
        try process.run()
        process.waitUntilExit()
        return Answer(
            status: process.terminationStatus, out: try String(contentsOf: names[1], encoding: .utf8),
            error: try String(contentsOf: names[2], encoding: .utf8))
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: self.folder.appendingPathComponent(name))
    }

    func read(_ name: String) throws -> String {
        try String(contentsOf: self.folder.appendingPathComponent(name), encoding: .utf8)
    }

    func holds(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: self.folder.appendingPathComponent(name).path)
    }

    static let organization = "0198c000-0000-7000-8000-000000000001"
    static let workflow = "0198c000-0000-7000-8000-000000000002"

    /// Three commands, four events, always the same but for when they are recorded.
    static let commands = """
        {"command":"organization.create","actor":"system:test","occurred_at":"2025-08-01T09:00:00Z",\
        "data":{"organization_id":"\(organization)","name":"Acme","slug":"acme"}}
        {"command":"workflow.create","actor":"system:test","occurred_at":"2025-08-01T09:00:01Z",\
        "data":{"workflow_id":"\(workflow)","organization_id":"\(organization)","name":"Triage"}}
        {"command":"workflow.activate","actor":"system:test","occurred_at":"2025-08-01T09:00:02Z",\
        "data":{"workflow_id":"\(workflow)"}}

        """

    /// A folder with `./ledger` that holds what `commands` led to.
    static func withLedger() throws -> Tool {
        let tool = try Tool()
        #expect(try tool("init").status == 0)
        let answer = try tool("import", "-", input: Self.commands)
        #expect(answer.status == 0, "\(answer.error)")
        return tool
    }

    /// The same with real runs of agents.
    static func withRuns() throws -> Tool {
        let tool = try Tool()
        #expect(try tool("init").status == 0)
        let answer = try tool("import", Self.traces)
        #expect(answer.status == 0, "\(answer.error)")
        return tool
    }
}

/// A failure is one line on standard error that begins with the command's name.
func expectFailure(
    _ answer: Tool.Answer, status: Int32 = 1, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.status == status, sourceLocation: sourceLocation)
    #expect(answer.error.hasPrefix("agentledger: "), "\(answer.error)", sourceLocation: sourceLocation)
    #expect(answer.error.split(separator: "\n").count == 1, "\(answer.error)", sourceLocation: sourceLocation)
    for part in parts {
        #expect(answer.error.contains(part), "\(answer.error)", sourceLocation: sourceLocation)
    }
}
