import LedgerEvents
import LedgerLog

/// Leaves a snapshot at each interval that kept views pass, made of what these have folded anyway.
final class SnapshotTaker {
    private let past: PastViews
    /// The snapshots, and over them what was folded since; nil before it looked.
    private var stack: LayerStack?
    /// The last position that snapshots come to; nil before it looked.
    private var last: Position?
    private var hasFailed = false

    /// What was folded in smaller steps than an interval divided by this is not kept until then: it is folded again.
    private static let steps: UInt64 = 16
    /// Further behind than so many intervals, it is left to whoever asks for the past.
    private static let farBehind: UInt64 = 4

    init(_ past: PastViews) { self.past = past }

    /// Where the next snapshot is due, for views that stand at a position.
    func due(after position: Position) -> Position {
        guard self.past.interval > 0, !self.hasFailed else { return .end }
        let last = self.last ?? self.past.lastSnapshot(before: position)
        self.last = last
        let due = Position(last.value + self.past.interval)
        return due > position ? due : Position(position.value + self.past.interval)
    }

    /// Takes a look at what the views, which stood at `from`, take over. Snapshots are disposable: where one
    /// cannot be taken, it is made when somebody asks for the past.
    func take(_ changes: StateChanges, from: Position) {
        guard self.past.interval > 0, !self.hasFailed else { return }
        do {
            self.stack = try self.followed(by: changes, from: from)
        } catch {
            self.hasFailed = true
            self.stack = nil
        }
    }

    private func followed(by changes: StateChanges, from: Position) throws -> LayerStack? {
        var stack = try self.stack ?? self.past.layers(before: from, snapshotsOnly: true)
        let interval = self.past.interval
        let isDue = changes.position.value - stack.snapshot.value >= interval
        guard isDue || changes.position.value - from.value >= interval / Self.steps else { return self.stack }
        guard from.value - stack.through.value <= interval * Self.farBehind else { return nil }
        try self.past.extend(&stack, to: from, nil)
        try self.past.append(changes, to: &stack)
        try self.past.compact(&stack, behind: stack.snapshots)
        guard isDue else { return stack }
        let before = stack.snapshot
        // Another process may have been here.
        guard try self.past.layers(before: changes.position, snapshotsOnly: true).snapshot == before else { return nil }
        try self.past.takeSnapshot(of: &stack)
        self.hasFailed = stack.snapshot == before
        self.last = stack.snapshot
        return self.hasFailed ? nil : stack
    }
}
