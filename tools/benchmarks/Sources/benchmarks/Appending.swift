import EventLog
import EventLogLMDB
import EventSourcing
import Foundation

/// Durable appends: checksum, indexes and Merkle tree in the same commit. Making and encoding the events counts.
enum Appending {
    static var entries: [Catalog.Entry] {
        [
            .init(lines: ["append.batch1000", "append.batch1000.sqlite"]) { bench in
                let commits = try self.commits(500, bench)
                try await self.batches(
                    "append.batch1000", commits * 1000, of: 1000, 20, mode: "plain", sqlite: true, bench)
            },
            .init(lines: ["append.batch1000.unique-tag"]) { bench in
                let commits = try self.commits(300, bench)
                try await self.batches(
                    "append.batch1000.unique-tag", commits * 1000, of: 1000, 1, mode: "unique", bench)
            },
            .init(lines: ["append.batch100"]) { bench in
                let commits = try self.commits(1000, bench)
                try await self.batches("append.batch100", commits * 100, of: 100, 20, mode: "plain", bench)
            },
            .init(lines: ["append.single", "append.single.p50"], run: self.single),
            .init(lines: ["append.concurrent64"], run: self.concurrent),
        ]
    }

    private static func batches(
        _ name: String, _ count: Int, of batch: Int, _ eventsPerRun: Int, mode: String, sqlite: Bool = false,
        _ bench: Workbench
    ) async throws {
        let record = try self.sampleRecord(bench)
        var sqliteRates: [Double] = []
        let rates = try await alternate(bench.options.runs) {
            try await self.emptyLog(bench) { log in
                var events = SampleEvents(eventsPerRun: eventsPerRun)
                let time = try await seconds {
                    for _ in 0..<count / batch { _ = try await log.append(try events.batch(of: batch)) }
                }
                return Double(count) / time
            }
        } rival: {
            if sqlite { sqliteRates.append(try self.sqlite(bench, count, batch, record)) }
            return try self.lmdb(bench, count, batch, record, mode).rate
        }
        Figure(
            name: name, unit: .eventsPerSecond, values: rates.ours,
            rival: ("C LMDB, \(mode), \(batch) per commit", rates.rival)
        ).print()
        if sqlite {
            Figure(
                name: "\(name).sqlite", unit: .eventsPerSecond, values: rates.ours,
                rival: ("C SQLite, WAL, no index, \(batch) per commit", sqliteRates)
            ).print()
        }
    }

    /// One client, one event per commit.
    private static func single(_ bench: Workbench) async throws {
        let count = try self.commits(3000, bench)
        let record = try self.sampleRecord(bench)
        let found = try await alternate(bench.options.runs) {
            try await self.emptyLog(bench) { log in
                var events = SampleEvents(eventsPerRun: 20)
                var times: [Double] = []
                let time = try await seconds {
                    for _ in 0..<count {
                        times.append(try await seconds { _ = try await log.append(try events.batch(of: 1)) } * 1e6)
                    }
                }
                return (rate: Double(count) / time, p50: times.median)
            }
        } rival: {
            try self.lmdb(bench, count, 1, record, "shared")
        }
        let rival = "C LMDB, 2 indexes, 1 per commit"
        Figure(
            name: "append.single", unit: .eventsPerSecond, values: found.ours.map(\.rate),
            rival: (rival, found.rival.map(\.rate))
        ).print()
        Figure(
            name: "append.single.p50", unit: .microseconds, values: found.ours.map(\.p50),
            rival: (rival, found.rival.map(\.p50))
        ).print()
    }

    /// 64 clients, each appending one event at a time on the condition that its run did not go on without it.
    private static func concurrent(_ bench: Workbench) async throws {
        let perClient = try self.commits(1000, bench)
        let record = try self.sampleRecord(bench)
        let rates = try await alternate(bench.options.runs) {
            try await self.emptyLog(bench) { log in
                let time = try await seconds {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<64 { group.addTask { try await self.client(log, perClient) } }
                        try await group.waitForAll()
                    }
                }
                return Double(64 * perClient) / time
            }
        } rival: {
            try self.lmdb(bench, perClient, 1, record, "shared").rate
        }
        Figure(
            name: "append.concurrent64", unit: .eventsPerSecond, values: rates.ours,
            rival: ("C LMDB, 2 indexes, one client, 1 per commit", rates.rival)
        ).print()
    }

    private static func client(_ log: LMDBEventLog, _ count: Int) async throws {
        let run = UInt128.random(in: .min ... .max)
        let tag = Tag(kind: "workflow_execution", id: run)
        var events = SampleEvents(eventsPerRun: .max)
        var last = Position.start
        for _ in 0..<count {
            let condition = AppendCondition(failIfEventsMatch: Query(tags: [tag]), after: last)
            last = try await log.append(try events.batch(of: 1, run: run), condition: condition).last
        }
    }

    /// As many as wanted, or as this disk commits in about two seconds.
    private static func commits(_ wanted: Int, _ bench: Workbench) throws -> Int {
        let microseconds = try self.lmdb(bench, 40, 1, try self.sampleRecord(bench), "plain").p50
        let count = max(50, min(bench.size(wanted), Int(2e6 / microseconds)))
        Progress.say("a commit takes \(Int(microseconds)) us here; \(count) commits in each run")
        return count
    }

    /// A file with the bytes of a record as we store it, for rivals to write.
    static func sampleRecord(_ bench: Workbench) throws -> String {
        let path = "\(bench.folder.path)/record"
        if FileManager.default.fileExists(atPath: path) { return path }
        var events = SampleEvents(eventsPerRun: 20)
        let batch = try events.batch(of: 1000)
        let bytes = batch.recordBytes / 1000
        let typical = batch.entries.min { abs($0.count - bytes) < abs($1.count - bytes) }
        guard let typical else { return path }
        let sealed = Data(repeating: 0, count: 8) + Data(batch.record(typical))
        try sealed.write(to: URL(fileURLWithPath: path))
        Progress.say("records of \(typical.count) bytes behind 8 of checksum")
        return path
    }

    private static func emptyLog<R>(_ bench: Workbench, _ body: (LMDBEventLog) async throws -> R) async throws -> R {
        let path = bench.newPath("log")
        let log = try LMDBEventLog.create(at: path, origin: 1)
        sync()
        let result = try await body(log)
        try bench.remove(path)
        return result
    }

    static func lmdb(
        _ bench: Workbench, _ count: Int, _ batch: Int, _ record: String, _ mode: String
    ) throws -> (rate: Double, p50: Double) {
        let path = bench.newPath("lmdb")
        sync()
        let numbers = try bench.rival("lmdb_append", [path, "\(count)", "\(batch)", "@\(record)", mode])
        try bench.remove(path)
        return (numbers[0], numbers[1])
    }

    private static func sqlite(_ bench: Workbench, _ count: Int, _ batch: Int, _ record: String) throws -> Double {
        let path = bench.newPath("sqlite")
        sync()
        let rate = try bench.rival("sqlite_append", [path, "\(count)", "\(batch)", "@\(record)"])[0]
        try bench.remove(path)
        return rate
    }
}
