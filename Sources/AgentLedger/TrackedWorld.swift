import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerViews

/// The states that a batch of decisions sees, remembering what was looked at: that becomes the append's condition.
final class TrackedWorld: DecisionContext {
    let states: StateCache
    /// The log's end when the batch began.
    let base: Position
    /// What the views say does not exist is looked up here before a decision rests on it.
    private let logged: LoggedNames
    /// Events that the batch has brought so far.
    private var pending = 0
    /// These events.
    private let encoded: EncodedEvents

    /// Whether anything that others append makes the decisions void: no need then to remember what was looked at.
    private let isExclusive: Bool
    private var tags: Set<EventTag> = []
    private var items: Set<EventQuery.Item> = []
    private var guardsAll = false
    /// Price lists are asked for with every call.
    private var priceLists: [PricedThing: [[Price]]] = [:]
    /// Who asks is asked for with every command of a person or a key.
    private var standings: [Asked: Standing] = [:]
    /// Mostly the same actor asks again.
    private var lastStanding: (asked: Asked, standing: Standing)?

    private struct Asked: Hashable {
        var actor: Principal
        var thing: Belonging
    }

    init(over recent: StateCache, log: any EventLog, events: EventBatch, isExclusive: Bool) {
        self.isExclusive = isExclusive
        self.logged = LoggedNames(log: log, end: recent.position)
        self.base = recent.position
        self.encoded = EncodedEvents(events, after: self.base)
        self.states = StateCache(over: recent, at: self.base, pending: self.encoded)
    }

    /// The last position of this world. Known for certain only while nothing else is appended, once the batch has
    /// events of its own.
    var position: Position {
        if self.pending > 0 { self.guardsAll = true }
        return self.states.position
    }

    func find<E: Stored>(_ id: ID<E>) -> E? { self.look(id) { $0 } }

    @_specialize(where E == Organization)
    func contains<E: Stored>(_ id: ID<E>) -> Bool {
        self.look(id) { state in
            if case .some = state { true } else { false }
        }
    }

    /// Like `find`, but lends the thing where it lies: to be looked at and not changed.
    /// - Parameter isAbsent: whether it is known that there is no such thing.
    func look<E: Stored, Result>(
        _ id: ID<E>, isAbsent: Bool = false, _ body: (inout E?) throws -> Result
    ) rethrows -> Result {
        self.note(EventTag(kind: E.kind, id: id.bits))
        if isAbsent {
            var none: E?
            return try body(&none)
        }
        return try self.states.lend(id, body)
    }

    private func note(_ tag: @autoclosure () -> EventTag) {
        if !self.isExclusive { self.tags.insert(tag()) }
    }

    func peek<E: Stored>(_ id: ID<E>) -> E? { self.states.find(id) }

    @_specialize(where E == TraceAssembly, Result == Bool)
    @_specialize(where E == WorkflowExecution, Result == OrganizationID?)
    @_specialize(where E == AgentExecution, Result == WorkflowExecutionID?)
    func lend<E: Stored, Result>(_ id: ID<E>, _ body: (inout E?) throws -> Result) rethrows -> Result {
        try self.states.lend(id, body)
    }

    func changedAt<E: Stored>(_ id: ID<E>) -> Position? { self.states.changedAt(id) }

    func forEachUsage(
        of organization: OrganizationID, after: Position, before: Position, _ body: (UsageRecord) -> Void
    ) {
        self.states.forEachUsage(of: organization, after: after, before: before, body)
    }

    func holder<E: Stored>(of alias: EventTag, as kind: E.Type) -> ID<E>? {
        self.note(alias)
        if let holder = self.states.holder(of: alias, as: kind) { return holder }
        self.logged.requireFree(alias, in: self.states)
        return nil
    }

    /// Throws if the log has a thing that the views do not know.
    func requireUnknown<E: Entity>(_ id: ID<E>) throws { try self.logged.requireUnknown(id) }

    /// Throws what went wrong while a name was looked up.
    func throwIfFailed() throws { try self.logged.throwIfFailed() }

    func members<E: Stored>(of group: EventTag, as kind: E.Type) -> [ID<E>] {
        self.note(group)
        return self.states.members(of: group, as: kind)
    }

    func priceLists(for thing: PricedThing) -> [[Price]] {
        if let known = self.priceLists[thing] { return known }
        let lists = self.readPriceLists(for: thing)
        self.priceLists[thing] = lists
        return lists
    }

    /// What `DecisionContext.standing` says, found out once.
    func standing(of actor: Principal, towards thing: Belonging) -> Standing {
        let asked = Asked(actor: actor, thing: thing)
        if let last = self.lastStanding, last.asked == asked { return last.standing }
        let standing = self.standings[asked] ?? self.findStanding(of: actor, towards: thing)
        self.standings[asked] = standing
        self.lastStanding = (asked, standing)
        return standing
    }

    /// The batch's own event at a place.
    func event(at place: Int) throws -> DomainEvent {
        try self.encoded.event(at: self.base.advanced(by: place + 1)).event
    }

    /// Does to the states what an event of the batch says; returns the aliases and groups that it changed.
    func apply(_ event: DomainEvent, _ envelope: Envelope) -> [EventTag] {
        self.pending += 1
        if case .price = event { self.priceLists.removeAll() }
        if case .modelAlias = event { self.priceLists.removeAll() }
        if !self.standings.isEmpty, event.changesStandings {
            self.standings.removeAll()
            self.lastStanding = nil
        }
        return Views.apply(event, envelope, to: self.states)
    }

    func guardAgainst(_ item: @autoclosure () -> EventQuery.Item) {
        if !self.isExclusive { self.items.insert(item()) }
    }

    /// Fails when anything that was looked at changes before the append.
    var condition: AppendCondition {
        if self.guardsAll || self.isExclusive { return AppendCondition(failIfEventsMatch: .all, after: self.base) }
        let query = EventQuery(self.tags.map { EventQuery.Item(tags: [$0]) } + self.items)
        return AppendCondition(failIfEventsMatch: query, after: self.base)
    }
}

/// The events of a batch, read again from their records.
private final class EncodedEvents: PendingEvents {
    private let events: EventBatch
    private let base: Position

    init(_ events: EventBatch, after base: Position) {
        self.events = events
        self.base = base
    }

    func event(at position: Position) throws -> (event: DomainEvent, envelope: Envelope) {
        let entry = self.events.entries[Int(position.value - self.base.value) - 1]
        // Without the fields that the log fills in, which it may be doing right now.
        let authored = UnsafeRawBufferPointer(rebasing: self.events.record(entry)[EventBatch.prefixCount...])
        var (event, envelope) = try DomainEvent.decode(StoredEvent(authored))
        envelope.position = position
        return (event, envelope)
    }
}
