import Dispatch
import Synchronization

/// What views take over at once: what changed since they were written last.
struct Takeover {
    let changes: StateChanges
    /// Where the views stand.
    let base: ViewStore.Checkpoint
    let store: ViewStore
    let snapshots: SnapshotTaker?

    /// Where the views come to.
    var target: ViewStore.Checkpoint {
        var target = self.base
        target.position = self.changes.position
        return target
    }

    /// False, and nothing written, when another process had moved the views on.
    func write() throws -> Bool {
        guard try self.store.commit(self.changes, from: self.base) else { return false }
        self.snapshots?.take(self.changes, from: self.base.position)
        return true
    }
}

/// States on their way into the views' file, written by another thread.
final class Handover: Sendable {
    let target: ViewStore.Checkpoint
    private let result = Mutex<Result<Bool, any Error>?>(nil)
    private let writing = DispatchGroup()

    init(_ takeover: Takeover) {
        self.target = takeover.target
        // SAFETY: the changes are not changed until the other thread is done, and nobody asks for snapshots.
        nonisolated(unsafe) let takeover = takeover
        // A queue of its own has a thread of its own: whoever waits may hold the last of the others.
        DispatchQueue(label: "agentledger.views").async(group: self.writing) {
            let result = Result { try takeover.write() }
            self.result.withLock { $0 = result }
        }
    }

    var hasEnded: Bool { self.result.withLock { $0 != nil } }

    /// Waits for the end; what `Takeover.write` says.
    func wait() throws -> Bool {
        self.writing.wait()
        guard let result = self.result.withLock({ $0 }) else { preconditionFailure("what has ended has a result") }
        return try result.get()
    }
}
