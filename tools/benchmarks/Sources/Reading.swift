import Foundation
import LedgerEvents
import LedgerLog
import LedgerLogLMDB

/// Reading what is in memory already.
enum Reading {
    static var entries: [Catalog.Entry] {
        [
            .init(lines: ["read.ordered"], run: self.ordered),
            .init(lines: ["read.by-tag"], run: self.byTag),
        ]
    }

    private static func ordered(_ bench: Workbench) async throws {
        let ours = try await bench.preloaded.ours()
        let rivals = try bench.preloaded.rival("shared")
        let rates = try await alternate(bench.options.runs) {
            let log = try LMDBEventLog.open(at: ours)
            var (sum, count): (UInt64, Int) = (0, 0)
            let time = try await seconds {
                try log.read { stored in
                    sum &+= self.touch(stored.payload)
                    count += 1
                }
            }
            guard count == bench.preloaded.count, sum > 0 else {
                throw Program.Failure(description: "read \(count) events")
            }
            return Double(count) / time
        } rival: {
            try bench.rival("lmdb_scan", [rivals])[0]
        }
        Figure(
            name: "read.ordered", unit: .eventsPerSecond, values: rates.ours, rival: ("C LMDB cursor scan", rates.rival)
        ).print()
    }

    /// All events of one run's tag after the other, tags in no order.
    private static func byTag(_ bench: Workbench) async throws {
        let ours = try await bench.preloaded.ours()
        let rivals = try bench.preloaded.rival("shared")
        let tags = try self.tags(of: ours, bench.size(50_000))
        let rates = try await alternate(bench.options.runs) {
            let log = try LMDBEventLog.open(at: ours)
            var (sum, count): (UInt64, Int) = (0, 0)
            let time = try await seconds {
                for tag in tags {
                    try log.read(EventQuery(tags: [tag])) { stored in
                        sum &+= self.touch(stored.payload)
                        count += 1
                    }
                }
            }
            guard count == tags.count * PreloadedLogs.eventsPerTag, sum > 0 else {
                throw Program.Failure(description: "read \(count) events of \(tags.count) tags")
            }
            return Double(count) / time
        } rival: {
            try bench.rival("lmdb_lookup", [rivals, "\(tags.count)"])[0]
        }
        Figure(
            name: "read.by-tag", unit: .eventsPerSecond, values: rates.ours,
            rival: ("C LMDB, index and get", rates.rival)
        ).print()
    }

    /// Tags of runs, taken at random.
    private static func tags(of path: String, _ count: Int) throws -> [EventTag] {
        var runs: [EventTag] = []
        try LMDBEventLog.open(at: path).read { stored in
            if stored.position.value % UInt64(PreloadedLogs.eventsPerTag) == 1 { runs.append(try stored.tags()[2]) }
        }
        var random = SplitMix64(state: 3)
        return (0..<count).map { _ in runs[Int(random.next() % UInt64(runs.count))] }
    }

    private static func touch(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var sum: UInt64 = 0
        var at = 0
        while at + 8 <= bytes.count {
            sum &+= bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            at += 8
        }
        while at < bytes.count {
            sum &+= UInt64(bytes[at])
            at += 1
        }
        return sum
    }
}
