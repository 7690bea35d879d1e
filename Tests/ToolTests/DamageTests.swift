import Foundation
import Seeded
import Testing

@Suite("A damaged ledger, and a full disk")
struct DamageTests {
    private static let views = "views/data.mdb"
    private static let log = "log/00000000000000000001/data.mdb"
    private static let taken =
        #"{"command":"organization.create","actor":"system:test","data":{"name":"Other","slug":"acme"}}"#

    /// A copy of the ledger with one bit flipped.
    private static func damage(_ tool: Tool, _ file: String, at byte: Int, bit: UInt8) throws {
        #expect(try tool.shell("rm -rf x && cp -r --sparse=always ledger x").status == 0)
        let handle = try FileHandle(forUpdating: tool.folder.appendingPathComponent("x/\(file)"))
        try handle.seek(toOffset: UInt64(byte))
        let old = try #require(try handle.read(upToCount: 1)?.first)
        try handle.seek(toOffset: UInt64(byte))
        try handle.write(contentsOf: Data([old ^ bit]))
        try handle.close()
    }

    private static func ledger() throws -> Tool {
        let tool = try Tool.withLedger()
        #expect(try tool("import", Self.runs).status == 0)
        #expect(try tool("query", "SELECT 1").status == 0)
        return tool
    }

    private static let runs = Tool.traces

    /// Places to flip: beginnings of pages, anywhere, and every copy of a name.
    private static func places(_ data: Data, _ random: inout SplitMix64, name: String, count: Int) -> [Int] {
        var places = (0..<count).map { _ in
            Int.random(in: 0..<data.count / 4096, using: &random) * 4096
                + Int.random(in: 0..<(Bool.random(using: &random) ? 160 : 4096), using: &random)
        }
        var from = data.startIndex
        while let found = data[from...].firstRange(of: Data(name.utf8)) {
            places += stride(from: found.lowerBound, to: min(found.lowerBound + 48, data.count), by: 7)
            from = found.upperBound
        }
        return places
    }

    @Test("one flipped bit in the views never frees a name that is taken, and never changes an answer", arguments: [40])
    func views(seed: UInt64) throws {
        let tool = try Self.ledger()
        let question = "SELECT id, slug, name FROM organizations ORDER BY id"
        let answer = try tool("query", question).out
        let tables = try tool("export", "--to", "sql:-").out
        let data = try Data(contentsOf: tool.folder.appendingPathComponent("ledger/\(Self.views)"))
        var random = SplitMix64(seed: seed)
        for place in Self.places(data, &random, name: "organization_slug", count: 20) {
            try Self.damage(tool, Self.views, at: place, bit: 1 << UInt8.random(in: 0..<8, using: &random))
            let execute = try tool("execute", "-l", "x", Self.taken)
            expectFailure(execute)
            let query = try tool("query", "-l", "x", question)
            #expect(query.status == 1 || query.out == answer, "byte \(place), seed \(seed)")
            if query.status != 0 { expectFailure(query, "views") }
            let export = try tool("export", "-l", "x", "--to", "sql:-")
            #expect(export.status == 1 || export.out == tables, "byte \(place), seed \(seed)")
        }
    }

    @Test("damage of the log ends a command with one error, and nothing is appended to a damaged end", arguments: [41])
    func log(seed: UInt64) throws {
        let tool = try Self.ledger()
        let data = try Data(contentsOf: tool.folder.appendingPathComponent("ledger/\(Self.log)"))
        var random = SplitMix64(seed: seed)
        for place in Self.places(data, &random, name: "Triage", count: 6) {
            try Self.damage(tool, Self.log, at: place, bit: 1 << UInt8.random(in: 0..<8, using: &random))
            for arguments in [["log"], ["query", "SELECT COUNT(*) FROM model_calls"], ["verify"], ["stat"]] {
                let line =
                    "timeout 60 \"$agentledger\" \(arguments[0]) -l x \(arguments.dropFirst().map { "'\($0)'" }.joined())"
                let status = try tool.shell("\(line) >out 2>error").status
                let error = try tool.read("error")
                #expect(status == 0 || status == 1, "\(line), byte \(place), seed \(seed): \(error)")
            }
        }
    }

    @Test("one flipped bit in the log's index of types changes no answer", arguments: [42])
    func types(seed: UInt64) throws {
        let tool = try Self.ledger()
        let question = "SELECT count(*), sum(input_tokens) FROM model_calls"
        let answer = try tool("query", question).out
        // It names the path.
        #expect(try tool.shell("cp -r --sparse=always ledger x").status == 0)
        let counts = try tool("stat", "-l", "x", "--at", "20", "--json").out
        let data = try Data(contentsOf: tool.folder.appendingPathComponent("ledger/\(Self.log)"))
        var random = SplitMix64(seed: seed)
        // The row of a type begins with a zero.
        for place in Self.places(data, &random, name: "\0model_call.recorded", count: 0) {
            try Self.damage(tool, Self.log, at: place, bit: 1 << UInt8.random(in: 0..<8, using: &random))
            let query = try tool("query", "-l", "x", question)
            #expect(query.status == 1 || query.out == answer, "byte \(place), seed \(seed)")
            let stat = try tool("stat", "-l", "x", "--at", "20", "--json")
            #expect(stat.status == 1 || stat.out == counts, "byte \(place), seed \(seed)")
        }
    }

    @Test("a file that is cut under a running command ends it with one error that names the file and the remedy")
    func cutFile() throws {
        let tool = try Self.ledger()
        #expect(try tool.shell("cp -r --sparse=always ledger x").status == 0)
        let answer = try tool.shell(
            """
            timeout 60 "$agentledger" log -l x --follow >out 2>error & sleep 3
            truncate -s 8192 x/\(Self.log); touch x/\(Self.log); wait $!
            """)
        let error = try tool.read("error")
        #expect(answer.status == 1, "\(answer), \(error)")
        #expect(error.contains("x/\(Self.log): the file is damaged"), "\(error)")
        #expect(error.contains("restore the file from a copy") && error.split(separator: "\n").count == 1, "\(error)")
    }

    @Test("a full disk is said to be one by whatever makes a ledger, at every size of the disk")
    func fullDisk() throws {
        let tool = try Self.ledger()
        let disk = tool.folder.appendingPathComponent("disk").path
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
        for size in stride(from: 0, through: 132, by: 4) {
            #expect(try tool.shell("mount -t tmpfs -o size=256k tmpfs disk").status == 0, "mounting needs root")
            defer { _ = try? tool.shell("umount disk") }  // The folder's removal fails otherwise, and tells.
            _ = try tool.shell("head -c $((256 * 1024 - \(size) * 1024)) /dev/zero > disk/ballast")
            let made = try tool.shell("\"$agentledger\" init disk/ledger >out 2>error")
            let error = try tool.read("error")
            #expect(made.status == 0 || made.status == 1, "\(size) KiB: \(made), \(error)")
            if made.status == 1 { #expect(error.contains("space") || error.contains("full"), "\(size) KiB: \(error)") }
        }
    }

    @Test("if the views lag and the disk is full, a query still answers")
    func laggingViews() throws {
        let tool = try Tool()
        let disk = tool.folder.appendingPathComponent("disk").path
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
        #expect(try tool.shell("mount -t tmpfs -o size=8m tmpfs disk").status == 0, "mounting needs root")
        defer { _ = try? tool.shell("umount disk") }  // The folder's removal fails otherwise, and tells.
        #expect(try tool("init", "disk/ledger").status == 0)
        #expect(try tool("import", "-l", "disk/ledger", Tool.traces).status == 0)
        #expect(
            try tool.shell("rm -rf disk/ledger/views disk/ledger/snapshots; head -c 16M /dev/zero > disk/ballast")
                .status != 0)
        let counted = try tool("query", "-l", "disk/ledger", "--format", "csv", "SELECT COUNT(*) FROM model_calls")
        #expect(counted.out.contains("\n342\n"), "\(counted)")
    }
}
