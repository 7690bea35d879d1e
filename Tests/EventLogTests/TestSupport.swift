import Foundation
import LedgerEvents
import LedgerLog
import LedgerLogLMDB
import Synchronization

/// A payload as plain as can be.
struct Noted: EventPayload {
    static let type: EventType = "test.noted"
    var text = ""

    init() {}
    init(_ text: String) { self.text = text }

    mutating func fields<V: FieldVisitor>(_ v: inout V) throws { try v.field(1, "text", &self.text) }
}

struct Dropped: EventPayload {
    static let type: EventType = "test.dropped"
    mutating func fields<V: FieldVisitor>(_: inout V) throws {}
}

/// A directory of its own for one test, removed with it.
final class TemporaryDirectory: Sendable {
    let path: String

    init() {
        self.path = NSTemporaryDirectory() + "event-log-tests-" + UUID().uuidString
        try! FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: self.path)  // Left behind, it is only a temporary directory.
    }

    var ledger: String { self.path + "/ledger" }
    var data: String { self.data(of: 1) }

    func segment(_ first: UInt64) -> String {
        self.ledger + "/log/" + String(repeating: "0", count: 20 - String(first).count) + String(first)
    }

    func data(of first: UInt64) -> String { self.segment(first) + "/data.mdb" }

    /// With `segmentEvents`, a segment is sealed as soon as it holds so many.
    func createLog(
        segmentEvents: Int? = nil, now: @escaping @Sendable () -> Instant = LMDBEventLog.systemClock
    ) throws -> LMDBEventLog {
        let limits = segmentEvents.map { SegmentLimits(events: $0) } ?? SegmentLimits()
        return try LMDBEventLog.create(at: self.ledger, origin: 7, segmentLimits: limits, now: now)
    }

    /// The log, whose events may be of 1970.
    func openLog(_ mode: LMDBEventLog.Mode = .readWrite) throws -> LMDBEventLog {
        try LMDBEventLog.open(at: self.ledger, mode: mode, acceptsClock: true)
    }
}

/// A clock that stands until it is moved.
final class TestClock: Sendable {
    private let microseconds = Mutex<Int64>(1_000_000)

    @Sendable func now() -> Instant { self.microseconds.withLock { Instant(microseconds: $0) } }

    func set(_ value: Int64) { self.microseconds.withLock { $0 = value } }
}

/// An event that is taken out of the log, in a form that compares.
struct Seen: Equatable, CustomStringConvertible {
    var position: UInt64
    var recordedAt: Int64
    var type: String
    var tags: [String]
    var payload: [UInt8]

    init(_ event: borrowing StoredEvent) throws {
        self.position = event.position.value
        self.recordedAt = event.recordedAt.microseconds
        self.type = event.type().name
        self.tags = try event.tags().map(\.description)
        self.payload = Array(event.payload)
    }

    var description: String { "\(self.position) \(self.type) \(self.tags)" }
}

extension EventLog {
    func all(
        _ query: EventQuery = .all, after: UInt64 = 0, through: Position = .end, limit: Int = .max
    ) throws -> [Seen] {
        var seen: [Seen] = []
        try self.read(query, after: Position(after), through: through, limit: limit) { seen.append(try Seen($0)) }
        return seen
    }

    func positions(_ query: EventQuery, after: UInt64 = 0, through: Position = .end, limit: Int = .max) throws
        -> [UInt64]
    {
        try self.all(query, after: after, through: through, limit: limit).map(\.position)
    }

    @discardableResult
    func note(_ texts: [String], tags: [EventTag] = [], unless query: EventQuery? = nil, after: UInt64 = 0) async throws
        -> AppendReceipt
    {
        let batch = EventBatch()
        for text in texts { try batch.append(Noted(text), Envelope(), tags: tags) }
        return try await self.append(
            batch, condition: query.map { AppendCondition(failIfEventsMatch: $0, after: Position(after)) })
    }
}

/// The code of the error that `body` throws; nil when it throws none, or another kind.
func code(_ body: () async throws -> Void) async -> EventLogError.Code? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? EventLogError)?.code
    }
}

func tag(_ text: String) -> EventTag { EventTag(text)! }

/// Not `Testing.Tag`.
typealias EventTag = LedgerEvents.EventTag
