import Foundation

/// `tools/benchmarks/run [--quick | --large] [--runs N] [--only NAME…]`: one JSON object per line on standard output, the rest on
/// standard error. The first argument is the folder of the built rivals.
@main
struct Benchmarks {
    static func main() async {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            if arguments.first == Child.option {
                try await Child.run(Array(arguments.dropFirst()))
            } else {
                try await self.measure(try Options(arguments))
            }
        } catch {
            Progress.say("failed: \(error)")
            exit(error is Options.Mistake ? 64 : 1)
        }
    }

    private static func measure(_ options: Options) async throws {
        let bench = try Workbench(options)
        defer { bench.folder.remove() }
        let started = Date()
        Progress.say("load average \(Progress.load), \(ProcessInfo.processInfo.activeProcessorCount) processors")
        for entry in Catalog.entries where options.wants(entry.lines) {
            Progress.say("\(entry.lines.joined(separator: ", ")) …")
            try await entry.run(bench)
        }
        Progress.say("done in \(Int(Date().timeIntervalSince(started))) s, load average \(Progress.load)")
    }
}

/// Every benchmark, in the order in which they run.
enum Catalog {
    struct Entry {
        /// The names of the lines that it prints.
        let lines: [String]
        let run: (Workbench) async throws -> Void
    }

    static var entries: [Entry] {
        // Reading before Appending, which makes the logs longer that both use.
        Reading.entries + Appending.entries + Importing.entries + Folding.entries + TimeTravelling.entries
            + Verifying.entries + Exporting.entries + Querying.entries + Startup.entries + Memory.entries
    }
}
