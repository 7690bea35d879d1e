import LedgerEvents
import LedgerLog

/// An event's place among those that led to it and to which it led.
package struct CausedEvent: Hashable, Sendable {
    package var position: Position
    /// How many events led to it, one to the other.
    package var depth: Int
}

extension LedgerReader {
    /// The events of a run of things, with all that they led to and what led to the first of them, up to a moment: each
    /// behind its cause, and what one event led to in the order of the log.
    ///
    /// Nothing but the log knows causes: this reads through it, as often as it takes to come to the first cause, and
    /// holds what it finds.
    package func causalTree(of correlation: CorrelationID, at moment: Moment = .end) throws -> [CausedEvent] {
        let end = try self.position(of: moment)
        var nodes: [EventID: Node] = [:]
        try self.log.read(.all, after: .start, through: end, limit: .max) { stored in
            let isCaused = stored.causation.map { nodes[$0] != nil } ?? false
            guard stored.correlation == correlation || isCaused else { return }
            nodes[stored.id] = Node(position: stored.position, causation: stored.causation)
        }
        // A cause stands before what it led to: each reading through the log comes to one that is further back.
        var wanted = Set(nodes.values.compactMap(\.causation)).subtracting(nodes.keys)
        while !wanted.isEmpty {
            var causes: [EventID: Node] = [:]
            try self.log.read(.all, after: .start, through: end, limit: .max) { stored in
                guard wanted.contains(stored.id) else { return }
                causes[stored.id] = Node(position: stored.position, causation: stored.causation)
            }
            nodes.merge(causes) { known, _ in known }
            wanted = Set(causes.values.compactMap(\.causation)).subtracting(nodes.keys)
        }
        return Self.ordered(nodes)
    }

    private static func ordered(_ nodes: [EventID: Node]) -> [CausedEvent] {
        var roots: [EventID] = []
        var children: [EventID: [EventID]] = [:]
        for (id, node) in nodes.sorted(by: { $0.value.position > $1.value.position }) {
            if let cause = node.causation, nodes[cause] != nil {
                children[cause, default: []].append(id)
            } else {
                roots.append(id)
            }
        }
        // The last is taken first, so the latest went in first.
        var open = roots.map { ($0, 0) }
        var events: [CausedEvent] = []
        while let (id, depth) = open.popLast() {
            guard let node = nodes[id] else { continue }
            events.append(CausedEvent(position: node.position, depth: depth))
            for child in children[id] ?? [] { open.append((child, depth + 1)) }
        }
        return events
    }

    private struct Node {
        var position: Position
        var causation: EventID?
    }
}
