import LedgerEvents

/// The state of one entity or fact, found by its `ID`.
public protocol LedgerState: Sendable {}

/// A state that the views keep by `kind` and id. Field numbers are the view's format, which may change: views are
/// rebuilt from the log.
@usableFromInline package protocol Stored: Record, Identified, Equatable, LedgerState {
    /// Whether `aliases`, `groups` or `listings` are ever filled; spares asking for things that come in millions.
    static var isIndexed: Bool { get }
    /// Whether the log alone keeps it: a fact that never changes is not stored twice.
    static var isKeptInLog: Bool { get }
    /// Whether the events that carry its tag tell all of it, sums included, so that it can be folded from them alone.
    static var isToldByItsTag: Bool { get }
    /// The names that this thing alone holds: `organization_slug:acme`. Events that change them carry them as tags,
    /// so that two writers cannot take one name.
    var aliases: [EventTag] { get }
    /// The sets that this thing is in: `organization_owners:ID`. Tags of the events that change them, too.
    var groups: [EventTag] { get }
    /// The sets that this thing is in and that no decision races for: kept by the views alone, never tags.
    var listings: [EventTag] { get }
}

extension Stored {
    @usableFromInline package static var isIndexed: Bool { false }
    @usableFromInline package static var isKeptInLog: Bool { false }
    @usableFromInline package static var isToldByItsTag: Bool { true }
    @usableFromInline package var aliases: [EventTag] { [] }
    @usableFromInline package var groups: [EventTag] { [] }
    @usableFromInline package var listings: [EventTag] { [] }
}

/// A thing with a life of its own: a state folded from its events, and a decider that says what may happen next.
@usableFromInline package protocol Entity: Stored {
    associatedtype Rules: Decider
    where
        Rules.State == Self, Rules.Event: EntityEvent, Rules.Command: EntityCommand,
        Rules.Surroundings == any DecisionContext

    var id: ID<Self> { get }
    /// The organization that the thing belongs to; nil where it stands above organizations.
    var owner: OrganizationID? { get }
    /// The user whom it is, or to whom it belongs where it belongs to no organization.
    var person: UserID? { get }
    /// The run of things that this belongs to.
    var correlation: CorrelationID? { get }
}

extension Entity {
    @usableFromInline package var owner: OrganizationID? { nil }
    @usableFromInline package var person: UserID? { nil }
    @usableFromInline package var correlation: CorrelationID? { nil }
}

/// A record about one entity, whose id is its first field.
@usableFromInline package protocol Targeted: Record {
    associatedtype Target: Identified
    var id: ID<Target> { get }
    /// The id of a new thing that was given none: `fresh`, unless the thing can be named by what it says.
    func newID(_ fresh: UInt128) -> UInt128
}

extension Targeted {
    @usableFromInline package func newID(_ fresh: UInt128) -> UInt128 { fresh }
}

/// A fact about one entity. Field numbers and names are stored. Add; never rename, reuse or remove.
@usableFromInline package protocol EntityPayload: EventPayload, Targeted {
    /// The numbers of id fields that do not become tags: what is only mentioned, not touched.
    static var mentions: [Int] { get }
    /// A tag that no field is.
    var furtherTag: EventTag? { get }
}

extension EntityPayload {
    @usableFromInline package static var mentions: [Int] { [] }
    @usableFromInline package var furtherTag: EventTag? { nil }
}

/// The events of one entity.
@usableFromInline package protocol EntityEvent: Equatable, Sendable {
    /// Hands the payload to a visitor.
    func accept<V: PayloadVisitor>(_ visitor: inout V) throws
    /// The id of the entity that the event is about.
    var target: UInt128 { get }
    static var cases: [EventCase<Self>] { get }
}

/// The commands of one entity.
@usableFromInline package protocol EntityCommand: Equatable, Sendable {
    /// Hands the payload to a visitor.
    func accept<V: TargetedVisitor>(_ visitor: inout V) throws
    /// The id of the entity that the command is about.
    var target: UInt128 { get }
    /// The type of the payload, of which each command has its own.
    var payloadType: ObjectIdentifier { get }
    static var cases: [CommandCase<Self>] { get }
    /// Whether the states already show that the entity does not exist, so that the log need not be searched for it.
    func isOfUnknown(in world: any DecisionContext) -> Bool
}

extension EntityCommand {
    @usableFromInline package func isOfUnknown(in world: any DecisionContext) -> Bool { false }
}

/// Payloads are given away: visiting their fields changes them, and so spares a copy.
@usableFromInline package protocol PayloadVisitor {
    mutating func visit<Payload: EntityPayload>(_ payload: consuming Payload) throws
}

@usableFromInline package protocol TargetedVisitor {
    mutating func visit<Payload: Targeted>(_ payload: consuming Payload) throws
}

/// What a decision may look at beside the thing itself. Whatever is looked at guards the append: if it changes before
/// the events are in the log, the decision is made again.
@usableFromInline package protocol DecisionContext {
    func find<E: Stored>(_ id: ID<E>) -> E?
    /// Like `find`, but does not guard the append: for what is guarded otherwise.
    func peek<E: Stored>(_ id: ID<E>) -> E?
    /// Like `peek`, but lends the thing where it lies, which spares copying it: to be looked at and not changed.
    func lend<E: Stored, Result>(_ id: ID<E>, _ body: (inout E?) throws -> Result) rethrows -> Result
    /// Whether there is such a thing; guards the append, as `find` does.
    func contains<E: Stored>(_ id: ID<E>) -> Bool
    /// Who holds an alias.
    func holder<E: Stored>(of alias: EventTag, as: E.Type) -> ID<E>?
    /// Who is in a group or listing, in the order of their ids.
    func members<E: Stored>(of group: EventTag, as: E.Type) -> [ID<E>]
    /// All prices that may hold for a thing by today's `PriceMatching`, list by list; empty lists are left out.
    func priceLists(for thing: PricedThing) -> [[Price]]
    /// The position of the event that changed the thing last; nil where there is none. Guards nothing.
    func changedAt<E: Stored>(_ id: ID<E>) -> Position?
    /// Hands over an organization's usage records that were recorded between two positions, in their order.
    func forEachUsage(
        of organization: OrganizationID, after: Position, before: Position, _ body: (UsageRecord) -> Void)
    /// Makes the decision again when such an event comes in between.
    func guardAgainst(_ item: @autoclosure () -> EventQuery.Item)
    /// The position up to which this world is known.
    var position: Position { get }
}

extension DecisionContext {
    package func lend<E: Stored, Result>(_ id: ID<E>, _ body: (inout E?) throws -> Result) rethrows -> Result {
        var state = self.peek(id)
        return try body(&state)
    }

    @usableFromInline package func contains<E: Stored>(_ id: ID<E>) -> Bool { self.find(id) != nil }

    /// The thing itself, or a refusal that names it.
    package func require<E: Stored>(_ id: ID<E>) throws(Rejection) -> E {
        guard let entity = self.find(id) else { throw .notFound(E.kind, id.description) }
        return entity
    }

    /// Refuses where there is no such thing.
    package func requireThere<E: Stored>(_ id: ID<E>) throws(Rejection) {
        guard self.contains(id) else { throw .notFound(E.kind, id.description) }
    }

    /// Refuses an alias that something else holds.
    package func requireFree<E: Stored>(_ alias: EventTag, for id: ID<E>, what: String) throws(Rejection) {
        if let holder = self.holder(of: alias, as: E.self), holder != id {
            throw Rejection(.notUnique, "\(what) is taken by \(E.kind) \(holder)")
        }
    }
}

// Looking at a payload copies it: commands and events that come in great numbers have their own answers.
extension EntityCommand {
    @inlinable
    package var target: UInt128 {
        var reader = TargetReader()
        do {
            try self.accept(&reader)
        } catch {
            preconditionFailure("reading a target cannot fail: \(error)")
        }
        return reader.target
    }

    @usableFromInline package var payloadType: ObjectIdentifier {
        var reader = PayloadTypeReader()
        do {
            try self.accept(&reader)
        } catch {
            preconditionFailure("looking at a command cannot fail: \(error)")
        }
        return reader.type
    }
}

extension EntityEvent {
    @inlinable
    package var target: UInt128 {
        var reader = TargetReader()
        do {
            try self.accept(&reader)
        } catch {
            preconditionFailure("reading a target cannot fail: \(error)")
        }
        return reader.target
    }
}

@usableFromInline
struct TargetReader: TargetedVisitor, PayloadVisitor {
    @usableFromInline var target: UInt128 = 0

    @inlinable init() {}

    @inlinable
    mutating func visit<Payload: Targeted>(_ payload: consuming Payload) { self.target = payload.id.bits }
    @inlinable
    mutating func visit<Payload: EntityPayload>(_ payload: consuming Payload) { self.target = payload.id.bits }
}

private struct PayloadTypeReader: TargetedVisitor {
    var type = ObjectIdentifier(Never.self)

    mutating func visit<Payload: Targeted>(_ payload: consuming Payload) { self.type = ObjectIdentifier(Payload.self) }
}
