import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerRelations
import LedgerViews

/// A family of keys with where their values come from.
package struct Keys: Sendable {
    /// Calls `body` as `KeyValueSource.keys` does.
    package typealias Reading =
        @Sendable (_ snapshot: LedgerSnapshot, _ span: KeySpan, _ body: (KeyChange) throws -> Void) throws -> Void

    package let family: KeyFamily
    let changes: Reading

    package init(_ pattern: String, _ shape: KeyFamily.Shape, description: String, changes: @escaping Reading) {
        self.family = KeyFamily(pattern, shape, description: description)
        self.changes = changes
    }
}

/// What a store holds and what it should hold: two positions, each with the time at which values are judged.
package struct KeySpan: Sendable {
    /// `.start` for an empty store.
    package var changedAfter: Position
    /// Nil for an empty store.
    package var before: Instant?
    /// Nil for an empty log.
    package var now: Instant?
}

/// Where points come from.
package struct Points: Sendable {
    package typealias Reading =
        @Sendable (_ snapshot: LedgerSnapshot, _ after: Position, _ body: (Point) throws -> Void) throws -> Void

    let reading: Reading

    package init(_ reading: @escaping Reading) { self.reading = reading }
}

extension LedgerSnapshot {
    package var keyFamilies: [KeyFamily] { self.projection.keys.map(\.family) }
    package var keySettings: String { self.projection.keySettings }

    /// The same snapshot, whose keys are judged by a clock instead of the position's time, unless that is later.
    package func judged(by clock: Instant) -> LedgerSnapshot {
        var copy = self
        copy.clock = clock
        return copy
    }

    package var keyMoment: KeyMoment {
        get throws {
            let time = try self.time(of: self.at)
            let judged = time.map { max($0, self.clock ?? $0) }
            return KeyMoment(position: self.position, microseconds: judged?.microseconds)
        }
    }

    package func keys(of family: KeyFamily, changedAfter: KeyMoment?, _ body: (KeyChange) throws -> Void) throws {
        guard let keys = self.projection.keys.first(where: { $0.family == family }) else {
            preconditionFailure("the schema \(self.schema.name) has no keys \(family.pattern)")
        }
        let after = Position(changedAfter?.position ?? 0)
        let span = KeySpan(
            changedAfter: after,
            before: try changedAfter?.microseconds.map { Instant(microseconds: $0) } ?? self.time(of: after),
            now: try self.keyMoment.microseconds.map { Instant(microseconds: $0) })
        try keys.changes(self, span, body)
    }

    package var hasPoints: Bool { self.projection.points != nil }

    package func points(changedAfter: UInt64?, _ body: (Point) throws -> Void) throws {
        guard let points = self.projection.points else {
            preconditionFailure("the schema \(self.schema.name) has no points")
        }
        try points.reading(self, Position(changedAfter ?? 0), body)
    }

    /// When the event at a position was recorded: what time it was then. Nil where there is none.
    package func time(of position: Position) throws -> Instant? {
        guard position > .start else { return nil }
        var time: Instant?
        try self.log.read(.all, after: Position(position.value - 1), through: position, limit: 1) {
            time = $0.recordedAt
        }
        return time
    }

    /// A thing as it stood when the event at a position had happened.
    package func past<E: Stored>(_ id: ID<E>, at position: Position) throws -> E? {
        guard let now = try self.views.look(id) else { return nil }
        if now.changedAt <= position { return now.state }
        return try TaggedStates(id.tag, in: self.log, through: position).find(id)
    }
}
