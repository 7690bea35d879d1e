import AgentDomain
import EventLog
import EventSourcing
import Views

/// Tells what an event changed of the thing that it is about: the members of its state that it found and left.
///
/// For a log that is read in order. Holds a limited number of things; one that is not there is folded from the events
/// that carry its tag.
final class EntityChanges {
    /// Nothing before: the event made the thing, or is a fact of its own. Nothing on either side: it changed nothing of
    /// its own thing's.
    struct Change {
        var before: JSONText?
        var after: JSONText?
    }

    private let log: any EventLog
    private var held: [ObjectIdentifier: AnyObject] = [:]
    private var count = 0
    /// Whether every thing is held that was met so far, and none was before.
    private var holdsAll: Bool

    private static let limit = 20_000

    init(in log: any EventLog, after position: Position) {
        self.log = log
        self.holdsAll = position == .start
    }

    /// - Parameter data: what the event says.
    func change(by event: DomainEvent, _ envelope: Envelope, data: JSONText) throws -> Change {
        var visitor = Visitor(changes: self, envelope: envelope, change: Change(after: data))
        try event.accept(&visitor)
        return visitor.change
    }

    private struct Visitor: EntityEventVisitor {
        let changes: EntityChanges
        let envelope: Envelope
        var change: Change

        mutating func visit<E: Entity>(_ kind: E.Type, _ event: E.Rules.Event) throws {
            // What the log alone keeps says all of itself.
            if kind is any Fact.Type || E.isKeptInLog { return }
            let (before, after) = try self.changes.evolve(kind, event, self.envelope)
            self.change = StateMembers.difference(of: before, and: after)
        }
    }

    private final class Held<E: Entity> {
        var states: [ID<E>: E] = [:]
    }

    private func evolve<E: Entity>(
        _: E.Type, _ event: E.Rules.Event, _ envelope: Envelope
    ) throws -> (before: E?, after: E?) {
        let id = ID<E>(bits: event.target)
        let held = self.held(E.self)
        let before = try held.states[id] ?? (self.holdsAll ? nil : self.fold(id, before: envelope.position))
        var after = before
        E.Rules.evolve(&after, by: event, envelope)
        if let after, held.states.updateValue(after, forKey: id) == nil { self.count += 1 }
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

    private func fold<E: Entity>(_ id: ID<E>, before position: Position) throws -> E? {
        var folding = Folding<E>(id: id)
        var reader = EventReader()
        let query = Query(types: E.Rules.Event.cases.map(\.type), tags: [id.tag])
        try self.log.read(query, after: .start, through: Position(position.value - 1), limit: .max) { stored in
            let (event, envelope) = try reader.read(stored)
            folding.envelope = envelope
            try event.accept(&folding)
        }
        return folding.state
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
