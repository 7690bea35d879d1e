import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerTables
import LedgerViews

/// Keeps points of one series and time apart, which a time series database would store as one: the second and later ones
/// have a label `sequence`.
///
/// Events of one microsecond differ in the nanoseconds of their points, which are the last three digits of the position.
/// So only the 1,001st event of a microsecond can meet an earlier one. The number of a point depends on the events before
/// it alone: an export in parts gives the same points as one export.
struct PointNumbers {
    private struct Identity: Hashable {
        var measurement: String
        var labels: [Point.Label]
        var time: Int128
    }

    /// An event that is recorded earlier than this before it occurs is not counted: its point has its position. Bounds the
    /// search for earlier points of a time.
    private static let clockToleranceSeconds: Int64 = 86_400

    /// Times of more than one event.
    private var sharedTimes: Set<Int128> = []
    private var counts: [Identity: Int] = [:]
    /// The counts of a time that one event has for itself.
    private var ownCounts: [Identity: Int] = [:]
    private var ownTime: Int128?

    /// - Parameter after: points of the events up to here are in the target.
    init(_ snapshot: LedgerSnapshot, after: Position) throws {
        let query = EventQuery(types: MonitoringPoints.types)
        var times: [Int128] = []
        var earliest: Instant?
        try snapshot.log.read(query, after: after, through: snapshot.at, limit: .max) { stored in
            if Self.isAhead(stored.occurredAt, stored.recordedAt) { return }
            times.append(Point.time(of: stored.occurredAt, at: stored.position))
            earliest = min(earliest ?? stored.occurredAt, stored.occurredAt)
        }
        times.sort()
        for (time, next) in zip(times, times.dropFirst()) where time == next { self.sharedTimes.insert(time) }
        guard let earliest, after > .start else { return }
        try self.countEarlier(query, from: earliest, through: after, in: snapshot, newTimes: times)
    }

    private mutating func countEarlier(
        _ query: EventQuery, from earliest: Instant, through after: Position, in snapshot: LedgerSnapshot,
        newTimes: [Int128]
    ) throws {
        let newTimes = Set(newTimes)
        var reader = EventReader()
        var earlier: [(Point, Envelope)] = []
        let start = try snapshot.log.position(at: earliest.advanced(bySeconds: -Self.clockToleranceSeconds - 1))
        guard start < after else { return }
        try snapshot.log.read(query, after: start, through: after, limit: .max) { stored in
            if Self.isAhead(stored.occurredAt, stored.recordedAt) { return }
            let time = Point.time(of: stored.occurredAt, at: stored.position)
            guard newTimes.contains(time) else { return }
            let (event, envelope) = try reader.read(stored)
            try MonitoringPoints.forEachPoint(of: event, envelope, in: snapshot) { earlier.append(($0, envelope)) }
        }
        self.sharedTimes.formUnion(earlier.map(\.0.time))
        for (point, envelope) in earlier { _ = self.numbered(point, envelope) }
    }

    /// The point, with a number if an earlier one has its series and time.
    mutating func numbered(_ point: Point, _ envelope: Envelope) -> Point {
        var point = point
        if Self.isAhead(envelope.occurredAt, envelope.recordedAt) {
            point.label("sequence", "position \(envelope.position.value)")
        }
        let number = self.count(Identity(measurement: point.measurement, labels: point.labels, time: point.time))
        if number > 1 { point.label("sequence", String(number)) }
        return point
    }

    private mutating func count(_ identity: Identity) -> Int {
        if self.sharedTimes.contains(identity.time) {
            self.counts[identity, default: 0] += 1
            return self.counts[identity, default: 0]
        }
        if self.ownTime != identity.time {
            self.ownTime = identity.time
            self.ownCounts.removeAll(keepingCapacity: true)
        }
        self.ownCounts[identity, default: 0] += 1
        return self.ownCounts[identity, default: 0]
    }

    private static func isAhead(_ occurredAt: Instant, _ recordedAt: Instant) -> Bool {
        occurredAt > recordedAt.advanced(bySeconds: Self.clockToleranceSeconds)
    }
}

extension Point {
    /// Nanoseconds: sources say microseconds, and the last three digits of the position follow.
    static func time(of instant: Instant, at position: Position) -> Int128 {
        Int128(instant.microseconds) * 1000 + Int128(position.value % 1000)
    }
}
