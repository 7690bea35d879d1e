/// Which events: any that one of the items matches. The empty query matches every event.
public struct EventQuery: Hashable, Sendable {
    /// Matches when the event's type is one of `types` (if any are named) and all of `tags` are present.
    public struct Item: Hashable, Sendable {
        public var types: [EventType]
        public var tags: [EventTag]

        public init(types: [EventType] = [], tags: [EventTag] = []) {
            self.types = types
            self.tags = tags
        }

        package func matches(type: EventType, tags: some Sequence<EventTag>) -> Bool {
            (self.types.isEmpty || self.types.contains(type)) && self.tags.allSatisfy { tags.contains($0) }
        }
    }

    public var items: [Item]

    public init(_ items: [Item]) { self.items = items }

    public init(types: [EventType] = [], tags: [EventTag] = []) { self.items = [Item(types: types, tags: tags)] }

    /// Every event.
    public static let all = EventQuery([])

    package var matchesEverything: Bool {
        self.items.isEmpty || self.items.contains { $0.types.isEmpty && $0.tags.isEmpty }
    }

    package func matches(type: EventType, tags: some Sequence<EventTag>) -> Bool {
        self.items.isEmpty || self.items.contains { $0.matches(type: type, tags: tags) }
    }
}

/// Refuses an append when the log holds an event after `after` that matches `query`.
///
/// Evaluated inside the single write transaction, so that of two writers who race exactly one wins.
package struct AppendCondition: Hashable, Sendable {
    package var query: EventQuery
    package var after: Position

    package init(failIfEventsMatch query: EventQuery, after: Position = .start) {
        self.query = query
        self.after = after
    }
}
