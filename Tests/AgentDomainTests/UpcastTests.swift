import LedgerDomain
import LedgerEvents
import LedgerLog
import Testing

/// An event whose meaning changed: version 1 counted minutes, version 2 counts seconds and says who measured them.
private struct BreakTaken: EntityPayload {
    static let type: EventType = "example.break_taken"
    static let schemaVersion: UInt32 = 2
    var id = UserID.zero
    /// Version 1 only.
    private var minutes = 0
    var seconds = 0
    var measuredBy = ""

    init() {}

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.id)
        try v.field(2, "minutes", &self.minutes)
        try v.field(3, "seconds", &self.seconds)
        try v.field(4, "measured_by", &self.measuredBy)
    }

    mutating func upcast(from version: UInt32) {
        self.seconds = self.minutes * 60
        self.minutes = 0
        self.measuredBy = "hand"
    }
}

/// As the first version wrote it.
private struct BreakTakenBefore: EntityPayload {
    static let type = BreakTaken.type
    var id = UserID.zero
    var minutes = 0

    init() {}

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "user_id", &self.id)
        try v.field(2, "minutes", &self.minutes)
    }
}

@Suite("An event of an older version")
struct UpcastTests {
    private func append<Payload: EventPayload>(_ payload: Payload, to log: InMemoryEventLog) async throws {
        let batch = EventBatch()
        try batch.append(payload, Envelope(), tags: [])
        _ = try await log.append(batch)
    }

    @Test("is read with the meaning of the new one; its record stays as it was, and new events are left alone")
    func upcast() async throws {
        let log = InMemoryEventLog(now: { Instant(microseconds: 1) })
        var old = BreakTakenBefore()
        old.id = ID(bits: 7)
        old.minutes = 5
        try await self.append(old, to: log)
        var new = BreakTaken()
        new.id = ID(bits: 8)
        new.seconds = 90
        new.measuredBy = "clock"
        try await self.append(new, to: log)
        let root = log.treeHead()

        let known = EventCase<BreakTaken> { (payload: BreakTaken) in payload }
        var found: [BreakTaken] = []
        var versions: [UInt32] = []
        try log.read { stored in
            #expect(stored.type() == known.type)
            #expect(throws: WireError.self) { try known.decode(stored.payload, 0) }
            #expect(throws: WireError.self) { try known.decode(stored.payload, 3) }
            versions.append(stored.schemaVersion)
            let event = try known.decode(stored.payload, stored.schemaVersion)
            #expect(try stored.payload(as: BreakTaken.self) == event)
            found.append(event)
        }
        #expect(versions == [1, 2])
        #expect(found.map(\.seconds) == [300, 90])
        #expect(found.map(\.measuredBy) == ["hand", "clock"])
        #expect(log.treeHead() == root)
    }
}
