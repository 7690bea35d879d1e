import Dispatch
import EventLog

/// Hashes the stamped records of a group and grows the frontier by them, beside the writer.
// SAFETY: the batches are not changed while their records are hashed; `leaves` and `frontier` are read after `wait`.
final class LeafHashing: @unchecked Sendable {
    private static let queue = DispatchQueue(label: "agentledger.hashing", qos: .userInitiated)
    /// Fewer are hashed before another thread has woken up.
    private static let eventsWorthAThread = 100

    private let appends: [PendingAppend]
    private let group = DispatchGroup()
    private(set) var leaves: [MerkleHash] = []
    private(set) var frontier: MerkleFrontier

    init(_ appends: [PendingAppend], onto frontier: MerkleFrontier) {
        self.appends = appends
        self.frontier = frontier
        if appends.reduce(0, { $0 + $1.batch.count }) < Self.eventsWorthAThread {
            self.run()
        } else {
            Self.queue.async(group: self.group) { self.run() }
        }
    }

    func wait() { self.group.wait() }

    private func run() {
        for append in self.appends {
            let batch = append.batch
            for entry in batch.entries {
                let leaf = batch.leaf(entry)
                self.leaves.append(leaf)
                self.frontier.append(leaf)
            }
        }
    }
}
