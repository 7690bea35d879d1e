import AgentDomain
import EventLog
import EventSourcing
import Views

/// Checks the basis of a decision against the log's own index: that a thing does not exist, that a name is free. Views
/// can prove what they hold by its checksum, but not what they lack.
final class LoggedNames {
    private let log: any EventLog
    /// The log's end when the batch began.
    private let end: Position
    private var failure: (any Error)?

    init(log: any EventLog, end: Position) {
        self.log = log
        self.end = end
    }

    /// Throws if the log has a thing with this id. Mostly the index alone is asked.
    func requireUnknown<E: Entity>(_ id: ID<E>) throws {
        guard try self.log.contains(Tag(kind: E.kind, id: id.bits)) else { return }
        if let (_, position) = try self.state(of: id) { throw Self.damage("\(E.kind) \(id)", position) }
    }

    /// Keeps the error for `throwIfFailed` if something holds the name that the views say is free.
    func requireFree(_ alias: Tag, in states: StateCache) {
        do {
            // What takes a name or gives it back carries it as a tag: the last to do so is who may hold it. Behind the end
            // it is another writer's, and this batch will not be appended.
            guard let last = try self.log.lastPosition(of: alias), last <= self.end else { return }
            var claims = Claims()
            try self.log.read(
                Query(tags: [alias]), after: Position(last.value - 1), through: last, limit: 1
            ) { stored in
                try DomainEvent.decode(stored).event.accept(&claims)
            }
            for claim in claims.all.values { try claim(self, alias, states) }
        } catch {
            self.failure = self.failure ?? error
        }
    }

    func throwIfFailed() throws {
        if let failure { throw failure }
    }

    fileprivate func requireNotHeld<E: Entity>(_ alias: Tag, by id: ID<E>, in states: StateCache) throws {
        // What this batch or a recent one did to the thing is not in the log yet.
        if let state: E = states.find(id) {
            if state.aliases.contains(alias) { throw Self.damage("\(alias)", states.changedAt(id) ?? self.end) }
        } else if let (state, position) = try self.state(of: id), state.aliases.contains(alias) {
            throw Self.damage("\(alias)", position)
        }
    }

    /// The thing as its own events in the log have it, and the position of the first of them.
    private func state<E: Entity>(of id: ID<E>) throws -> (state: E, position: Position)? {
        var own = OwnEvents<E>(id: id)
        let query = Query(tags: [Tag(kind: E.kind, id: id.bits)])
        try self.log.read(query, after: .start, through: self.end, limit: .max) { stored in
            let (event, envelope) = try DomainEvent.decode(stored)
            own.envelope = envelope
            try event.accept(&own)
        }
        return own.state.map { ($0, own.first ?? self.end) }
    }

    private static func damage(_ what: String, _ position: Position) -> ViewsError {
        ViewsError(
            .damaged,
            "the views do not know \(what), which the log has since position \(position); remove the ledger's folder views, "
                + "it is folded again from the log")
    }
}

/// Folds the events of one thing.
private struct OwnEvents<Thing: Entity>: EntityEventVisitor {
    let id: ID<Thing>
    var envelope = Envelope()
    var state: Thing?
    var first: Position?

    init(id: ID<Thing>) { self.id = id }

    mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) throws {
        guard event.target == self.id.bits, let event = event as? Thing.Rules.Event else { return }
        Thing.Rules.evolve(&self.state, by: event, self.envelope)
        self.first = self.first ?? self.envelope.position
    }
}

/// The things whose events carry a name.
private struct Claims: EntityEventVisitor {
    var all: [UInt128: (LoggedNames, Tag, StateCache) throws -> Void] = [:]

    mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) throws {
        let id = ID<E>(bits: event.target)
        self.all[id.bits] = { try $0.requireNotHeld($1, by: id, in: $2) }
    }
}
