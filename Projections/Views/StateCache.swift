import LedgerDomain
import LedgerEvents
import LedgerLog

/// States in memory over a source: what is asked for is loaded once, what changes stays until it is taken out.
///
/// The views fold through one before they write, and a batch of decisions works on one that is thrown away.
@usableFromInline package final class StateCache: StateStore {
    @usableFromInline private(set) var source: any StateSource
    /// Where facts come from that are not here. Of caches without a batch, which hold none, only the uppermost keeps up
    /// with the log: it asks for them below all others.
    @usableFromInline private(set) var factSource: any StateSource
    /// The source's own position: what came later is here.
    @usableFromInline private(set) var base: Position
    /// The batch whose events are applied here, for a cache that has to know its facts before the log does.
    @usableFromInline let pending: (any PendingEvents)?
    // Asked at every look-up, and never changed while it is looked at.
    @exclusivity(unchecked) private var tables: ContiguousArray<StateTable> = []
    /// The same by the address of the type, at the first free place from there on. A power of two long.
    @exclusivity(unchecked) private var tablePlaces = ContiguousArray<StateTable?>(repeating: nil, count: 128)
    @exclusivity(unchecked) private(set) var index = IndexCache()
    /// Names that totals are kept by.
    @exclusivity(unchecked) var standing = StandingNames()
    /// Aliases and groups that changed by the event that is being applied, for its tags.
    @exclusivity(unchecked) private var touched: [EventTag] = []
    /// The id of what the event applied last is about: what it changed first.
    @exclusivity(unchecked) package private(set) var subject: UInt128?
    /// The position of the event that is being applied; the last one that was.
    @usableFromInline @exclusivity(unchecked) package internal(set) var position: Position
    /// Told the type and id of each state that is about to change: for who compares before and after.
    @exclusivity(unchecked) package var willChange: ((ObjectIdentifier, UInt128) -> Void)?

    /// - Parameter pending: the batch whose events are to be applied; nil where they are in the log.
    package init(over source: any StateSource, at position: Position, pending: (any PendingEvents)? = nil) {
        self.source = source
        self.factSource = Self.factSource(over: source, pending)
        self.base = position
        self.position = position
        self.pending = pending
    }

    private static func factSource(
        over source: any StateSource, _ pending: (any PendingEvents)?
    ) -> any StateSource {
        guard pending == nil, let cache = source as? StateCache, cache.pending == nil else { return source }
        return cache.factSource
    }

    /// Roughly the memory that is held.
    package var bytes: Int { self.tables.reduce(self.index.count * 128) { $0 + $1.bytes } }

    @inlinable
    func table<E: Stored>(_: E.Type) -> StateTable {
        self.table(ofType: ObjectIdentifier(E.self)) ?? self.addTable(StateKindOf<E>())
    }

    /// The states of one kind that are in memory; nil where none was asked for.
    @usableFromInline
    func table(ofType type: ObjectIdentifier) -> StateTable? {
        var place = self.firstPlace(of: type)
        while let table = self.tablePlaces[place] {
            if table.type == type { return table }
            place = (place + 1) & (self.tablePlaces.count - 1)
        }
        return nil
    }

    private func firstPlace(of type: ObjectIdentifier) -> Int {
        Int(UInt(bitPattern: type) / 16) & (self.tablePlaces.count - 1)
    }

    @usableFromInline
    func addTable(_ kind: any StateKind) -> StateTable {
        let table = StateTable(kind)
        self.tables.append(table)
        precondition(self.tables.count < self.tablePlaces.count, "there are a few dozen kinds of states")
        var place = self.firstPlace(of: table.type)
        while self.tablePlaces[place] != nil { place = (place + 1) & (self.tablePlaces.count - 1) }
        self.tablePlaces[place] = table
        return table
    }

    /// Where a state lies, loaded where it is not in memory yet.
    @inlinable
    func place<E: Stored>(of id: ID<E>, in table: StateTable) -> Int {
        if let place = table.place(of: id.bits) { return place }
        let box = StateBox<E>()
        let changedAt = self.mayLoad(id, table) ? self.source.load(id, into: box) : .start
        return table.append(StateTable.Slot(id: id.bits, box: box, changedAt: changedAt, isChanged: false))
    }

    @inlinable
    func source<E: Stored>(of _: E.Type) -> any StateSource { E.isKeptInLog ? self.factSource : self.source }

    /// Whether the source is to be asked. Ids are mostly ordered by time, and what is new has a greater one than all
    /// that the source has.
    @inlinable
    func mayLoad<E: Stored>(_ id: ID<E>, _ table: StateTable) -> Bool {
        if self.pending != nil { return true }
        // The source's states change when this cache is handed over to it; facts come to stand in the log meanwhile.
        let now = E.isKeptInLog ? self.position : self.base
        if table.reach?.asOf != now { table.reach = (self.source(of: E.self).greatestID(E.self), now) }
        return id.bits <= table.reach?.id ?? .max
    }

    @inlinable
    func box<E: Stored>(_ id: ID<E>) -> StateBox<E> {
        if E.isKeptInLog {
            let box = StateBox<E>()
            _ = self.load(id, into: box)
            return box
        }
        let table = self.table(E.self)
        let place = self.place(of: id, in: table)
        return unsafeDowncast(table.box(at: place), to: StateBox<E>.self)
    }

    @inlinable
    package func find<E: Stored>(_ id: ID<E>) -> E? { self.lend(id) { $0 } }

    @usableFromInline package func peek<E: Stored>(_ id: ID<E>) -> E? { self.find(id) }

    @usableFromInline package func changedAt<E: Stored>(_ id: ID<E>) -> Position? {
        let (box, changedAt) = self.known(id)
        return box.state == nil ? nil : changedAt
    }

    @usableFromInline package func look<E: Stored>(_ id: ID<E>) -> LoadedState<E>? {
        let (box, changedAt) = self.known(id)
        return box.state.map { LoadedState(state: $0, changedAt: changedAt) }
    }

    private func known<E: Stored>(_ id: ID<E>) -> (box: StateBox<E>, changedAt: Position) {
        precondition(!E.isKeptInLog, "facts are asked for their own position")
        let table = self.table(E.self)
        // Not in one expression: finding the place may bring the state into `slots`.
        let place = self.place(of: id, in: table)
        let slot = table.slots[place]
        return (unsafeDowncast(slot.box, to: StateBox<E>.self), slot.changedAt)
    }

    @usableFromInline package func forEachUsage(
        of organization: OrganizationID, after: Position, before: Position, _ body: (UsageRecord) -> Void
    ) {
        if before <= after.next { return }
        guard self.pending != nil else {
            self.source.forEachUsage(of: organization, after: after, before: before, body)
            return
        }
        self.source.forEachUsage(of: organization, after: after, before: min(before, self.base.next), body)
        for position in self.table(UsageRecord.self).facts where after < position && position < before {
            let box = StateBox<UsageRecord>()
            self.tell(position, into: box)
            if let usage = box.state, usage.organization == organization { body(usage) }
        }
    }

    @usableFromInline package func holder<E: Stored>(of alias: EventTag, as: E.Type) -> ID<E>? {
        self.index.holder(of: alias, in: self.source).map { ID(bits: $0) }
    }

    @usableFromInline package func members<E: Stored>(of group: EventTag, as: E.Type) -> [ID<E>] {
        self.index.members(of: group, in: self.source).map { ID(bits: $0) }
    }

    @usableFromInline package func guardAgainst(_: @autoclosure () -> EventQuery.Item) {}

    /// Lends a state where it lies, which spares copying it: to be looked at and not changed.
    @inlinable
    package func lend<E: Stored, Result>(_ id: ID<E>, _ body: (inout E?) throws -> Result) rethrows -> Result {
        if E.isKeptInLog, !self.mayHold(id) {
            var none: E?
            return try body(&none)
        }
        return try body(&self.box(id).state)
    }

    @usableFromInline package var ignoresFacts: Bool { self.pending == nil && self.willChange == nil }

    @_specialize(where E == TraceAssembly)
    @_specialize(where E == TraceSpan)
    @usableFromInline package func update<E: Stored>(_ id: ID<E>, _ body: (inout E?) -> Void) {
        if self.subject == nil { self.subject = id.bits }
        self.willChange?(ObjectIdentifier(E.self), id.bits)
        if E.isKeptInLog {
            if self.pending != nil { self.table(E.self).note(id.bits, at: self.position) }
            return
        }
        let table = self.table(E.self)
        let place = self.place(of: id, in: table)
        let box = unsafeDowncast(table.slots[place].box, to: StateBox<E>.self)
        table.markChanged(place, at: self.position)
        guard E.isIndexed else {
            body(&box.state)
            return
        }
        let before = Names(&box.state)
        body(&box.state)
        self.reindex(id.bits, before, Names(&box.state))
    }

    /// Makes a fact from its event, which is on its way into the log.
    private func tell<E: Stored>(_ position: Position, into box: StateBox<E>) {
        do {
            guard let (event, envelope) = try self.pending?.event(at: position) else { return }
            try box.take(event, envelope)
        } catch {
            preconditionFailure("an event that was encoded can be decoded: \(error)")
        }
    }

    /// What a state is called and where it is listed.
    fileprivate struct Names {
        var aliases: [EventTag] = []
        var groups: [EventTag] = []
        var listings: [EventTag] = []

        /// `inout` to look at the state where it lies; it is not changed.
        init<E: Stored>(_ state: inout E?) { state?.collectNames(into: &self) }
    }

    private func reindex(_ id: UInt128, _ before: Names, _ after: Names) {
        if before.aliases != after.aliases {
            for alias in before.aliases where !after.aliases.contains(alias) {
                self.index.release(alias, by: id, in: self.source)
                self.touched.append(alias)
            }
            for alias in after.aliases where !before.aliases.contains(alias) {
                self.index.claim(alias, by: id)
                self.touched.append(alias)
            }
        }
        self.regroup(id, before.groups, after.groups, tagged: true)
        self.regroup(id, before.listings, after.listings, tagged: false)
    }

    private func regroup(_ id: UInt128, _ before: [EventTag], _ after: [EventTag], tagged: Bool) {
        if before == after { return }
        for group in before where !after.contains(group) {
            self.index.move(id, in: group, joined: false)
            if tagged { self.touched.append(group) }
        }
        for group in after where !before.contains(group) {
            self.index.move(id, in: group, joined: true)
            if tagged { self.touched.append(group) }
        }
    }

    /// Does to the states what the event says; returns the aliases and groups that it changed.
    @discardableResult
    package func apply(_ event: DomainEvent, _ envelope: Envelope) -> [EventTag] {
        self.position = envelope.position
        self.subject = nil
        Effects.apply(event, envelope, to: self)
        if self.touched.isEmpty { return [] }
        defer { self.touched = [] }
        return self.touched
    }

    /// Does what the events of a log say that match, from behind this cache's position up to and with `end`.
    package func follow(_ log: any EventLog, _ query: EventQuery = .all, through end: Position = .end) throws {
        var reader = EventReader()
        try log.read(query, after: self.position, through: end, limit: .max) { stored in
            let (event, envelope) = try reader.read(stored)
            Views.apply(event, envelope, to: self)
        }
    }

    func forEachTable(_ body: (StateTable) throws -> Void) rethrows {
        for table in self.tables { try body(table) }
    }

    /// What changed since the cache was empty.
    var changes: StateChanges { StateChanges(position: self.position, tables: self.tables, index: self.index) }

    /// Takes over what changed in a cache over this one, which has come to `position`.
    package func adopt(_ other: StateCache) {
        for table in other.tables where !table.kind.isKeptInLog {
            (self.table(ofType: table.type) ?? self.addTable(table.kind)).adopt(table)
        }
        self.index.adopt(other.index)
        self.position = other.position
    }

    /// Stands over another source from now on, which has to say the same.
    package func rebase(on source: any StateSource) {
        self.source = source
        self.factSource = Self.factSource(over: source, self.pending)
        for table in self.tables { table.reach = nil }
    }

    /// Forgets everything, changed or not.
    package func removeAll(at position: Position) {
        for table in self.tables { table.removeAll() }
        self.index.removeAll()
        self.touched.removeAll()
        self.base = position
        self.position = position
    }
}

/// A cache stands where a source does: a batch of decisions works over the views' own.
extension StateCache: StateSource {
    @usableFromInline package func load<E: Stored>(_ id: ID<E>, into box: StateBox<E>) -> Position {
        let table = self.table(E.self)
        // What is not here is not brought here: the cache above keeps it.
        guard let place = table.place(of: id.bits) else {
            return self.mayLoad(id, table) ? self.source(of: E.self).load(id, into: box) : .start
        }
        if E.isKeptInLog {
            let position = table.facts[place]
            self.tell(position, into: box)
            return position
        }
        let slot = table.slots[place]
        box.state = unsafeDowncast(slot.box, to: StateBox<E>.self).state
        return slot.changedAt
    }

    @usableFromInline package func mayHold<E: Stored>(_ id: ID<E>) -> Bool {
        let table = self.table(E.self)
        if table.place(of: id.bits) != nil { return true }
        return self.mayLoad(id, table) && self.source(of: E.self).mayHold(id)
    }

    @usableFromInline package func holder(of alias: EventTag) -> UInt128? {
        self.index.holder(of: alias, in: self.source)
    }

    @usableFromInline package func members(of group: EventTag) -> [UInt128] {
        self.index.members(of: group, in: self.source)
    }
}

extension Stored {
    /// `mutating` to look at the state where it lies; it is not changed.
    fileprivate mutating func collectNames(into names: inout StateCache.Names) {
        names.aliases = self.aliases
        names.groups = self.groups
        names.listings = self.listings
    }
}
