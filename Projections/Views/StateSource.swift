import AgentDomain
import EventSourcing

/// Where states come from that are not in memory: the views on disk, or the cache below.
public protocol StateSource: AnyObject {
    /// Puts the state into the box, where there is one; returns the position of the event that changed it last.
    func load<E: Stored>(_ id: ID<E>, into box: StateBox<E>) -> Position
    func holder(of alias: Tag) -> UInt128?
    /// The members of a group or listing, in the order of their ids.
    func members(of group: Tag) -> [UInt128]
    /// Hands over an organization's usage records between two positions, in their order.
    func forEachUsage(
        of organization: OrganizationID, after: Position, before: Position, _ body: (UsageRecord) -> Void)
}

/// A state in memory, or the knowledge that there is none.
public final class StateBox<E: Stored> {
    @exclusivity(unchecked) public var state: E?

    @inlinable
    public init() {}
}

/// A state, and the position of the event that changed it last.
public struct LoadedState<E: Stored> {
    public var state: E
    public var changedAt: Position

    @inlinable
    public init(state: E, changedAt: Position) {
        self.state = state
        self.changedAt = changedAt
    }
}
