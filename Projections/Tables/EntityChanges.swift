import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerViews

/// Tells what an event changed of the thing that it is about: the members of its state that it found and left.
///
/// For events that are read in order. Holds a limited number of things; one that is not there is folded from the events
/// that carry its tag.
package final class EntityChanges {
    /// Nothing before: the event made the thing, or is a fact of its own. Nothing on either side: it changed nothing of
    /// its own thing's.
    package struct Change {
        package var before: JSONText?
        package var after: JSONText?

        package init(before: JSONText? = nil, after: JSONText? = nil) {
            self.before = before
            self.after = after
        }
    }

    private let log: any EventLog
    /// Whether every event behind a position is read; else some are left out, and a thing may have changed meanwhile.
    private let readsAll: Bool
    private let isMasked: Bool
    private var held: [ObjectIdentifier: AnyObject] = [:]
    private var count = 0
    /// Whether every thing is held that was met so far, and none was before.
    private var holdsAll: Bool

    private static let limit = 20_000

    /// - Parameters:
    ///   - position: the reader starts after it.
    ///   - readsAll: whether none of them is left out.
    ///   - isMasked: whether what is personal is masked.
    package init(in log: any EventLog, after position: Position, readsAll: Bool = true, isMasked: Bool = false) {
        self.log = log
        self.readsAll = readsAll
        self.isMasked = isMasked
        self.holdsAll = readsAll && position == .start
    }

    /// - Parameter data: what the event says.
    package func change(
        by event: DomainEvent, _ envelope: Envelope, data: @autoclosure () -> JSONText
    ) throws -> Change {
        // What was asked for and denied did not happen.
        if event.denial != nil { return Change() }
        var visitor = Visitor(changes: self, envelope: envelope)
        try event.accept(&visitor)
        return visitor.change ?? Change(after: data())
    }

    private struct Visitor: EntityEventVisitor {
        let changes: EntityChanges
        let envelope: Envelope
        /// Nil: the event is a fact.
        var change: Change?

        mutating func visit<E: Entity>(_ kind: E.Type, _ event: E.Rules.Event) throws {
            // What the log alone keeps says all of itself.
            if kind is any Fact.Type || E.isKeptInLog { return }
            let (before, after) = try self.changes.evolve(kind, event, self.envelope)
            let isMasked = self.changes.isMasked
            var change = Change()
            if let before, let after {
                if before.state != after.state {
                    change.before = before.members.difference(from: after.members, isMasked: isMasked)
                    change.after = after.members.difference(from: before.members, isMasked: isMasked)
                }
            } else {
                change.before = before?.members.text(isMasked: isMasked)
                change.after = after?.members.text(isMasked: isMasked)
            }
            self.change = change
        }
    }

    private struct Known<E: Entity> {
        var state: E
        var members: StateMembers
        /// The position through which it is known.
        var through: Position

        init(_ state: E, through position: Position) {
            self.state = state
            self.members = StateMembers(of: state)
            self.through = position
        }
    }

    private final class Held<E: Entity> {
        var things: [ID<E>: Known<E>] = [:]
    }

    private func evolve<E: Entity>(
        _: E.Type, _ event: E.Rules.Event, _ envelope: Envelope
    ) throws -> (before: Known<E>?, after: Known<E>?) {
        let id = ID<E>(bits: event.target)
        let held = self.held(E.self)
        let before = try self.known(held.things[id], id, before: envelope.position)
        var state = before?.state
        E.Rules.evolve(&state, by: event, envelope)
        let after = state.map { Known($0, through: envelope.position) }
        if let after {
            if held.things.updateValue(after, forKey: id) == nil { self.count += 1 }
        } else if held.things.removeValue(forKey: id) != nil {
            self.count -= 1
        }
        if self.count > Self.limit {
            self.held.removeAll()
            self.count = 0
            self.holdsAll = false
        }
        return (before, after)
    }

    private func held<E: Entity>(_: E.Type) -> Held<E> {
        if let known = self.held[ObjectIdentifier(E.self)] as? Held<E> { return known }
        let made = Held<E>()
        self.held[ObjectIdentifier(E.self)] = made
        return made
    }

    /// The thing as it stood before an event.
    private func known<E: Entity>(_ held: Known<E>?, _ id: ID<E>, before position: Position) throws -> Known<E>? {
        if self.readsAll, held != nil || self.holdsAll { return held }
        var folding = Folding<E>(id: id)
        folding.state = held?.state
        var reader = EventReader()
        let query = EventQuery(types: E.Rules.Event.cases.map(\.type), tags: [id.tag])
        let (start, end) = (held?.through ?? .start, Position(position.value - 1))
        var hasChanged = false
        if start < end {
            try self.log.read(query, after: start, through: end, limit: .max) { stored in
                let (event, envelope) = try reader.read(stored)
                folding.envelope = envelope
                try event.accept(&folding)
                hasChanged = true
            }
        }
        return hasChanged ? folding.state.map { Known($0, through: end) } : held
    }

    /// Evolves one thing by those of the events that are about it.
    private struct Folding<Folded: Entity>: EntityEventVisitor {
        let id: ID<Folded>
        var state: Folded?
        var envelope = Envelope()

        init(id: ID<Folded>) { self.id = id }

        mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) {
            guard let event = event as? Folded.Rules.Event, event.target == self.id.bits else { return }
            Folded.Rules.evolve(&self.state, by: event, self.envelope)
        }
    }
}
