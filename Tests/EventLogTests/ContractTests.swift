import LedgerEvents
import LedgerLog
import LedgerLogLMDB
import Testing

/// One suite for every log.
@Suite struct ContractTests {
    enum Kind: CaseIterable, Sendable { case inMemory, onDisk, inSegments }

    let clock = TestClock()
    let directory = TemporaryDirectory()

    func log(_ kind: Kind) throws -> any EventLog {
        switch kind {
        case .inMemory: InMemoryEventLog(now: self.clock.now)
        case .onDisk: try self.directory.createLog(now: self.clock.now)
        case .inSegments: try self.directory.createLog(segmentEvents: 3, now: self.clock.now)
        }
    }

    @Test("a new log is empty", arguments: Kind.allCases)
    func empty(_ kind: Kind) throws {
        let log = try self.log(kind)
        #expect(try log.head() == .start)
        #expect(try log.all().isEmpty)
        #expect(try log.treeHead() == TreeHead(size: 0, root: MerkleTree.emptyRoot.bytes))
        #expect(try log.position(at: Instant(microseconds: .max)) == .start)
    }

    @Test("positions are gapless from 1 on, and a read gives back what was appended", arguments: Kind.allCases)
    func appending(_ kind: Kind) async throws {
        let log = try self.log(kind)
        let first = try await log.note(["a", "b"], tags: [tag("run:1"), tag("org:x")])
        let second = try await log.note(["c"])
        #expect(first == AppendReceipt(first: Position(1), last: Position(2), recordedAt: self.clock.now()))
        #expect((second.first, second.last) == (Position(3), Position(3)))
        #expect(try log.head() == Position(3))
        let events = try log.all()
        #expect(events.map(\.position) == [1, 2, 3])
        #expect(events.map(\.tags) == [["run:1", "org:x"], ["run:1", "org:x"], []])
        #expect(events.map { String(decoding: $0.payload.dropFirst(2), as: UTF8.self) } == ["a", "b", "c"])
    }

    @Test("of the ids that tags of a kind name, the greatest is known: in every segment", arguments: Kind.allCases)
    func greatestID(_ kind: Kind) async throws {
        let log = try self.log(kind)
        #expect(try log.greatestID(ofKind: "run") == 0)
        try await log.note(["a"], tags: [EventTag(kind: "run", id: 7), EventTag(kind: "runs", id: 90)])
        try await log.note(
            ["b", "c"], tags: [EventTag(kind: "run", id: UInt128(5) << 64), EventTag(kind: "ru", id: 91)])
        try await log.note(
            ["d", "e"],
            tags: [EventTag(kind: "run", id: 8), EventTag(kind: "run", text: "named"), EventTag(kind: "rum", id: 92)])
        #expect(try log.greatestID(ofKind: "run") == UInt128(5) << 64)
        #expect(try log.greatestID(ofKind: "runs") == 90)
        #expect(try log.greatestID(ofKind: "ru") == 91)
        #expect(try log.greatestID(ofKind: "r") == 0)
        try await log.note(["f"], tags: [EventTag(kind: "run", id: .max)])
        #expect(try log.greatestID(ofKind: "run") == .max)
    }

    @Test("the last event with a tag is found, however many there are", arguments: Kind.allCases)
    func lastPosition(_ kind: Kind) async throws {
        let log = try self.log(kind)
        #expect(try log.lastPosition(of: tag("run:1")) == nil)
        let hundred = Array(repeating: "a", count: 100)
        for number in 1...30 {
            try await log.note(hundred, tags: [tag("run:1"), tag(number % 7 == 0 ? "run:2" : "run:3")])
            #expect(try log.lastPosition(of: tag("run:1")) == Position(UInt64(number * 100)))
        }
        #expect(try log.lastPosition(of: tag("run:2")) == Position(2800))
        #expect(try log.lastPosition(of: tag("run:3")) == Position(3000))
        #expect(try log.lastPosition(of: tag("run:4")) == nil)
    }

    @Test("an envelope comes back whole", arguments: Kind.allCases)
    func envelope(_ kind: Kind) async throws {
        let log = try self.log(kind)
        var envelope = Envelope()
        envelope.id = EventID(bits: 0x0198_0000_0000_7000_8000_0000_0000_0001)
        envelope.occurredAt = Instant(microseconds: 42)
        envelope.actor = .user(9)
        envelope.onBehalfOf = .system("scheduler")
        envelope.organization = TenantID(bits: 3)
        envelope.correlation = CorrelationID(bits: 4)
        envelope.causation = EventID(bits: 5)
        envelope.source = EventSource(channel: "cli")
        envelope.idempotencyKey = "k"
        let sent = envelope
        let batch = EventBatch()
        let tags = [
            tag("run:1"), EventTag(kind: "slug", text: String(repeating: "s", count: 300)), EventTag(kind: "x", id: 0),
        ]
        try batch.append(Noted("text"), envelope, tags: tags)
        _ = try await log.append(batch)
        var expected = sent
        expected.position = Position(1)
        expected.recordedAt = self.clock.now()
        expected.type = Noted.type
        var found: [Envelope] = []
        try log.read { event in
            found.append(try event.envelope())
            let stored = try (event.tags(), WireDecoder.decode(Noted.self, event.payload))
            #expect(stored == (tags, Noted("text")))
        }
        #expect(found == [expected])
        for tag in tags { #expect(try log.positions(EventQuery(tags: [tag])) == [1]) }
    }

    @Test("queries find by type, by tag, by all tags of an item and by any item", arguments: Kind.allCases)
    func queries(_ kind: Kind) async throws {
        let log = try self.log(kind)
        let batch = EventBatch()
        try batch.append(Noted("1"), Envelope(), tags: [tag("run:a"), tag("org:x")])
        try batch.append(Dropped(), Envelope(), tags: [tag("run:a")])
        try batch.append(Noted("3"), Envelope(), tags: [tag("run:b"), tag("org:x")])
        try batch.append(Dropped(), Envelope(), tags: [tag("org:x"), tag("run:b")])
        try batch.append(Noted("5"), Envelope(), tags: [])
        _ = try await log.append(batch)
        #expect(try log.positions(.all) == [1, 2, 3, 4, 5])
        #expect(try log.positions(EventQuery(types: [Noted.type])) == [1, 3, 5])
        #expect(try log.positions(EventQuery(types: [Noted.type, Dropped.type])) == [1, 2, 3, 4, 5])
        #expect(try log.positions(EventQuery(tags: [tag("run:a")])) == [1, 2])
        #expect(try log.positions(EventQuery(tags: [tag("org:x"), tag("run:b")])) == [3, 4])
        #expect(try log.positions(EventQuery(types: [Dropped.type], tags: [tag("org:x")])) == [4])
        #expect(
            try log.positions(EventQuery([.init(tags: [tag("run:a")]), .init(types: [Noted.type])])) == [1, 2, 3, 5])
        #expect(try log.positions(EventQuery(tags: [tag("run:c")])).isEmpty)
        #expect(try log.positions(EventQuery([.init(tags: [tag("run:c")]), .init(tags: [tag("run:b")])])) == [3, 4])
        #expect(try log.positions(EventQuery(tags: [tag("org:x")]), after: 1, through: Position(3)) == [3])
        #expect(try log.positions(EventQuery(tags: [tag("org:x")]), limit: 2) == [1, 3])
        #expect(try log.positions(.all, after: 1, through: Position(4), limit: 2) == [2, 3])
        #expect(try log.positions(.all, after: 5).isEmpty)
        #expect(try log.positions(.all, after: 9).isEmpty)
        #expect(try log.positions(.all, limit: 0).isEmpty)
    }

    @Test("a tag that is given twice is kept once", arguments: Kind.allCases)
    func repeatedTags(_ kind: Kind) async throws {
        let log = try self.log(kind)
        try await log.note(["a"], tags: [tag("run:1"), tag("run:1")])
        #expect(try log.all()[0].tags == ["run:1"])
        #expect(try log.positions(EventQuery(tags: [tag("run:1")])) == [1])
    }

    @Test("a condition fails on an event behind its position, and names it", arguments: Kind.allCases)
    func conditions(_ kind: Kind) async throws {
        let log = try self.log(kind)
        let run = EventQuery(tags: [tag("run:1")])
        try await log.note(["a"], tags: [tag("run:1")], unless: run)
        #expect(await code { try await log.note(["b"], unless: run) } == .conditionFailed(Position(1)))
        #expect(try log.head() == Position(1))
        try await log.note(["b"], tags: [tag("run:2")], unless: run, after: 1)
        try await log.note(["c"], tags: [tag("run:1")], unless: run, after: 1)
        #expect(await code { try await log.note(["d"], unless: run, after: 1) } == .conditionFailed(Position(3)))
        #expect(await code { try await log.note(["d"], unless: run, after: 2) } == .conditionFailed(Position(3)))
        #expect(await code { try await log.note(["d"], unless: .all, after: 2) } == .conditionFailed(Position(3)))
        try await log.note(["d"], unless: .all, after: 3)
        #expect(
            await code { try await log.note(["e"], unless: EventQuery(types: [Noted.type]), after: 3) }
                == .conditionFailed(Position(4)))
        #expect(try log.head() == Position(4))
    }

    @Test("a condition of thousands of tags finds the one event, near or far", arguments: Kind.allCases)
    func wideConditions(_ kind: Kind) async throws {
        let log = try self.log(kind)
        let wide = EventQuery((0..<5000).map { .init(tags: [EventTag(kind: "metric", id: UInt128($0))]) })
        for number in 0..<40 {
            try await log.note(
                (0..<100).map { String($0) },
                tags: [EventTag(kind: number == 20 ? "metric" : "other", id: UInt128(number))])
        }
        #expect(await code { try await log.note(["x"], unless: wide) } == .conditionFailed(Position(2001)))
        #expect(await code { try await log.note(["x"], unless: wide, after: 2050) } == .conditionFailed(Position(2051)))
        #expect(await code { try await log.note(["x"], unless: wide, after: 2100) } == nil)
        let narrow = EventQuery(tags: [EventTag(kind: "metric", id: 20)])
        #expect(await code { try await log.note(["x"], unless: narrow) } == .conditionFailed(Position(2001)))
        #expect(await code { try await log.note(["x"], unless: narrow, after: 2100) } == nil)
    }

    @Test("the same idempotency key gives the first receipt again, and no second event", arguments: Kind.allCases)
    func idempotency(_ kind: Kind) async throws {
        let log = try self.log(kind)
        func append(_ fingerprint: [UInt8], unless query: EventQuery? = nil) async throws -> AppendReceipt {
            let batch = EventBatch()
            try batch.append(Noted("a"), Envelope(), tags: [])
            return try await log.append(
                batch, condition: query.map { AppendCondition(failIfEventsMatch: $0) },
                idempotency: Idempotency(key: "key", fingerprint: fingerprint))
        }
        let first = try await append([1])
        self.clock.set(9_000_000)
        #expect(try await append([1]) == first)
        #expect(try await append([1], unless: .all) == first)
        #expect(await code { _ = try await append([2]) } == .idempotencyConflict)
        #expect(try log.head() == Position(1))
        let known = try #require(try log.receipt(for: "key"))
        #expect(known.receipt == first && known.fingerprint == [1])
        #expect(try log.receipt(for: "other") == nil)
        #expect(try log.receipt(for: "") == nil)
    }

    @Test("what is too large or empty is refused, and nothing is written", arguments: Kind.allCases)
    func limits(_ kind: Kind) async throws {
        let log = try self.log(kind)
        #expect(await code { _ = try await log.append(EventBatch()) } == .invalid)
        let large = String(repeating: "x", count: LogLimits.recordBytes)
        #expect(await code { try await log.note([large]) } == .tooLarge)
        let quarter = String(repeating: "x", count: 15 << 20)
        #expect(await code { try await log.note(Array(repeating: quarter, count: 5)) } == .tooLarge)
        #expect(await code { try await log.note(Array(repeating: "", count: LogLimits.batchEvents + 1)) } == .tooLarge)
        for (key, fingerprint, expected) in [
            (String(repeating: "k", count: 481), [1], EventLogError.Code.tooLarge), ("", [1], .invalid),
            ("k", [], .invalid),
            ("k", Array(repeating: 1, count: 65), .invalid),
        ] as [(String, [UInt8], EventLogError.Code)] {
            let found = await code {
                let batch = EventBatch()
                try batch.append(Noted("a"), Envelope(), tags: [])
                _ = try await log.append(
                    batch, condition: nil, idempotency: Idempotency(key: key, fingerprint: fingerprint))
            }
            #expect(found == expected)
        }
        #expect(throws: EventLogError.self) {
            try EventBatch().append(
                Noted("a"), Envelope(), tags: [EventTag(kind: String(repeating: "t", count: 480), text: "a")])
        }
        #expect(try log.head() == .start)
        let largest = String(repeating: "x", count: LogLimits.recordBytes - 100)
        try await log.note([largest])
        #expect(try log.all()[0].payload.count > largest.utf8.count)
    }

    @Test("the recording time never decreases, and finds positions", arguments: Kind.allCases)
    func time(_ kind: Kind) async throws {
        let log = try self.log(kind)
        self.clock.set(100)
        try await log.note(["a", "b"])
        self.clock.set(50)
        try await log.note(["c"])
        self.clock.set(200)
        try await log.note(["d"])
        #expect(try log.all().map(\.recordedAt) == [100, 100, 100, 200])
        #expect(try log.position(at: Instant(microseconds: 99)) == .start)
        #expect(try log.position(at: Instant(microseconds: 100)) == Position(3))
        #expect(try log.position(at: Instant(microseconds: 199)) == Position(3))
        #expect(try log.position(at: Instant(microseconds: 200)) == Position(4))
    }

    @Test("the tree head is the Merkle root over the records' bytes", arguments: Kind.allCases)
    func tree(_ kind: Kind) async throws {
        let log = try self.log(kind)
        for count in [1, 2, 30, 7, 100] {
            try await log.note((0..<count).map { String($0) })
            var frontier = MerkleFrontier()
            try log.read { frontier.append(MerkleTree.leaf($0.bytes)) }
            #expect(try log.treeHead() == frontier.head)
        }
    }

    @Test("of many appends that race for one condition exactly one wins", arguments: Kind.allCases)
    func racing(_ kind: Kind) async throws {
        let log = try self.log(kind)
        for round in 0..<10 {
            let run = EventTag(kind: "run", text: String(round))
            let wins = await withTaskGroup { group in
                for _ in 0..<32 {
                    group.addTask {
                        await code { try await log.note(["a", "b"], tags: [run], unless: EventQuery(tags: [run])) }
                            == nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(wins == 1)
        }
        #expect(try log.head() == Position(20))
    }

    @Test("appends in parallel all arrive, each of them whole", arguments: Kind.allCases)
    func parallel(_ kind: Kind) async throws {
        let log = try self.log(kind)
        try await withThrowingTaskGroup { group in
            for number in 0..<100 {
                group.addTask {
                    try await log.note(["a", "b", "c"], tags: [EventTag(kind: "run", text: String(number))])
                }
            }
            try await group.waitForAll()
        }
        let tags = try log.all().map(\.tags)
        #expect(tags.count == 300)
        for start in stride(from: 0, to: 300, by: 3) { #expect(Set(tags[start..<start + 3]).count == 1) }
    }
}
