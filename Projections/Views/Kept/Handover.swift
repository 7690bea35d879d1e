import Dispatch
import Synchronization

/// States on their way into the views' file, written by another thread.
final class Handover: Sendable {
    /// Where the views come to.
    let target: ViewStore.Checkpoint
    private let result = Mutex<Result<Bool, any Error>?>(nil)
    private let writing = DispatchGroup()

    init(_ changes: StateChanges, from base: ViewStore.Checkpoint, into store: ViewStore, _ snapshots: SnapshotTaker?) {
        var target = base
        target.position = changes.position
        self.target = target
        // SAFETY: the changes are not changed until the other thread is done, and nobody asks for snapshots.
        nonisolated(unsafe) let work = (changes: changes, store: store, snapshots: snapshots)
        // A queue of its own has a thread of its own: whoever waits may hold the last of the others.
        DispatchQueue(label: "agentledger.views").async(group: self.writing) {
            let result = Result {
                let isWritten = try work.store.commit(work.changes, from: base)
                if isWritten { work.snapshots?.take(work.changes, from: base.position) }
                return isWritten
            }
            self.result.withLock { $0 = result }
        }
    }

    var hasEnded: Bool { self.result.withLock { $0 != nil } }

    /// Waits for the end; false when another process had moved the views on, and nothing was written.
    func wait() throws -> Bool {
        self.writing.wait()
        guard let result = self.result.withLock({ $0 }) else { preconditionFailure("what has ended has a result") }
        return try result.get()
    }
}
