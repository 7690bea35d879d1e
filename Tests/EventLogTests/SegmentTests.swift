import Foundation
import LedgerEvents
import LedgerLog
import LedgerLogLMDB
import Testing

/// How the chain of segments grows, and who follows it.
@Suite struct SegmentTests {
    let directory = TemporaryDirectory()

    func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    /// Appends events one by one, each with a tag of its number modulo 3.
    func append(_ numbers: ClosedRange<Int>, to log: LMDBEventLog) async throws {
        for number in numbers { try await log.note(["event \(number)"], tags: [tag("rest:\(number % 3)")]) }
    }

    @Test("a segment is sealed as soon as it holds so many events, and the next begins behind it")
    func sealing() async throws {
        let log = try self.directory.createLog(segmentEvents: 50)
        try await self.append(1...120, to: log)
        try log.finishCompaction()
        let segments = try log.statistics().segments
        #expect(segments.map(\.first) == [Position(1), Position(51), Position(101)])
        #expect(segments.map(\.last) == [Position(50), Position(100), Position(120)])
        #expect(segments.map(\.events) == [50, 50, 20])
        #expect(segments.map { $0.sealed != nil } == [true, true, false])
        #expect(segments.map(\.isCompacted) == [true, true, false])
        #expect(
            try self.names(self.directory.ledger + "/log") == [
                "00000000000000000001", "00000000000000000051", "00000000000000000101",
            ])
        #expect(try self.names(self.directory.segment(1)) == ["data.mdb"])
        #expect(try self.names(self.directory.segment(101)) == ["data.mdb", "lock.mdb"])
        #expect(try log.all().map(\.position) == Array(1...120))
        #expect(try log.verify().findings == [])
        #expect(try log.verify().events == 120)
    }

    @Test("a sealed segment's root is that of the log when it ended there")
    func roots() async throws {
        let log = try self.directory.createLog(segmentEvents: 10)
        var heads: [TreeHead] = []
        for _ in 0..<4 {
            try await log.note((0..<10).map { String($0) })
            heads.append(try log.treeHead())
        }
        #expect(try log.statistics().segments.compactMap(\.sealed) == heads)
        #expect(try log.statistics().segments.last?.last == nil)
        #expect(try log.verify().treeHead == heads.last)
    }

    @Test("an append stays whole: one that is larger than a segment fills one alone")
    func large() async throws {
        let log = try self.directory.createLog(segmentEvents: 10)
        try await log.note(["a"])
        try await log.note((0..<100).map { String($0) })
        try await log.note(["b"])
        let segments = try log.statistics().segments
        #expect(segments.map(\.events) == [101, 1])
    }

    @Test("a segment is sealed by its size in bytes too")
    func bytes() async throws {
        let limits = SegmentLimits(bytes: 1 << 20)
        let log = try LMDBEventLog.create(at: self.directory.ledger, origin: 7, segmentLimits: limits)
        for _ in 0..<30 { try await log.note([String(repeating: "x", count: 100_000)]) }
        try log.finishCompaction()
        let segments = try log.statistics().segments
        #expect(segments.count > 2)
        for segment in segments.dropLast() { #expect((500_000..<1_500_000).contains(segment.sizeOnDiskBytes)) }
        #expect(try log.verify().findings == [])
    }

    @Test("the limits belong to the ledger: whoever opens it keeps to them")
    func limits() async throws {
        do { try await self.append(1...5, to: try self.directory.createLog(segmentEvents: 10)) }
        let log = try self.directory.openLog()
        #expect(log.identity.segmentLimits == SegmentLimits(events: 10))
        try await self.append(6...25, to: log)
        #expect(try log.statistics().segments.map(\.events) == [10, 10, 5])
    }

    @Test("a ledger from before there were limits has the usual ones, and senseless ones are refused")
    func identity() async throws {
        do { _ = try self.directory.createLog(segmentEvents: 10) }
        let path = self.directory.ledger + "/ledger.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        func write(_ limits: String) throws {
            try text.replacing(#","segment_events":10,"segment_bytes":8589934592"#, with: limits)
                .write(toFile: path, atomically: true, encoding: .utf8)
        }
        try write("")
        #expect(try self.directory.openLog(.readOnly).identity.segmentLimits == SegmentLimits())
        for limits in [#","segment_events":0"#, #","segment_bytes":-1"#, #","segment_events":1,"segment_events":2"#] {
            try write(limits)
            #expect(await code { _ = try self.directory.openLog(.readOnly) } == .corrupted(.start), "\(limits)")
        }
    }

    @Test("readers and writers that opened the ledger before follow it across seals, however many they missed")
    func followers() async throws {
        let log = try self.directory.createLog(segmentEvents: 10)
        let writer = try self.directory.openLog()
        let other = TemporaryDirectory()  // Its own file identity, as another process's would be.
        try FileManager.default.createSymbolicLink(atPath: other.ledger, withDestinationPath: self.directory.ledger)
        let reader = try LMDBEventLog.open(at: other.ledger)
        #expect(try reader.head() == .start)
        try await self.append(1...35, to: log)
        try log.finishCompaction()
        try await writer.note(["from the other"], tags: [tag("rest:0")], unless: EventQuery(tags: [tag("rest:9")]))
        for log in [log, writer, reader] {
            #expect(try log.all().map(\.position) == Array(1...36))
            #expect(try log.treeHead() == writer.treeHead())
            #expect(try log.count(of: tag("rest:0")) == 12)
            #expect(try log.contains(tag("rest:1")) && !log.contains(tag("rest:9")))
        }
        try await self.append(37...60, to: writer)
        #expect(
            try reader.positions(EventQuery(tags: [tag("rest:1")]), after: 8)
                == stride(from: 10, through: 60, by: 3).filter { $0 != 36 })
        #expect(try log.verify().findings == [])
    }

    @Test("while one log writes through many seals, others read and write, and nobody misses anything")
    func concurrency() async throws {
        let log = try self.directory.createLog(segmentEvents: 7)
        let other = try self.directory.openLog()
        let reader = try self.directory.openLog(.readOnly)
        try await withThrowingTaskGroup { group in
            for writer in [log, other] {
                group.addTask {
                    for number in 0..<60 { try await writer.note(["a", "b"], tags: [tag("run:\(number)")]) }
                }
            }
            group.addTask {
                var seen: UInt64 = 0
                while seen < 240 {
                    let positions = try reader.positions(.all, after: seen)
                    #expect(positions == Array(seen + 1..<seen + 1 + UInt64(positions.count)))
                    seen += UInt64(positions.count)
                    let tagged = try reader.positions(EventQuery(tags: [tag("run:0")]))
                    #expect(tagged.count <= 4 && tagged == tagged.sorted())
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
        for number in 0..<60 { #expect(try log.count(of: tag("run:\(number)")) == 4) }
        try log.finishCompaction()
        #expect(try log.verify().findings == [])
        #expect(try log.statistics().segments.dropLast().allSatisfy { $0.isCompacted && (7...8).contains($0.events) })
    }

    @Test("idempotency keys and conditions hold across seals")
    func conditions() async throws {
        let log = try self.directory.createLog(segmentEvents: 4)
        func append(_ key: String, _ fingerprint: [UInt8]) async throws -> AppendReceipt {
            let batch = EventBatch()
            try batch.append(Noted(key), Envelope(), tags: [tag("key:\(key)")])
            return try await log.append(
                batch, condition: nil, idempotency: Idempotency(key: key, fingerprint: fingerprint))
        }
        var receipts: [AppendReceipt] = []
        for number in 0..<20 { receipts.append(try await append("\(number)", [1])) }
        for number in 0..<20 {
            #expect(try await append("\(number)", [1]) == receipts[number])
            #expect(try log.receipt(for: "\(number)")?.receipt == receipts[number])
            #expect(await code { _ = try await append("\(number)", [2]) } == .idempotencyConflict)
            let query = EventQuery(tags: [tag("key:\(number)")])
            let position = receipts[number].first
            #expect(await code { try await log.note(["x"], unless: query) } == .conditionFailed(position))
            #expect(
                await code {
                    try await log.note(["x"], unless: EventQuery(types: [Noted.type]), after: position.value - 1)
                }
                    == .conditionFailed(position))
        }
        #expect(try log.head() == Position(20))
        try await log.note(["x"], unless: EventQuery(tags: [tag("key:0")]), after: 1)
    }
}
