import LedgerEvents
import LedgerLog

/// The views at any moment: the layers that lie before it, and over them the rest, folded from the log.
///
///     snapshots/<from>-<through>         layers that stay; the range's ends have 20 digits each
///     snapshots/recent/<from>-<through>  what was folded over them for the positions that were asked for last
///
/// Snapshot number k, one an interval, goes back over as many intervals as the largest power of two that divides k: so
/// any position has a few layers before it, at most as many as k has binary digits. All of it is disposable: what is
/// missing or damaged is folded again. Not for use from two threads at once; any number of processes may.
package final class PastViews {
    /// Events from one snapshot to the next.
    package static let defaultInterval: UInt64 = 1_000_000
    /// Files that turn out to be damaged one after the other while one position is asked for.
    private static let attempts = 100

    package let interval: UInt64
    let log: any EventLog
    let origin: UInt128
    let cacheBytes: Int
    /// Nil where nothing is kept.
    let folders: PastFolders?

    /// - Parameters:
    ///   - path: the folder of snapshots; made when there is something to put in. Where it cannot be written, nothing
    ///     but the positions asked for last is kept, in TMPDIR.
    ///   - interval: events from one snapshot to the next; 0: none are taken, those that are there are used.
    ///   - cacheBytes: how much is folded in memory before it is written, roughly.
    package init(
        path: String, log: any EventLog, origin: UInt128, interval: UInt64 = PastViews.defaultInterval,
        cacheBytes: Int = Views.defaultCacheBytes
    ) {
        self.log = log
        self.origin = origin
        self.interval = interval
        self.cacheBytes = cacheBytes
        self.folders = PastFolders(path, origin: origin)
    }

    /// Views that are folded from the first event, whatever was folded before, and leave nothing behind.
    package static func folded(
        from log: any EventLog, to position: Position, cacheBytes: Int = Views.defaultCacheBytes,
        progress: Views.Progress? = nil
    ) throws -> Views {
        try PastViews(log, cacheBytes: cacheBytes).views(at: position, progress: progress)
    }

    /// Views of a part of the log, folded in the order in which its events occurred, with the number of events that had to
    /// be applied where they were recorded (see `OccurrenceFold`). In memory, unless events occurred as recorded.
    package static func foldedAsOccurred(
        from log: OccurredEvents, to position: Position, progress: Views.Progress? = nil
    ) throws -> (views: Views, appliedWhereRecorded: Int) {
        if try OccurrenceFold.isInOrder(log, through: position) {
            return (try self.folded(from: log, to: position, progress: progress), 0)
        }
        let past = PastViews(log, cacheBytes: .max)
        var stack = LayerStack()
        let source = LoggedStates(records: LayeredRecords(stack), log: log, limit: position)
        let states = StateCache(over: source, at: .start)
        var fold = try OccurrenceFold(log, through: position)
        try fold.run(into: states) { progress?(Position(UInt64($0)), Position(UInt64($1))) }
        try source.throwIfFailed()
        states.position = position
        try past.append(states.changes, to: &stack)
        let records = LayeredRecords(stack) { throw $0 }
        return (
            Views(LoggedStates(records: records, log: log, limit: position), at: position), fold.appliedWhereRecorded
        )
    }

    private init(_ log: any EventLog, cacheBytes: Int) {
        self.log = log
        self.origin = 0
        self.interval = 0
        self.cacheBytes = cacheBytes
        self.folders = nil
    }

    /// All states as of a position, which the log has reached. They stay as they are, whatever is written or removed
    /// meanwhile.
    package func views(at position: Position, progress: Views.Progress? = nil) throws -> Views {
        let records = LayeredRecords(try self.stack(at: position, progress)) { damage in
            self.folders?.remove(damage)
            return try self.stack(at: position, nil)
        }
        return Views(LoggedStates(records: records, log: self.log, limit: position), at: position)
    }

    private func stack(at position: Position, _ progress: Views.Progress?) throws -> LayerStack {
        for _ in 0..<Self.attempts {
            do {
                return try self.folded(to: position, progress)
            } catch let damage as Layer.Damage {
                self.folders?.remove(damage)
            }
        }
        throw ViewsError(
            .damaged,
            "what was just written cannot be read, again and again: the disk below the snapshots or TMPDIR is broken")
    }

    /// Layers that come to exactly this position, the rest folded where there are none so far. Leaves a snapshot at each
    /// interval on the way.
    private func folded(to position: Position, _ progress: Views.Progress?) throws -> LayerStack {
        var stack = try self.layers(before: position)
        if stack.through == position {
            self.folders?.touch(stack)
            return stack
        }
        var boundary = stack.snapshot
        let progress = progress.map { progress in { done, _ in progress(done, position) } as Views.Progress }
        while stack.through < position {
            let next = self.interval == 0 ? position : Position(boundary.value + self.interval)
            try self.extend(&stack, to: max(stack.through, min(position, next)), progress)
            if self.interval > 0, stack.through.value - boundary.value >= self.interval {
                boundary = stack.through
                try self.takeSnapshot(of: &stack)
            }
        }
        progress?(position, position)
        try self.remember(&stack)
        return stack
    }

    /// The layers that are kept, as near to a position as there are.
    func layers(before position: Position, snapshotsOnly: Bool = false) throws -> LayerStack {
        guard let folders = self.folders else { return LayerStack() }
        while true {
            let route = folders.route(before: position, snapshotsOnly: snapshotsOnly)
            let snapshots = try route.snapshots.map { try folders.snapshots.layer($0, isWanted: self.isOurs) }
            let last = try route.last.map { try folders.recent.layer($0, isWanted: self.isOurs) }
            let layers = (snapshots + (last.map { [$0] } ?? [])).compactMap { $0 }
            // What cannot be used is no longer in the folder.
            guard layers.count == snapshots.count + (last == nil ? 0 : 1) else { continue }
            return LayerStack(layers, snapshots: snapshots.count)
        }
    }

    /// The position that snapshots come to, going by the names of their files.
    func lastSnapshot(before position: Position) -> Position {
        self.folders?.route(before: position, snapshotsOnly: true).boundaries.last ?? .start
    }

    /// Whether a layer is one of this version, this ledger and this course of things.
    func isOurs(_ identity: LayerIdentity) throws -> Bool {
        guard identity.version == ViewCatalog.version, identity.origin == self.origin else { return false }
        return try identity.lastEvent == self.event(at: identity.through)
    }

    func identity(from: Position, through: Position) throws -> LayerIdentity {
        LayerIdentity(
            version: UInt64(ViewCatalog.version), origin: self.origin, from: from, through: through,
            lastEvent: try self.event(at: through) ?? 0)
    }

    private func event(at position: Position) throws -> UInt128? {
        var id: UInt128?
        let before = Position(position.value - 1)
        try self.log.read(.all, after: before, through: position, limit: 1) { id = $0.id.bits }
        return id
    }
}
