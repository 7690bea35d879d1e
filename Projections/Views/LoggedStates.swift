import LedgerDomain
import LedgerEvents
import LedgerLog

/// The states that views keep, beside those that the log alone keeps.
final class LoggedStates: StateSource {
    let records: any ViewRecords
    private let log: any EventLog
    /// What happened behind it is not known here: facts are looked up in a log that has gone on.
    private let limit: Position
    /// What went wrong while a state was read, where the reader could not throw.
    private var failure: (any Error)?

    init(records: any ViewRecords, log: any EventLog, limit: Position) {
        self.records = records
        self.log = log
        self.limit = limit
    }

    func load<E: Stored>(_ id: ID<E>, into box: StateBox<E>) -> Position {
        guard E.isKeptInLog else { return self.loadState(id, into: box) }
        return self.attempt { try self.loadFact(id, into: box) } ?? .start
    }

    private func loadState<E: Stored>(_ id: ID<E>, into box: StateBox<E>) -> Position {
        self.attempt {
            try ViewKey(id.bits).withBytes { key in
                try self.records.withValue(of: key, in: ViewCatalog.place(of: E.self)) { value in
                    let loaded = try LoadedState<E>(record: value)
                    box.state = loaded.state
                    return loaded.changedAt
                }
            }
        } ?? .start
    }

    func holder(of alias: EventTag) -> UInt128? {
        self.attempt {
            try WireEncoder.encode(alias).withUnsafeBytes { key in
                try self.records.withValue(of: key, in: ViewCatalog.aliases) { ViewKey($0.bytes).bits }
            }
        }
    }

    func members(of group: EventTag) -> [UInt128] {
        self.attempt { try self.records.members(of: WireEncoder.encode(group)) } ?? []
    }

    /// A fact is told by its first event, which is found through the tag index.
    private func loadFact<E: Stored>(_ id: ID<E>, into box: StateBox<E>) throws -> Position? {
        let tag = EventTag(kind: E.kind, id: id.bits)
        guard try self.log.contains(tag) else { return nil }
        var changedAt: Position?
        try self.log.read(EventQuery(tags: [tag]), after: .start, through: self.limit, limit: 1) { stored in
            let (event, envelope) = try DomainEvent.decode(stored)
            try box.take(event, envelope)
            changedAt = stored.position
        }
        return changedAt
    }

    func greatestID<E: Stored>(_: E.Type) -> UInt128 {
        self.attempt {
            try E.isKeptInLog
                ? self.log.greatestID(ofKind: E.kind) : self.records.greatestID(in: ViewCatalog.place(of: E.self))
        } ?? .max
    }

    func forEachUsage(
        of organization: OrganizationID, after: Position, before: Position, _ body: (UsageRecord) -> Void
    ) {
        let query = EventQuery(types: [UsageRecorded.type], tags: [organization.tag])
        _ = self.attempt {
            try self.log.read(query, after: after, through: Position(before.value - 1), limit: .max) { stored in
                let usage = try stored.payload(as: UsageRecorded.self)
                body(UsageRecord(usage, at: stored.occurredAt, position: stored.position))
            }
        }
    }

    /// The result, or nil with the failure kept for the next `throwIfFailed`.
    private func attempt<R>(_ body: () throws -> R?) -> R? {
        do {
            return try body()
        } catch {
            self.failure = self.failure ?? error
            return nil
        }
    }

    func throwIfFailed() throws {
        guard let failure = self.failure else { return }
        self.failure = nil
        throw failure
    }
}
