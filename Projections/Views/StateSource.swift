import LedgerDomain
import LedgerEvents

/// Where states come from that are not in memory: the views on disk, or the cache below.
@usableFromInline package protocol StateSource: AnyObject {
    /// Puts the state into the box, where there is one; returns the position of the event that changed it last.
    func load<E: Stored>(_ id: ID<E>, into box: StateBox<E>) -> Position
    func holder(of alias: EventTag) -> UInt128?
    /// The members of a group or listing, in the order of their ids.
    func members(of group: EventTag) -> [UInt128]
    /// Hands over an organization's usage records between two positions, in their order.
    func forEachUsage(
        of organization: OrganizationID, after: Position, before: Position, _ body: (UsageRecord) -> Void)
    /// An id that no state of the kind goes beyond; `.max` where that is not known.
    func greatestID<E: Stored>(_: E.Type) -> UInt128
    /// False where it is known without a look-up that there is no such state.
    func mayHold<E: Stored>(_ id: ID<E>) -> Bool
}

extension StateSource {
    @usableFromInline package func greatestID<E: Stored>(_: E.Type) -> UInt128 { .max }
    @usableFromInline package func mayHold<E: Stored>(_ id: ID<E>) -> Bool { true }
}

/// Events on their way into the log, which does not tell them yet.
@usableFromInline package protocol PendingEvents: AnyObject {
    /// The event that is to stand at a position.
    func event(at position: Position) throws -> (event: DomainEvent, envelope: Envelope)
}

/// A state in memory, or the knowledge that there is none.
@usableFromInline package final class StateBox<E: Stored> {
    @usableFromInline @exclusivity(unchecked) package var state: E?

    @inlinable
    package init() {}

    /// Takes what an event says of its own entity, where that is of the box's kind.
    func take(_ event: DomainEvent, _ envelope: Envelope) throws {
        var telling = Telling(box: self, envelope: envelope)
        try event.accept(&telling)
    }
}

private struct Telling<Told: Stored>: EntityEventVisitor {
    let box: StateBox<Told>
    let envelope: Envelope

    mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) throws {
        guard let box = self.box as? StateBox<E> else { return }
        E.Rules.evolve(&box.state, by: event, self.envelope)
    }
}

/// A state, and the position of the event that changed it last.
@usableFromInline package struct LoadedState<E: Stored> {
    @usableFromInline package var state: E
    @usableFromInline package var changedAt: Position

    @inlinable
    package init(state: E, changedAt: Position) {
        self.state = state
        self.changedAt = changedAt
    }
}
