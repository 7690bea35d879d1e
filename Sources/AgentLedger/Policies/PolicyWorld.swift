import LedgerDomain
import LedgerEvents
import LedgerViews

/// The states for a policy to look at. It may go through many: what it looks at is not kept in memory.
struct PolicyWorld: DecisionContext {
    private let source: any StateSource
    let position: Position

    init(_ states: StateCache) {
        self.source = states
        self.position = states.position
    }

    func find<E: Stored>(_ id: ID<E>) -> E? {
        let box = StateBox<E>()
        _ = self.source.load(id, into: box)
        return box.state
    }

    func peek<E: Stored>(_ id: ID<E>) -> E? { self.find(id) }

    func holder<E: Stored>(of alias: EventTag, as: E.Type) -> ID<E>? {
        self.source.holder(of: alias).map { ID(bits: $0) }
    }

    func members<E: Stored>(of group: EventTag, as: E.Type) -> [ID<E>] {
        self.source.members(of: group).map { ID(bits: $0) }
    }

    func changedAt<E: Stored>(_ id: ID<E>) -> Position? {
        let box = StateBox<E>()
        let position = self.source.load(id, into: box)
        return box.state == nil ? nil : position
    }

    func forEachUsage(
        of organization: OrganizationID, after: Position, before: Position, _ body: (UsageRecord) -> Void
    ) {
        self.source.forEachUsage(of: organization, after: after, before: before, body)
    }

    /// Nothing is appended upon what a policy saw: its commands are decided upon what they find.
    func guardAgainst(_: @autoclosure () -> EventQuery.Item) {}
}
