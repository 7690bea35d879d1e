import LedgerDomain
import LedgerEvents
import LedgerLog

/// One event on a walk through the log, with what it is about to do to the views.
package struct ViewsStep {
    package let event: DomainEvent
    package let envelope: Envelope
    package let tags: [EventTag]
    /// The types of states that change.
    package let changed: Set<ObjectIdentifier>
    fileprivate let views: KeptViews
    fileprivate let states: StateCache

    /// Brings the views to just before the event.
    package func settleBefore() throws { try self.views.take(self.states) }
}

extension KeptViews {
    /// Folds what the log holds beyond the checkpoint, up to `limit`, one event after the other. `before` is asked of
    /// each, ahead of its effect, whether the views are to be read behind it; where it says so, they are written, and
    /// `after` called. In between, they stand at an earlier position, until the step's `settleBefore`.
    ///
    /// For views that nobody else moves.
    package func walk(
        to limit: Position, before: (ViewsStep) throws -> Bool, after: (ViewsStep) throws -> Void
    ) throws {
        let states = StateCache(over: self, at: self.position)
        var reader = EventReader()
        try self.log.read(.all, after: self.position, through: limit, limit: .max) { stored in
            let (event, envelope) = try reader.read(stored)
            let next = StateCache(over: states, at: states.position)
            Self.apply(event, envelope, to: next)
            try self.throwIfFailed()
            let step = ViewsStep(
                event: event, envelope: envelope, tags: try stored.tags(), changed: next.changedTypes, views: self,
                states: states)
            let isRead = try before(step)
            states.adopt(next)
            if isRead || states.bytes > self.cacheBytes { try self.take(states) }
            if isRead { try after(step) }
        }
        try self.take(states)
    }
}

extension StateCache {
    /// The types of which anything changed since the cache was empty.
    fileprivate var changedTypes: Set<ObjectIdentifier> {
        var types: Set<ObjectIdentifier> = []
        self.forEachTable { table in
            if table.slots.contains(where: \.isChanged) { types.insert(table.kind.type) }
        }
        return types
    }
}
