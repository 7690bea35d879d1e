import Foundation
import Seeded
import Testing

@Suite("A killed import, a full disk, garbage")
struct HardshipTests {
    /// The runs of the demo many times over, each copy with traces of its own.
    static func manyRuns(_ copies: Int, to url: URL) throws {
        let text = try String(contentsOfFile: Tool.traces, encoding: .utf8)
        let traceID = /"traceId":"([0-9a-f]{28})([0-9a-f]{4})"/
        try Data().write(to: url)
        let file = try FileHandle(forWritingTo: url)
        for copy in 0..<copies {
            let suffix = String(format: "%04x", copy)
            let changed = text.replacing(traceID) { "\"traceId\":\"\(suffix)\($0.1)\"" }
            try file.write(contentsOf: Data(changed.utf8))
        }
        try file.close()
    }

    @Test("an import that is killed and run again ends where an undisturbed one does")
    func killed() throws {
        let tool = try Tool()
        try Self.manyRuns(12, to: tool.folder.appendingPathComponent("many.otlp.jsonl"))
        try tool("init", "calm")
        let started = ContinuousClock.now
        try tool("import", "-l", "calm", "many.otlp.jsonl")
        let undisturbed = (ContinuousClock.now - started) / .seconds(1)
        let calm = try tool("replay", "-l", "calm", "--json").json()
        var generator = SystemRandomNumberGenerator()
        let seed = generator.next()
        var delays = SplitMix64(seed: seed)
        for round in 1...4 {
            let ledger = "killed-\(round)"
            // Every other one also dies while segments are sealed and compacted.
            try tool("init", ledger, "--segment-events", round % 2 == 0 ? "100" : "1000000")
            var kills = 0
            for _ in 0..<20 where kills < 3 {
                let delay = undisturbed * Double(delays.next() % 900 + 50) / 1000
                let line = "timeout -s KILL \(delay) \"$agentledger\" import -l \(ledger) many.otlp.jsonl"
                if try tool.shell(line).status != 0 { kills += 1 }
            }
            let last = try tool("import", "-l", ledger, "many.otlp.jsonl")
            #expect(last.status == 0, "\(last) (seed \(seed))")
            let replay = try tool("replay", "-l", ledger, "--json").json()
            #expect(replay["equal"] as? Bool == true, "round \(round), seed \(seed)")
            #expect(replay["position"] as? Int == calm["position"] as? Int, "round \(round), seed \(seed)")
            #expect(replay["digest"] as? String == calm["digest"] as? String, "round \(round), seed \(seed)")
            #expect(try tool("verify", "-l", ledger).status == 0, "round \(round), seed \(seed)")
            #expect(kills > 0, "no import was killed in time (seed \(seed))")
        }
    }

    @Test("a full disk is told once, loses nothing, and the import goes on once there is room")
    func fullDisk() throws {
        let tool = try Tool()
        let disk = tool.folder.appendingPathComponent("disk").path
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
        #expect(try tool.shell("mount -t tmpfs -o size=3m tmpfs disk").status == 0, "mounting needs root")
        defer { _ = try? tool.shell("umount disk") }  // The folder's removal fails otherwise, and tells.
        try Self.manyRuns(4, to: tool.folder.appendingPathComponent("many.otlp.jsonl"))
        try tool("init", "disk/ledger")
        let full = try tool("import", "-l", "disk/ledger", "many.otlp.jsonl")
        #expect(full.status == 1)
        #expect(full.error.split(separator: "\n").count == 1, "\(full.error)")
        #expect(full.error.contains("full") || full.error.contains("space"), "\(full.error)")
        #expect(try tool("verify", "-l", "disk/ledger", "--log-only").status == 0)
        #expect(try tool.shell("mount -o remount,size=64m disk").status == 0)
        let again = try tool("import", "-l", "disk/ledger", "many.otlp.jsonl")
        #expect(again.status == 0, "\(again)")
        #expect(try tool("verify", "-l", "disk/ledger").status == 0)
        let counted = try tool("query", "-l", "disk/ledger", "--format", "csv", "SELECT COUNT(*) FROM model_calls")
        #expect(counted.out.contains("\n1368\n"), "\(counted)")
    }

    @Test("garbage among the lines is refused line by line, and the rest comes in")
    func garbage() throws {
        let tool = try Tool()
        let lines = try String(contentsOfFile: Tool.traces, encoding: .utf8).split(separator: "\n")
        let cut = lines[1].prefix(lines[1].utf8.count / 2)
        let text = [lines[0], "\u{0}\u{1}garbage", cut, "[]", lines[1]].joined(separator: "\n")
        try tool.write(text + "\n" + lines.dropFirst(2).joined(separator: "\n") + "\n", to: "mixed.jsonl")
        try tool("init")
        let answer = try tool("import", "mixed.jsonl", "--format", "otlp", "--json")
        #expect(answer.status == 1)
        let refused = try #require(try answer.json()["refused"] as? [[String: Any]])
        #expect(refused.compactMap { $0["line"] as? Int } == [2, 3, 4])
        #expect(refused.allSatisfy { $0["file"] as? String == "mixed.jsonl" })
        let counted = try tool("query", "--format", "csv", "SELECT COUNT(*) FROM model_calls")
        #expect(counted.out.contains("\n342\n"), "\(counted)")
    }
}
