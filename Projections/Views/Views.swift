import LedgerDomain
import LedgerEvents
import LedgerLog

/// All states as of one position: to be looked at.
///
/// Of the end of the log they are kept (`KeptViews`), of any other moment made from the layers that lie before it
/// (`PastViews`). Not for use from two threads at once.
@usableFromInline package class Views {
    let source: LoggedStates
    /// The event that the views have come to.
    package internal(set) var position: Position

    /// Told now and then how far a long fold has come.
    package typealias Progress = (_ done: Position, _ of: Position) -> Void

    package static let defaultCacheBytes = 256 << 20

    init(_ source: LoggedStates, at position: Position) {
        self.source = source
        self.position = position
    }

    var records: any ViewRecords { self.source.records }

    /// Does to states and sums what an event says; returns the aliases and groups that it changed.
    @discardableResult
    package static func apply(_ event: DomainEvent, _ envelope: Envelope, to states: StateCache) -> [EventTag] {
        let touched: [EventTag]
        switch event {
        case .workflowExecution(let change):
            let id = WorkflowExecutionID(bits: change.target)
            let before = states.lend(id) { RunOutcome(&$0) }
            touched = states.apply(event, envelope)
            Totals.replace(before, by: states.lend(id) { RunOutcome(&$0) }, in: states)
            Totals.apply(event, envelope, to: states)
        case .agentExecution(let change):
            let id = AgentExecutionID(bits: change.target)
            let before = states.lend(id) { AgentPlace(&$0) }
            touched = states.apply(event, envelope)
            Totals.apply(event, envelope, to: states)
            Totals.count(before, states.lend(id) { AgentPlace(&$0) }, in: states)
        default:
            touched = states.apply(event, envelope)
            Totals.apply(event, envelope, to: states)
        }
        return touched
    }

    /// Folds what the log holds behind a cache's position, up to `end` or until the cache holds more than `cacheBytes`.
    static func fold(
        _ log: any EventLog, into states: StateCache, through end: Position, cacheBytes: Int, _ progress: Progress?
    ) throws {
        do {
            try DecodeAhead.forEach(of: log, after: states.position, through: end) { decoded in
                Self.apply(decoded.event, decoded.envelope, to: states)
                if states.position.value % 4096 == 0 {
                    progress?(states.position, end)
                    if states.bytes > cacheBytes { throw CacheIsFull() }
                }
            }
            states.position = end
        } catch is CacheIsFull {
            // The rest comes in the next stretch.
        }
    }

    private struct CacheIsFull: Error {}

    // MARK: Looking

    /// The state with this id as of `position`, or nil.
    package func find<E: Stored>(_ id: ID<E>) throws -> E? { try self.look(id)?.state }

    /// The same, with the position of the event that changed it last.
    @usableFromInline package func look<E: Stored>(_ id: ID<E>) throws -> LoadedState<E>? {
        let box = StateBox<E>()
        let changedAt = self.load(id, into: box)
        try self.throwIfFailed()
        return box.state.map { LoadedState(state: $0, changedAt: changedAt) }
    }

    /// Hands over every state of a kind, in the order of the ids; fields that are not in `wanted` keep their default.
    @inlinable
    package func forEach<E: Stored>(
        _ kind: E.Type, only wanted: FieldSet = .all, _ body: (ID<E>, LoadedState<E>) throws -> Void
    ) throws {
        try self.forEachRecord(of: kind) { id, changedAt, bytes in
            let state = try WireDecoder.decode(E.self, bytes, only: wanted)
            try body(ID(bits: id), LoadedState(state: state, changedAt: changedAt))
        }
    }

    /// The same in wire bytes, each with the position of its last change.
    @usableFromInline
    package func forEachRecord(
        of kind: any Stored.Type, _ body: (UInt128, Position, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try self.records.forEachRecord(in: ViewCatalog.place(of: kind)) { key, value in
            let record = try StateRecord(value, of: kind)
            try body(ViewKey(key.bytes).bits, record.changedAt, record.bytes)
        }
    }

    package func count<E: Stored>(of kind: E.Type) throws -> Int {
        try self.records.count(in: ViewCatalog.place(of: kind))
    }

    /// Throws what went wrong while a state was looked up in a place that could not throw.
    package func throwIfFailed() throws { try self.source.throwIfFailed() }
}

extension Views: StateSource {
    @usableFromInline package func load<E: Stored>(_ id: ID<E>, into box: StateBox<E>) -> Position {
        self.source.load(id, into: box)
    }
    @usableFromInline package func holder(of alias: EventTag) -> UInt128? { self.source.holder(of: alias) }
    @usableFromInline package func members(of group: EventTag) -> [UInt128] { self.source.members(of: group) }

    @usableFromInline package func greatestID<E: Stored>(_ kind: E.Type) -> UInt128 { self.source.greatestID(kind) }

    @usableFromInline package func forEachUsage(
        of organization: OrganizationID, after: Position, before: Position, _ body: (UsageRecord) -> Void
    ) {
        self.source.forEachUsage(of: organization, after: after, before: before, body)
    }
}
