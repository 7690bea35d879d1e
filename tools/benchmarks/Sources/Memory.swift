import AgentLedger
import Foundation

/// The most memory that a piece of work takes in a process of its own, beside the same work on less: it must not grow
/// with the log. A ratio near 1 says that it does not; below 1 it takes more for more.
enum Memory {
    static var entries: [Catalog.Entry] {
        [
            self.entry("memory.append") { bench, isLess in
                let events = bench.size(bench.options.isLarge ? 10_000_000 : 1_000_000)
                let count = isLess ? events / (bench.options.isLarge ? 10 : 2) : events
                let path = bench.newPath("log")
                let peak = try PeakMemory(try bench.child(["append", path, "\(count)"]))
                try bench.remove(path)
                return (peak, "\(count) events")
            },
            self.entry("memory.import") { bench, isLess in
                let company = isLess ? bench.smallerCompany : bench.company
                return (try company.memory(), "\(company.spans) spans")
            },
            self.entry("memory.import.commands") { bench, isLess in
                let runs = LiveRuns(runs: bench.size(bench.options.isLarge ? 910_000 : 91_000) / (isLess ? 2 : 1))
                let file = bench.newPath("commands.jsonl")
                _ = try runs.write(to: file)
                let path = bench.newPath("ledger")
                let peak = try PeakMemory(try bench.child(["import", path, file]))
                try bench.remove(path)
                try bench.remove(file)
                return (peak, "\(runs.entities) live entities")
            },
            self.entry("memory.fold") { bench, isLess in
                let path = try (isLess ? bench.smallerCompany : bench.company).path()
                let head = try LedgerReader(at: path).log.head()
                return (try PeakMemory(try bench.child(["fold", path, "\(head)"])), "\(head) events")
            },
            self.entry("memory.export") { bench, isLess in
                let path = try (isLess ? bench.smallerCompany : bench.company).path()
                // The views are caught up here, so that the child does nothing but export.
                let events = try LedgerReader(at: path).views().position
                let directory = bench.newPath("csv")
                let peak = try PeakMemory(try bench.child(["export", path, directory]))
                try bench.remove(directory)
                return (peak, "\(events) events as CSV")
            },
        ]
    }

    private static func entry(
        _ name: String, _ peak: @escaping (Workbench, _ isLess: Bool) throws -> (PeakMemory, size: String)
    ) -> Catalog.Entry {
        .init(lines: [name, "\(name).anonymous"]) { bench in
            let (less, rival) = try peak(bench, true)
            let (more, size) = try peak(bench, false)
            Progress.say("\(name): \(size)")
            Figure(
                name: name, unit: .mebibytes, values: [more.residentMebibytes],
                rival: ("the same with \(rival)", [less.residentMebibytes])
            ).print()
            Figure(
                name: "\(name).anonymous", unit: .mebibytes, values: [more.anonymousMebibytes],
                rival: ("the same with \(rival)", [less.anonymousMebibytes])
            ).print()
        }
    }
}
