import Foundation
import LedgerEvents
import LedgerLog
import LedgerLogLMDB

/// Durable appends to a log of a million events: checksum, indexes and Merkle tree in the same commit. Making and
/// encoding the events counts, as far as it cannot be done while the batch before is written.
enum Appending {
    static var entries: [Catalog.Entry] {
        [
            .init(lines: self.lines("append.batch1000", [.umaDB, .postgresCopy, .sqlite])) { bench in
                try await self.batches(
                    "append.batch1000", 300, of: 1000, eventsPerRun: 20, mode: "plain",
                    rivals: [.umaDB, .postgresCopy, .sqlite], bench)
            },
            .init(lines: ["append.batch1000.unique-tag"]) { bench in
                try await self.batches(
                    "append.batch1000.unique-tag", 300, of: 1000, eventsPerRun: 1, mode: "unique", bench)
            },
            .init(lines: ["append.batch100"]) { bench in
                try await self.batches(
                    "append.batch100", 1000, of: 100, eventsPerRun: 20, mode: "plain", bench)
            },
            .init(lines: ["append.single", "append.single.p50"], run: self.single),
            .init(lines: self.lines("append.concurrent64", [.umaDBClients, .messageDB]), run: self.concurrent),
        ]
    }

    private static func lines(_ name: String, _ rivals: [AppendRival]) -> [String] {
        [name] + rivals.map { "\(name).\($0.line)" }
    }

    private static func batches(
        _ name: String, _ commits: Int, of size: Int, eventsPerRun: Int, mode: String,
        rivals: [AppendRival] = [], _ bench: Workbench
    ) async throws {
        let commits = try self.commits(commits, bench)
        let count = commits * size
        try await self.measure(name, ("C LMDB, \(mode), \(size) per commit", mode), rivals, commits, bench) {
            try await self.withLog(bench) { log in
                let maker = EventMaker(SampleEvents(eventsPerRun: eventsPerRun, behind: try log.head()))
                let time = try await seconds {
                    // The next batch is made while one is written, as an import does.
                    // SAFETY: given away below, and not touched again.
                    nonisolated(unsafe) var batch = try await maker.batch(of: size)
                    for number in 1...commits {
                        async let next = number < commits ? maker.batch(of: size) : EventBatch()
                        _ = try await log.append(batch)
                        batch = try await next
                    }
                }
                return Double(count) / time
            }
        } lmdb: {
            try bench.preloaded.append(count, of: size, mode).rate
        }
    }

    /// Ours by turns with C LMDB and those of the rivals that are wanted and there; a line for each.
    private static func measure(
        _ name: String, _ lmdb: (name: String, mode: String), _ rivals: [AppendRival], _ commits: Int,
        _ bench: Workbench, ours: @escaping () async throws -> Double,
        lmdb lmdbRate: @escaping () async throws -> Double
    ) async throws {
        _ = try await bench.preloaded.ours()
        _ = try bench.preloaded.rival(lmdb.mode)
        let rivals = rivals.filter { $0.isThere(bench) && bench.options.wants(["\(name).\($0.line)"]) }
        var sides = [ours, lmdbRate]
        for rival in rivals { sides.append { try rival.rate(bench, commits) } }
        let rates = try await takeTurns(bench.options.runs, sides)
        let named = [(name, lmdb.name)] + rivals.map { ("\(name).\($0.line)", $0.name) }
        for ((line, rival), values) in zip(named, rates.dropFirst()) {
            Figure(name: line, unit: .eventsPerSecond, values: rates[0], rival: (rival, values)).print()
        }
    }

    /// One client, one event per commit.
    private static func single(_ bench: Workbench) async throws {
        let count = try self.commits(3000, bench)
        _ = try bench.preloaded.rival("shared")
        let found = try await alternate(bench.options.runs) {
            try await self.withLog(bench) { log in
                var events = SampleEvents(eventsPerRun: 20, behind: try log.head())
                var times: [Double] = []
                let time = try await seconds {
                    for _ in 0..<count {
                        times.append(try await seconds { _ = try await log.append(try events.batch(of: 1)) } * 1e6)
                    }
                }
                return (rate: Double(count) / time, p50: times.median)
            }
        } rival: {
            try bench.preloaded.append(count, of: 1, "shared")
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
        try await self.measure(
            "append.concurrent64", ("C LMDB, 2 indexes, one client, 1 per commit", "shared"),
            [.umaDBClients, .messageDB], perClient, bench
        ) {
            try await self.withLog(bench) { log in
                let head = try log.head()
                let time = try await seconds {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<64 { group.addTask { try await self.client(log, behind: head, perClient) } }
                        try await group.waitForAll()
                    }
                }
                return Double(64 * perClient) / time
            }
        } lmdb: {
            try bench.preloaded.append(perClient, of: 1, "shared").rate
        }
    }

    private static func client(_ log: LMDBEventLog, behind head: Position, _ count: Int) async throws {
        let run = UInt128.random(in: .min ... .max)
        let tag = EventTag(kind: "workflow_execution", id: run)
        var events = SampleEvents(eventsPerRun: .max, behind: head)
        var last = Position.start
        for _ in 0..<count {
            let condition = AppendCondition(failIfEventsMatch: EventQuery(tags: [tag]), after: last)
            last = try await log.append(try events.batch(of: 1, run: run), condition: condition).last
        }
    }

    /// As many as wanted, or as this disk commits in about two seconds.
    private static func commits(_ wanted: Int, _ bench: Workbench) throws -> Int {
        let microseconds = try bench.preloaded.append(40, of: 1, "plain").p50
        let count = max(50, min(bench.size(wanted), Int(2e6 / microseconds)))
        Progress.say("a commit takes \(Int(microseconds)) us here; \(count) commits in each run")
        return count
    }

    /// The log that is there already; it goes on growing.
    private static func withLog<R>(_ bench: Workbench, _ body: (LMDBEventLog) async throws -> R) async throws -> R {
        let log = try LMDBEventLog.open(at: try await bench.preloaded.ours(), mode: .readWrite)
        sync()
        return try await body(log)
    }
}

/// Makes batches on a thread of its own.
private actor EventMaker {
    private var events: SampleEvents

    init(_ events: SampleEvents) { self.events = events }

    func batch(of count: Int) throws -> sending EventBatch { try self.events.batch(of: count) }
}
