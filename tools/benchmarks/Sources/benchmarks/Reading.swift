import EventLog
import EventLogLMDB
import EventSourcing
import Foundation

/// Reading what is in memory already.
enum Reading {
    static var entries: [Catalog.Entry] {
        [
            .init(lines: ["read.ordered", "read.by-tag"]) { bench in
                let logs = try await Logs(bench)
                if bench.options.wants(["read.ordered"]) { try await self.ordered(logs, bench) }
                if bench.options.wants(["read.by-tag"]) { try await self.byTag(logs, bench) }
                try logs.remove(bench)
            }
        ]
    }

    private static let eventsPerTag = 10

    /// The same events in our log and in the rival's.
    private struct Logs {
        let count: Int
        let ours: String
        let rivals: String
        let tags: [Tag]

        init(_ bench: Workbench) async throws {
            self.count = bench.size(1_000_000)
            self.ours = bench.newPath("log")
            self.rivals = bench.newPath("lmdb")
            let record = try Appending.sampleRecord(bench)
            _ = try bench.rival(
                "lmdb_append",
                [self.rivals, "\(self.count)", "10000", "@\(record)", "shared", "\(Reading.eventsPerTag)"])
            let log = try LMDBEventLog.create(at: self.ours, origin: 1)
            var events = SampleEvents(eventsPerRun: Reading.eventsPerTag)
            for _ in 0..<self.count / 10_000 { _ = try await log.append(try events.batch(of: 10_000)) }
            var tags: [Tag] = []
            try log.read { stored in
                if stored.position.value % UInt64(Reading.eventsPerTag) == 1 { tags.append(try stored.tags()[2]) }
            }
            self.tags = tags
        }

        func remove(_ bench: Workbench) throws {
            try bench.remove(self.ours)
            try bench.remove(self.rivals)
        }
    }

    private static func ordered(_ logs: Logs, _ bench: Workbench) async throws {
        let rates = try await alternate(bench.options.runs) {
            let log = try LMDBEventLog.open(at: logs.ours)
            var (sum, count): (UInt64, Int) = (0, 0)
            let time = try await seconds {
                try log.read { stored in
                    sum &+= self.touch(stored.payload)
                    count += 1
                }
            }
            guard count == logs.count, sum > 0 else { throw Program.Failure(description: "read \(count) events") }
            return Double(count) / time
        } rival: {
            try bench.rival("lmdb_scan", [logs.rivals])[0]
        }
        Figure(
            name: "read.ordered", unit: .eventsPerSecond, values: rates.ours, rival: ("C LMDB cursor scan", rates.rival)
        ).print()
    }

    /// All events of one tag after the other, tags in no order.
    private static func byTag(_ logs: Logs, _ bench: Workbench) async throws {
        let lookups = bench.size(50_000)
        var random = SplitMix64(state: 3)
        let tags = (0..<lookups).map { _ in logs.tags[Int(random.next() % UInt64(logs.tags.count))] }
        let rates = try await alternate(bench.options.runs) {
            let log = try LMDBEventLog.open(at: logs.ours)
            var (sum, count): (UInt64, Int) = (0, 0)
            let time = try await seconds {
                for tag in tags {
                    try log.read(Query(tags: [tag])) { stored in
                        sum &+= self.touch(stored.payload)
                        count += 1
                    }
                }
            }
            guard count == lookups * self.eventsPerTag, sum > 0 else {
                throw Program.Failure(description: "read \(count) events of \(lookups) tags")
            }
            return Double(count) / time
        } rival: {
            try bench.rival("lmdb_lookup", [logs.rivals, "\(lookups)"])[0]
        }
        Figure(
            name: "read.by-tag", unit: .eventsPerSecond, values: rates.ours,
            rival: ("C LMDB, index and get", rates.rival)
        ).print()
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
