import Foundation

/// From nothing to the first answer.
enum Startup {
    static var entries: [Catalog.Entry] {
        [.init(lines: ["startup"], run: self.stat)]
    }

    /// `agentledger stat` on a large ledger, beside the sqlite3 command that opens a file and counts its tables.
    private static func stat(_ bench: Workbench) async throws {
        let command = try self.command
        let ledger = try bench.company.path()
        let file = bench.newPath("small.sqlite")
        try Program.named("sqlite3", [file, "CREATE TABLE t (a INTEGER)"]).run()
        let times = try await alternate(4 * bench.options.runs) {
            try await seconds { try Program(command, ["stat", "-l", ledger, "--json"]).run() } * 1000
        } rival: {
            try await seconds { try Program.named("sqlite3", [file, "SELECT count(*) FROM sqlite_schema"]).run() }
                * 1000
        }
        Figure(name: "startup", unit: .milliseconds, values: times.ours, rival: ("sqlite3 command", times.rival))
            .print()
    }

    /// Built beside this program.
    static var command: String {
        get throws {
            let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return "\(program.dropLast("benchmarks".count))agentledger"
        }
    }
}
