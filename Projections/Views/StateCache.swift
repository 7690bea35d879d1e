import AgentDomain
import EventSourcing

/// States in memory over a source: what is asked for is loaded once, what changes stays until it is taken out.
///
/// The views fold through one before they write, and a batch of decisions works on one that is thrown away.
public final class StateCache: StateStore {
    let source: any StateSource
    /// Whether facts that the log alone keeps are held here too, for a batch that must know its own.
    let keepsFacts: Bool
    private var tables: [(kind: ObjectIdentifier, table: any AnyStateTable)] = []
    private(set) var index = IndexCache()
    /// Aliases and groups that changed since the last `takeTouched`, for the tags of the event that did it.
    private var touched: [Tag] = []
    /// The position of the event that is being applied; the last one that was.
    public internal(set) var position: Position

    public init(over source: any StateSource, at position: Position, keepsFacts: Bool) {
        self.source = source
        self.position = position
        self.keepsFacts = keepsFacts
    }

    /// Roughly the number of states and index entries held.
    public var count: Int { self.tables.reduce(self.index.count) { $0 + $1.table.count } }

    func table<E: Stored>(_: E.Type) -> StateTable<E> {
        let kind = ObjectIdentifier(E.self)
        for entry in self.tables where entry.kind == kind {
            return unsafeDowncast(entry.table, to: StateTable<E>.self)
        }
        let table = StateTable<E>()
        self.tables.append((kind, table))
        return table
    }

    public func find<E: Stored>(_ id: ID<E>) -> E? {
        if E.isKeptInLog && !self.keepsFacts { return self.source.load(id)?.state }
        return self.table(E.self).state(id.bits, in: self.source)
    }

    public func peek<E: Stored>(_ id: ID<E>) -> E? { self.find(id) }

    public func holder<E: Stored>(of alias: Tag, as: E.Type) -> ID<E>? {
        self.index.holder(of: alias, in: self.source).map { ID(bits: $0) }
    }

    public func members<E: Stored>(of group: Tag, as: E.Type) -> [ID<E>] {
        self.index.members(of: group, in: self.source).map { ID(bits: $0) }
    }

    public func guardAgainst(_: Query.Item) {}

    public func update<E: Stored>(_ id: ID<E>, _ body: (inout E?) -> Void) {
        if E.isKeptInLog && !self.keepsFacts { return }
        let table = self.table(E.self)
        let place = table.place(of: id.bits, in: self.source)
        guard E.isIndexed else {
            table.update(place, at: self.position, body)
            return
        }
        let before = table.slots[place].state
        table.update(place, at: self.position, body)
        self.reindex(id.bits, before, table.slots[place].state)
    }

    private func reindex<E: Stored>(_ id: UInt128, _ before: E?, _ after: E?) {
        let (oldAliases, aliases) = (before?.aliases ?? [], after?.aliases ?? [])
        if oldAliases != aliases {
            for alias in oldAliases where !aliases.contains(alias) {
                self.index.release(alias, by: id, in: self.source)
                self.touched.append(alias)
            }
            for alias in aliases where !oldAliases.contains(alias) {
                self.index.claim(alias, by: id)
                self.touched.append(alias)
            }
        }
        self.regroup(id, before?.groups ?? [], after?.groups ?? [], tagged: true)
        self.regroup(id, before?.listings ?? [], after?.listings ?? [], tagged: false)
    }

    private func regroup(_ id: UInt128, _ before: [Tag], _ after: [Tag], tagged: Bool) {
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
    public func apply(_ event: DomainEvent, _ envelope: Envelope) -> [Tag] {
        self.position = envelope.position
        Effects.apply(event, envelope, to: self)
        defer { self.touched.removeAll(keepingCapacity: true) }
        return self.touched
    }

    func write(to writer: inout some StateWriter) throws {
        for entry in self.tables { try entry.table.write(to: &writer) }
    }

    /// Forgets everything, changed or not.
    public func removeAll(at position: Position) {
        for entry in self.tables { entry.table.removeAll() }
        self.index.removeAll()
        self.touched.removeAll()
        self.position = position
    }
}

/// A cache stands where a source does: a batch of decisions works over the views' own.
extension StateCache: StateSource {
    public func load<E: Stored>(_ id: ID<E>) -> LoadedState<E>? {
        if E.isKeptInLog && !self.keepsFacts { return self.source.load(id) }
        let table = self.table(E.self)
        let place = table.place(of: id.bits, in: self.source)
        let slot = table.slots[place]
        return slot.state.map { LoadedState(state: $0, changedAt: slot.changedAt) }
    }

    public func holder(of alias: Tag) -> UInt128? { self.index.holder(of: alias, in: self.source) }

    public func members(of group: Tag) -> [UInt128] { self.index.members(of: group, in: self.source) }
}
