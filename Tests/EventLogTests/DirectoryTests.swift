import Foundation
import LedgerEvents
import LedgerLog
import LedgerLogLMDB
import Testing

@Suite struct DirectoryTests {
    let directory = TemporaryDirectory()

    func write(_ text: String, _ name: String) throws {
        try text.write(toFile: "\(self.directory.ledger)/\(name)", atomically: false, encoding: .utf8)
    }

    func names(_ path: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).sorted()
    }

    @Test("reopening keeps everything")
    func reopening() async throws {
        var log = try self.directory.createLog()
        let identity = log.identity
        try await log.note(["a", "b"], tags: [tag("run:1")])
        let (events, tree) = (try log.all(), try log.treeHead())
        log = try self.directory.openLog()
        #expect(log.identity == identity && log.identity.origin == 7)
        #expect(try log.all() == events)
        #expect(try log.treeHead() == tree)
        try await log.note(["c"])
        #expect(try self.directory.openLog(.readOnly).all().map(\.position) == [1, 2, 3])
    }

    @Test("an empty directory can become a ledger, one that holds anything cannot")
    func occupied() async throws {
        try FileManager.default.createDirectory(atPath: self.directory.ledger, withIntermediateDirectories: true)
        _ = try self.directory.createLog()
        #expect(await code { _ = try self.directory.createLog() } == .alreadyExists)
        let other = TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: other.ledger, withIntermediateDirectories: true)
        try "x".write(toFile: other.ledger + "/notes.txt", atomically: false, encoding: .utf8)
        #expect(await code { _ = try other.createLog() } == .alreadyExists)
        #expect(try self.names(other.ledger) == ["notes.txt"])
    }

    @Test("a creation that was killed leaves no ledger, and the next one starts over")
    func interrupted() async throws {
        let log = "\(self.directory.ledger)/log/00000000000000000001"
        try FileManager.default.createDirectory(atPath: log, withIntermediateDirectories: true)
        try self.write("", "ledger.json.creating")
        try self.write("half", "ledger.json.tmp")
        try self.write("half a file", "log/00000000000000000001/data.mdb")
        #expect(await code { _ = try self.directory.openLog(.readOnly) } == .notFound)
        let created = try self.directory.createLog()
        try await created.note(["a"])
        #expect(
            try self.names(self.directory.ledger) == [
                "ledger.json", "log", "log/00000000000000000001", "log/00000000000000000001/data.mdb",
                "log/00000000000000000001/lock.mdb",
            ])
    }

    @Test("opening what is not there creates nothing")
    func missing() async throws {
        for mode in [LMDBEventLog.Mode.readOnly, .readWrite] {
            #expect(await code { _ = try self.directory.openLog(mode) } == .notFound)
        }
        #expect(try self.names(self.directory.path).isEmpty)
    }

    @Test("reading creates and changes nothing, not even without the lock file")
    func readingOnly() async throws {
        do { try await self.directory.createLog().note(["a"], tags: [tag("run:1")]) }
        try FileManager.default.removeItem(atPath: self.directory.data.replacing("data.mdb", with: "lock.mdb"))
        let before = try (self.names(self.directory.ledger), Data(contentsOf: URL(filePath: self.directory.data)))
        let log = try self.directory.openLog(.readOnly)
        #expect(try log.all(EventQuery(tags: [tag("run:1")])).count == 1)
        #expect(try log.verify().isSound)
        _ = try log.statistics()
        #expect(await code { try await log.note(["b"]) } == .readOnly)
        #expect(try self.names(self.directory.ledger) == before.0)
        #expect(try Data(contentsOf: URL(filePath: self.directory.data)) == before.1)
    }

    @Test("a newer format is refused with a remedy, and garbage is called garbage")
    func formats() async throws {
        do { _ = try self.directory.createLog() }
        let origin = "00000000-0000-0000-0000-000000000007"
        let good = "{\"format_version\":1,\"origin\":\"\(origin)\",\"created\":\"2025-08-01T00:00:00Z\"}"
        try self.write(" \(good.replacing(",", with: " ,\n "))\n", "ledger.json")
        #expect(try self.directory.openLog(.readOnly).identity.origin == 7)
        try self.write(good.replacing(":1,", with: ":2,"), "ledger.json")
        let newer = #expect(throws: EventLogError.self) { _ = try self.directory.openLog(.readOnly) }
        #expect(newer?.code == .newerFormat)
        #expect(newer?.remedy?.contains("update AgentLedger") == true)
        for garbage in [
            "", "{", "[]", good + "x", good.replacing("0007", with: "000"), good.replacing("2025", with: "x"), "{}",
            good.replacing(":1,", with: ":0,"), good.replacing(":1,", with: ":true,"),
            good.replacing("origin", with: "o"),
            String(repeating: " ", count: 9000), good.replacing("{", with: "{\"origin\":\"\(origin)\","),
        ] {
            try self.write(garbage, "ledger.json")
            #expect(await code { _ = try self.directory.openLog(.readOnly) } == .corrupted(.start), "\(garbage)")
        }
    }

    @Test("statistics count what was appended")
    func statistics() async throws {
        let log = try self.directory.createLog(now: { Instant(microseconds: 5) })
        #expect(try log.statistics().lastRecordedAt == nil)
        let batch = EventBatch()
        try batch.append(Noted("a"), Envelope(), tags: [tag("run:1"), tag("org:x")])
        try batch.append(Noted("b"), Envelope(), tags: [tag("run:1")])
        try batch.append(Dropped(), Envelope(), tags: [])
        _ = try await log.append(batch, condition: nil, idempotency: Idempotency(key: "k", fingerprint: [1]))
        let statistics = try log.statistics()
        #expect(statistics.head == Position(3))
        #expect(statistics.lastRecordedAt == Instant(microseconds: 5))
        #expect(statistics.types.map(\.type.name) == ["test.dropped", "test.noted"])
        #expect(statistics.types.map(\.count) == [1, 2])
        #expect(statistics.tags == 2 && statistics.idempotencyKeys == 1)
        #expect(statistics.treeHead == (try log.treeHead()))
        #expect(statistics.sizeOnDiskBytes > 0 && statistics.mapSizeBytes >= 1 << 30)
    }
}
