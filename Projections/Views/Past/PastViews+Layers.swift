import LedgerEvents
import LedgerLog

extension PastViews {
    /// Folds what follows on the layers up to a position, in layers without a name: as many events at a time as fit
    /// into memory.
    func extend(_ stack: inout LayerStack, to end: Position, _ progress: Views.Progress?) throws {
        let kept = stack.layers.count
        while stack.through < end {
            let source = LoggedStates(records: LayeredRecords(stack), log: self.log, limit: end)
            let states = StateCache(over: source, at: stack.through)
            try Views.fold(self.log, into: states, through: end, cacheBytes: self.cacheBytes, progress)
            try source.throwIfFailed()
            try self.append(states.changes, to: &stack)
            try self.compact(&stack, behind: kept)
        }
    }

    /// Lays what changed in a cache over the layers that it stood over.
    func append(_ changes: StateChanges, to stack: inout LayerStack) throws {
        let writer = try LayerWriter.write(changes, in: try PastFolders.scratch(self.folders))
        stack.append(try writer.finish(try self.identity(from: stack.through, through: changes.position)))
    }

    /// Merges layers without a name, so that each that stays is twice as large as the next, at least.
    func compact(_ stack: inout LayerStack, behind kept: Int) throws {
        while stack.layers.count - kept >= 2 {
            let last = stack.layers.suffix(2)
            guard let (larger, smaller) = last.first.flatMap({ first in last.last.map { (first, $0) } }),
                smaller.sizeBytes * 2 > larger.sizeBytes
            else { return }
            let merged = try LayerWriter.merge([larger, smaller], in: try PastFolders.scratch(self.folders))
            let identity = try self.identity(from: larger.identity.from, through: smaller.identity.through)
            stack.replace(from: stack.layers.count - 2, with: try merged.finish(identity))
        }
    }

    /// Makes what follows on the snapshots, with as many of these as belong in, one more snapshot. Where the folder
    /// cannot be written, nothing happens.
    func takeSnapshot(of stack: inout LayerStack) throws {
        guard let folders = self.folders, folders.snapshots.isWritable() else { return }
        let boundaries = folders.route(before: stack.snapshot, snapshotsOnly: true).boundaries
        // The number of this one; and how many intervals it is to cover.
        let number = boundaries.count
        let from = boundaries[number - (number & -number)]
        let first = stack.layers[..<stack.snapshots].firstIndex { $0.identity.from == from } ?? stack.snapshots
        try self.merge(&stack, from: first, into: folders.snapshots)
        try folders.snapshots.sweep(isWanted: self.isOurs)
    }

    /// Keeps what follows on the snapshots for when the same position is asked for again.
    func remember(_ stack: inout LayerStack) throws {
        guard let recent = self.folders?.recent, stack.layers.count > stack.snapshots, recent.isWritable() else {
            return
        }
        try self.merge(&stack, from: stack.snapshots, into: recent)
        recent.keepLatest(PastFolders.recentLayers, bytes: PastFolders.recentBytes)
    }

    /// Where there is no room, the layers stay as they are.
    private func merge(_ stack: inout LayerStack, from first: Int, into folder: LayerFolder) throws {
        let layers = Array(stack.layers[first...])
        guard let from = layers.first?.identity.from else { return }
        let identity = try self.identity(from: from, through: stack.through)
        do {
            let writer = try LayerWriter.merge(layers, in: folder.path)
            let layer = try writer.finish(identity, as: folder.path(of: identity))
            stack.replace(from: first, with: layer, isSnapshot: folder === self.folders?.snapshots)
        } catch let error as ViewsError where error.code == .unwritable {
            return
        }
    }
}
