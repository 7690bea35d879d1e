import AgentDomain
import EventLog
import EventSourcing

/// The states in the views' file, beside those that the log alone keeps.
final class LoggedStates: StateSource {
    private let store: ViewStore
    private let log: any EventLog

    init(store: ViewStore, log: any EventLog) {
        self.store = store
        self.log = log
    }

    func load<E: Stored>(_ id: ID<E>, into box: StateBox<E>) -> Position {
        guard E.isKeptInLog else { return self.store.load(id, into: box) }
        return self.store.attempt { try self.loadFact(id, into: box) } ?? .start
    }

    func holder(of alias: Tag) -> UInt128? { self.store.holder(of: alias) }
    func members(of group: Tag) -> [UInt128] { self.store.members(of: group) }

    /// A fact is told by its first event, which is found through the tag index.
    private func loadFact<E: Stored>(_ id: ID<E>, into box: StateBox<E>) throws -> Position? {
        let tag = Tag(kind: E.kind, id: id.bits)
        guard try self.log.contains(tag) else { return nil }
        var changedAt: Position?
        try self.log.read(Query(tags: [tag]), limit: 1) { stored in
            let (event, envelope) = try EventDecoder.shared.decode(stored)
            var telling = Telling(box: box, envelope: envelope)
            try event.accept(&telling)
            changedAt = stored.position
        }
        return changedAt
    }

    /// Puts what an event says of its own entity into a box.
    private struct Telling<Told: Stored>: EntityEventVisitor {
        let box: StateBox<Told>
        let envelope: Envelope

        mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) {
            guard let box = self.box as? StateBox<E> else { return }
            E.Rules.evolve(&box.state, by: event, self.envelope)
        }
    }

    func forEachUsage(
        of organization: OrganizationID, after: Position, before: Position, _ body: (UsageRecord) -> Void
    ) {
        let query = Query(types: [UsageRecorded.type], tags: [organization.tag])
        _ = self.store.attempt {
            try self.log.read(query, after: after, through: Position(before.value - 1), limit: .max) { stored in
                let usage = try WireDecoder.decode(UsageRecorded.self, stored.payload)
                body(UsageRecord(usage, at: stored.occurredAt, position: stored.position))
            }
        }
    }
}
