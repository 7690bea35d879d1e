import LedgerDomain
import LedgerEvents
import LedgerLog

/// Where states are looked up: the views, or what one tag's events tell.
@usableFromInline package protocol StateLookup {
    /// The state with this id and its last change, or nil.
    func look<E: Stored>(_ id: ID<E>) throws -> LoadedState<E>?
}

extension StateLookup {
    /// The state with this id, or nil.
    package func find<E: Stored>(_ id: ID<E>) throws -> E? { try self.look(id)?.state }
}

extension Views: StateLookup {}

/// One thing as it stood at a past position, folded from the events that carry its tag: the cost is that of its own
/// history, whatever the log's length. Only for kinds whose `isToldByItsTag` says so.
package struct TaggedStates: StateLookup {
    private let states: StateCache

    package init(_ tag: EventTag, in log: any EventLog, through position: Position) throws {
        let states = StateCache(over: NoStates(), at: .start)
        try states.follow(log, EventQuery(tags: [tag]), through: position)
        self.states = states
    }

    package func look<E: Stored>(_ id: ID<E>) -> LoadedState<E>? { self.states.look(id) }
    package func find<E: Stored>(_ id: ID<E>) -> E? { self.states.find(id) }
}

/// Below the first event there is nothing.
package final class NoStates: StateSource {
    package init() {}

    package func load<E: Stored>(_ id: ID<E>, into box: StateBox<E>) -> Position { .start }
    package func holder(of alias: EventTag) -> UInt128? { nil }
    package func members(of group: EventTag) -> [UInt128] { [] }
    package func forEachUsage(of: OrganizationID, after: Position, before: Position, _: (UsageRecord) -> Void) {}
}
