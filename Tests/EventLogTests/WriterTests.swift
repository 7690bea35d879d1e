import Foundation
import LedgerEvents
import LedgerLog
import LedgerLogLMDB
import Synchronization
import Testing

@Suite struct WriterTests {
    let directory = TemporaryDirectory()

    @Test("two logs on one ledger see each other's events and race fairly", arguments: [nil, 5])
    func twoWriters(_ segmentEvents: Int?) async throws {
        let first = try self.directory.createLog(segmentEvents: segmentEvents)
        let second = try self.directory.openLog()
        for round in 0..<20 {
            let run = EventTag(kind: "run", text: String(round))
            let wins = await withTaskGroup { group in
                for log in [first, second, first, second] {
                    group.addTask {
                        await code { try await log.note(["a"], tags: [run], unless: EventQuery(tags: [run])) } == nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(wins == 1)
        }
        #expect(try first.all() == second.all())
        #expect(try first.verify().findings == [])
    }

    @Test("an append that is refused does not hurt those committed with it")
    func groups() async throws {
        let log = try self.directory.createLog()
        let outcomes = await withTaskGroup { group in
            for number in 0..<60 {
                group.addTask {
                    let isDoomed = number % 3 == 0
                    let failure = await code {
                        try await log.note(
                            ["a"], tags: [tag("run:1")], unless: isDoomed ? EventQuery(tags: [tag("run:1")]) : nil)
                    }
                    return isDoomed || failure == nil
                }
            }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(outcomes)
        #expect(try (40...41).contains(log.head().value))
        #expect(try log.verify().findings == [])
    }

    @Test("batches that find another where they were expected are numbered and hashed where they come to stand")
    func misplaced() async throws {
        let first = try self.directory.createLog()
        let second = try self.directory.openLog()
        try await first.note(["a"], tags: [tag("run:1")])
        let texts = (0..<40).map(String.init)
        let added = await withTaskGroup { group in
            for number in 0..<60 {
                group.addTask {
                    let isDoomed = number % 5 == 0
                    let failure = await code {
                        try await (number % 2 == 0 ? first : second).note(
                            texts, tags: [tag("run:2")], unless: isDoomed ? EventQuery(tags: [tag("run:1")]) : nil)
                    }
                    return failure == nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(added == 48)
        let events = try second.all()
        #expect(events.map(\.position) == Array(1...UInt64(1 + added * texts.count)))
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.recordedAt <= $1.recordedAt })
        #expect(try first.verify().findings == [])
    }

    @Test("following sees every event once, in order, whoever commits it", arguments: [nil, 5])
    func following(_ segmentEvents: Int?) async throws {
        let log = try self.directory.createLog(segmentEvents: segmentEvents)
        let other = try self.directory.openLog()
        try await log.note(["0"], tags: [tag("run:1")])
        let seen = Mutex<[UInt64]>([])
        let follower = Task {
            try await log.follow(EventQuery(tags: [tag("run:1")]), pollMilliseconds: 2) { event in
                seen.withLock { $0.append(event.position.value) }
            }
        }
        for number in 1..<50 {
            try await (number % 2 == 0 ? log : other).note(["x"], tags: [tag(number % 5 == 0 ? "run:2" : "run:1")])
        }
        let expected = try log.positions(EventQuery(tags: [tag("run:1")]))
        for _ in 0..<500 where seen.withLock({ $0.count }) < expected.count {
            try await Task.sleep(for: .milliseconds(5))
        }
        follower.cancel()
        await #expect(throws: CancellationError.self) { try await follower.value }
        #expect(seen.withLock { $0 } == expected)
    }

    @Test("known positions are read in the order asked for, and others are refused", arguments: [nil, 1])
    func positions(_ segmentEvents: Int?) async throws {
        let log = try self.directory.createLog(segmentEvents: segmentEvents)
        for text in ["a", "b", "c"] { try await log.note([text]) }
        var seen: [UInt64] = []
        try log.readEvents(at: [Position(3), Position(1)]) { seen.append($0.position.value) }
        #expect(seen == [3, 1])
        #expect(try log.event(at: Position(2)) { seen.append($0.position.value) })
        #expect(try !log.event(at: Position(4)) { _ in } && !log.event(at: .start) { _ in })
        #expect(seen == [3, 1, 2])
        for position in [Position(4), .start, .end] {
            #expect(await code { try log.readEvents(at: [position]) { _ in } } == .notFound)
        }
    }

    @Test("a long read proceeds in rounds and misses nothing")
    func rounds() async throws {
        let log = try self.directory.createLog()
        try await log.note((0..<25_000).map { _ in "" }, tags: [tag("run:1")])
        let all = Array(UInt64(1)...25_000)
        for query in [EventQuery.all, EventQuery(tags: [tag("run:1")]), EventQuery(types: [Noted.type])] {
            #expect(try log.positions(query) == all)
            #expect(try log.positions(query, limit: 15_000) == Array(all.prefix(15_000)))
        }
    }

    @Test("a full disk is said to be one, and the log goes on once there is room", arguments: [nil, 200])
    func diskFull(_ segmentEvents: Int?) async throws {
        let disk = self.directory.path + "/disk"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        try run("/bin/mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", disk])
        defer { try? run("/bin/umount", ["-l", disk]) }  // Lazily: the log still has its files open.
        let limits = segmentEvents.map { SegmentLimits(events: $0) } ?? SegmentLimits()
        let log = try LMDBEventLog.create(at: disk + "/ledger", origin: 1, segmentLimits: limits)
        let ballast = disk + "/ballast"
        try Data(count: 1 << 20).write(to: URL(filePath: ballast))
        var acknowledged: UInt64 = 0
        var failure: EventLogError?
        while failure == nil {
            do {
                acknowledged = try await log.note(Array(repeating: String(repeating: "x", count: 1000), count: 100))
                    .last.value
            } catch {
                failure = try #require(error as? EventLogError)
            }
        }
        #expect(failure?.code == .diskFull)
        #expect(failure?.remedy?.contains("Free space") == true)
        #expect(try log.head().value == acknowledged)
        #expect(await code { try await log.note([String(repeating: "x", count: 500_000)]) } == .diskFull)
        try FileManager.default.removeItem(atPath: ballast)
        let receipt = try await log.note(["room again"])
        #expect(receipt.first.value == acknowledged + 1)
        #expect(try log.verify().findings == [])
    }

    func run(_ command: String, _ arguments: [String]) throws {
        let process = try Process.run(URL(filePath: command), arguments: arguments)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(command) \(arguments)")
    }
}
