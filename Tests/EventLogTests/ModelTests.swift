import LedgerEvents
import LedgerLog
import LedgerLogLMDB
import Seeded
import Testing

/// Random operations on the log on disk and on the one in memory, which must agree.
@Suite struct ModelTests {
    struct Append {
        var events: [(text: String?, tags: [EventTag])]
        var condition: AppendCondition?
        var idempotency: Idempotency?

        func batch() throws -> sending EventBatch {
            let batch = EventBatch()
            for event in self.events {
                if let text = event.text {
                    try batch.append(Noted(text), Envelope(), tags: event.tags)
                } else {
                    try batch.append(Dropped(), Envelope(), tags: event.tags)
                }
            }
            return batch
        }
    }

    /// What an append led to, in a form that compares.
    enum Outcome: Equatable {
        case receipt(AppendReceipt)
        case refused(EventLogError.Code?)
    }

    static func tag(_ random: inout SplitMix64) -> EventTag {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: EventTag(kind: "org", text: "x")
        case 1...4: EventTag(kind: "run", id: UInt128.random(in: 0..<12, using: &random) << 64)
        case 5...6: EventTag(kind: "slug", text: String(repeating: "ab", count: Int.random(in: 1...90, using: &random)))
        case 7: EventTag(kind: String(repeating: "k", count: 150), id: UInt128.random(in: 0..<3, using: &random))
        default: EventTag(kind: "metric", id: UInt128.random(in: 0...UInt128.max, using: &random))
        }
    }

    static func query(_ random: inout SplitMix64) -> EventQuery {
        if Int.random(in: 0..<12, using: &random) == 0 { return .all }
        let types: [[EventType]] = [
            [], [], [], [Noted.type], [Dropped.type], [Noted.type, Dropped.type], ["test.unknown"],
        ]
        return EventQuery(
            (0..<Int.random(in: 1...4, using: &random)).map { _ in
                EventQuery.Item(
                    types: types.randomElement(using: &random) ?? [],
                    tags: (0..<Int.random(in: 0...2, using: &random)).map { _ in self.tag(&random) })
            })
    }

    static func append(_ random: inout SplitMix64, head: UInt64) -> Append {
        let isLarge = Int.random(in: 0..<15, using: &random) == 0
        let events = (0..<Int.random(in: 1...(isLarge ? 300 : 6), using: &random)).map { _ in
            let size = Int.random(in: 0..<40, using: &random) == 0 ? 9000 : Int.random(in: 0...80, using: &random)
            let tags = (0..<Int.random(in: 0...4, using: &random)).map { _ in self.tag(&random) }
            return (text: Bool.random(using: &random) ? String(repeating: "t", count: size) : nil, tags: tags)
        }
        var append = Append(events: events)
        if Bool.random(using: &random) {
            let back = UInt64.random(in: 0...(Bool.random(using: &random) ? 8 : 2000), using: &random)
            append.condition = AppendCondition(
                failIfEventsMatch: self.query(&random), after: Position(head > back ? head - back : 0))
        }
        if Int.random(in: 0..<3, using: &random) == 0 {
            append.idempotency = Idempotency(
                key: "key \(Int.random(in: 0..<20, using: &random))",
                fingerprint: [UInt8.random(in: 0...1, using: &random)])
        }
        return append
    }

    static func outcome(_ log: any EventLog, _ append: Append) async throws -> Outcome {
        do {
            return .receipt(
                try await log.append(append.batch(), condition: append.condition, idempotency: append.idempotency))
        } catch let error as EventLogError {
            return .refused(error.code)
        }
    }

    @Test(
        "the log on disk does what the log in memory does, however often it is sealed",
        arguments: zip([1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as [UInt64], [nil, nil, nil, nil, 1, 50, 50, 50, 300, 300]))
    func agreement(_ seed: UInt64, segmentEvents: Int?) async throws {
        let name = "seed \(seed), segments of \(segmentEvents ?? 0)"
        let directory = TemporaryDirectory()
        let clock = TestClock()
        let model = InMemoryEventLog(now: clock.now)
        var log = try directory.createLog(segmentEvents: segmentEvents, now: clock.now)
        var random = SplitMix64(seed: seed)
        for step in 0..<150 {
            clock.set(Int64.random(in: 0...1000, using: &random) + Int64(step) * 100)
            let head = model.head()
            let append = Self.append(&random, head: head.value)
            let expected = try await Self.outcome(model, append)
            #expect(try await Self.outcome(log, append) == expected, "\(name), step \(step)")
            let query = Self.query(&random)
            let after = UInt64.random(in: 0...head.value + 1, using: &random)
            let through = Position(UInt64.random(in: 0...head.value + 5, using: &random))
            let limit = Bool.random(using: &random) ? Int.max : Int.random(in: 0...10, using: &random)
            #expect(
                try log.all(query, after: after, through: through, limit: limit)
                    == model.all(query, after: after, through: through, limit: limit), "\(name), step \(step)")
            if step % 50 == 49 {
                log = try LMDBEventLog.open(at: directory.ledger, mode: .readWrite, clock: clock.now)
            }
        }
        try Self.compare(log, model, "\(name)")
        #expect(try log.verify().findings == [], "\(name)")
    }

    static func compare(_ log: LMDBEventLog, _ model: InMemoryEventLog, _ comment: Comment) throws {
        let events = try model.all()
        #expect(try log.all() == events, comment)
        #expect(try log.treeHead() == model.treeHead(), comment)
        for tag in Set(events.flatMap(\.tags)) {
            let tag = try #require(EventTag(tag))
            let positions = try model.positions(EventQuery(tags: [tag]))
            #expect(try log.positions(EventQuery(tags: [tag])) == positions, comment)
            #expect(try log.count(of: tag) == positions.count, comment)
        }
        for type in [Noted.type, Dropped.type] {
            let positions = try model.positions(EventQuery(types: [type]))
            var found: [UInt64] = []
            try log.typePositions(type) {
                found.append($0.value)
                return true
            }
            #expect(found == positions, comment)
            #expect(try log.count(of: type) == positions.count, comment)
        }
        for event in events {
            let instant = Instant(microseconds: event.recordedAt)
            #expect(try log.position(at: instant) == model.position(at: instant), comment)
        }
        for key in (0..<20).map({ "key \($0)" }) {
            let (found, expected) = (try log.receipt(for: key), model.receipt(for: key))
            #expect(found?.receipt == expected?.receipt && found?.fingerprint == expected?.fingerprint, comment)
        }
    }
}
