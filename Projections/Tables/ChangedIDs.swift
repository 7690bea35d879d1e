import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerViews

/// What events behind a position touched, told by their tags: an update of a few rows need not look at all of them.
final class ChangedIDs {
    private let log: any EventLog
    private let through: Position
    /// The last answer: a table after the other asks for the same.
    private var last: (after: Position, ids: [String: Set<UInt128>])?

    private var lastMove: Position?

    /// See `LedgerSnapshot.lastMoveOfAgentExecutions`. Several tables ask.
    func lastMoveOfAgentExecutions() throws -> Position {
        if let known = self.lastMove { return known }
        var last = Position.start
        let query = EventQuery(types: [AgentExecutionReattributed.type])
        try self.log.read(query, after: .start, through: self.through, limit: .max) { stored in
            let part = try stored.payload(as: AgentExecutionReattributed.self)
            if part.previousAgent != nil || part.previousWorkflow != nil { last = stored.position }
        }
        self.lastMove = last
        return last
    }

    /// Behind more events than this, looking at every state is as fast.
    static let limit: UInt64 = 100_000

    init(in log: any EventLog, through position: Position) {
        self.log = log
        self.through = position
    }

    /// By kind of tag; nil when there are too many to tell.
    func ids(after: Position) throws -> [String: Set<UInt128>]? {
        guard after > .start, self.through.value - min(after.value, self.through.value) <= Self.limit else {
            return nil
        }
        if let last, last.after == after { return last.ids }
        var ids: [String: Set<UInt128>] = [:]
        try self.log.read(.all, after: after, through: self.through, limit: .max) { stored in
            for tag in try stored.tags() {
                if let id = tag.id { ids[tag.kind, default: []].insert(id) }
            }
        }
        self.last = (after, ids)
        return ids
    }
}

extension LedgerSnapshot {
    /// Hands over at least the states of a kind that changed behind a position, in the order of their ids.
    /// - Parameter others: kinds whose changes can change what is made of any of these states.
    package func forEach<E: Stored>(
        _ kind: E.Type, changedAfter: Position, lookingAt others: [any Stored.Type] = [], only wanted: FieldSet = .all,
        _ body: (ID<E>, LoadedState<E>) throws -> Void
    ) throws {
        guard E.isToldByItsTag, let changed = try self.changes.ids(after: changedAfter),
            try !others.contains(where: { try self.hasChanged($0, after: changedAfter, changed) })
        else { return try self.views.forEach(kind, only: wanted, body) }
        for bits in changed[kind.kind, default: []].sorted() {
            let id = ID<E>(bits: bits)
            if let loaded = try self.views.look(id) { try body(id, loaded) }
        }
    }

    /// Whether any state of a kind changed. An event's tags name more than it changes: its organization, for one.
    private func hasChanged<E: Stored>(
        _ kind: E.Type, after: Position, _ touched: [String: Set<UInt128>]
    ) throws -> Bool {
        // Sums change by events about what they sum up.
        guard kind is any Entity.Type else { return true }
        return try touched[kind.kind, default: []].contains { bits in
            // A thing that events name and that is not there may have been withdrawn.
            try self.views.look(ID<E>(bits: bits)).map { $0.changedAt > after } ?? (kind is any Withdrawable.Type)
        }
    }
}
