import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerViews

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
        let tag = EventTag(kind: E.kind, id: id.bits)
        guard try self.log.contains(tag), try self.state(of: id) != nil else { return }
        throw try self.damage("\(E.kind) \(id)", tag)
    }

    /// Keeps the error for `throwIfFailed` if something holds the name that the views say is free.
    func requireFree(_ alias: EventTag, in states: StateCache) {
        do {
            // What takes a name or gives it back carries it as a tag: the last to do so is who may hold it. Behind the end
            // it is another writer's, and this batch will not be appended.
            guard let last = try self.log.lastPosition(of: alias), last <= self.end else { return }
            var claimant = Claimant()
            try self.log.read(
                EventQuery(tags: [alias]), after: Position(last.value - 1), through: last, limit: 1
            ) { stored in
                try DomainEvent.decode(stored).event.accept(&claimant)
            }
            try claimant.check?(self, alias, states)
        } catch {
            self.failure = self.failure ?? error
        }
    }

    func throwIfFailed() throws {
        if let failure { throw failure }
    }

    fileprivate func requireNotHeld<E: Entity>(_ alias: EventTag, by id: ID<E>, in states: StateCache) throws {
        // What this batch or a recent one did to the thing is not in the log yet.
        guard let state = try states.find(id) ?? self.state(of: id), state.aliases.contains(alias) else { return }
        throw try self.damage("\(alias)", alias)
    }

    /// The thing as the log has it.
    private func state<E: Entity>(of id: ID<E>) throws -> E? {
        try TaggedStates(EventTag(kind: E.kind, id: id.bits), in: self.log, through: self.end).find(id)
    }

    /// - Parameter tag: what the events about it carry.
    private func damage(_ what: String, _ tag: EventTag) throws -> ViewsError {
        var first = self.end
        try self.log.read(EventQuery(tags: [tag]), after: .start, through: self.end, limit: 1) { first = $0.position }
        return ViewsError(
            .damaged,
            "the views do not know \(what), which the log has since position \(first)",
            remedy: "remove the ledger's folder views, it is folded again from the log")
    }
}

/// The thing that an event is about.
private struct Claimant: EntityEventVisitor {
    var check: ((LoggedNames, EventTag, StateCache) throws -> Void)?

    mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) throws {
        let id = ID<E>(bits: event.target)
        self.check = { try $0.requireNotHeld($1, by: id, in: $2) }
    }
}
