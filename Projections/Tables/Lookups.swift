import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerViews

/// Looks up states while rows are made, and notes when what was looked up changed last.
package final class Lookups {
    /// The last change of anything that was looked up since this was set.
    var latest = Position.start
    package let views: Views
    private let log: any EventLog
    private let at: Position
    private var memos: [ObjectIdentifier: AnyObject] = [:]

    init(in snapshot: LedgerSnapshot) {
        self.views = snapshot.views
        self.log = snapshot.log
        self.at = snapshot.at
    }

    /// When the event at a position was recorded; nil for none.
    package func recordedAt(_ position: Position) throws -> Instant? {
        guard position > .start else { return nil }
        var instant: Instant?
        try self.log.read(.all, after: Position(position.value - 1), through: position, limit: 1) {
            instant = $0.recordedAt
        }
        return instant
    }

    /// The state with this id; nil when there is none, or no id.
    package func find<E: Stored>(_ id: ID<E>?) throws -> E? {
        guard let found = try self.look(id) else { return nil }
        self.latest = max(self.latest, found.changedAt)
        return found.state
    }

    /// Where a thing that is not there was withdrawn last; `.start`: it never was.
    private func withdrawal<E: Stored>(of id: ID<E>) throws -> Position {
        guard let type = (E.self as? any Withdrawable.Type)?.withdrawal else { return .start }
        var last = Position.start
        let query = EventQuery(types: [type], tags: [EventTag(kind: E.kind, id: id.bits)])
        try self.log.read(query, after: .start, through: self.at, limit: .max) { last = $0.position }
        return last
    }

    /// The same, of which only what never changes is used: its changes are not changes of the row, save that it goes.
    package func settled<E: Stored>(_ id: ID<E>?) throws -> E? { try self.look(id)?.state }

    private func look<E: Stored>(_ id: ID<E>?) throws -> LoadedState<E>? {
        guard let id else { return nil }
        let found = try self.memo(for: E.self).look(id, in: self.views)
        if found == nil { self.latest = max(self.latest, try self.withdrawal(of: id)) }
        return found
    }

    /// Sums that belong to a state, zero where nothing was summed yet.
    package func sums<E: Stored, Sums: Stored>(_: Sums.Type, of id: ID<E>) throws -> Sums {
        try self.find(ID<Sums>(bits: id.bits)) ?? Sums()
    }

    /// Hands over the facts of a type that name a thing, in the order of the log.
    package func forEach<F: Fact, E: Entity>(
        _: F.Type, about id: ID<E>, _ body: (FactRow<F>) throws -> Void
    ) throws {
        try FactRevisions<F>().forEach(
            in: (self.views, self.log, self.at), EventQuery(types: FactRevisions<F>.contentTypes, tags: [id.tag]),
            after: .start
        ) { fact, last, _ in
            self.latest = max(self.latest, last)
            try body(fact)
        }
    }

    private func memo<E: Stored>(for _: E.Type) -> Memo<E> {
        if let known = self.memos[ObjectIdentifier(E.self)] as? Memo<E> { return known }
        let memo = Memo<E>()
        self.memos[ObjectIdentifier(E.self)] = memo
        return memo
    }

    /// Neighbouring rows look up the same things again and again.
    private final class Memo<E: Stored> {
        private var found: [ID<E>: LoadedState<E>?] = [:]

        func look(_ id: ID<E>, in views: Views) throws -> LoadedState<E>? {
            if let known = self.found[id] { return known }
            if self.found.count >= 4096 { self.found.removeAll(keepingCapacity: true) }
            let loaded = try views.look(id)
            self.found[id] = .some(loaded)
            return loaded
        }
    }
}
