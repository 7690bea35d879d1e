import LedgerLog

/// A mistake that a writer can be told to make, so that the crash suite shows that it would find it. See
/// docs/crash-testing.md.
package enum PlantedBug: String, CaseIterable, Sendable {
    /// A commit returns before its pages are on the device.
    case acknowledgeBeforeSync = "acknowledge-before-sync"
    /// The last tag of a commit does not come into the index.
    case skipIndexEntry = "skip-index-entry"
    /// The Merkle frontier is stored without the last record's hash.
    case wrongFrontier = "wrong-frontier"
    /// An append begins at the last position instead of behind it.
    case reusePosition = "reuse-position"
}

extension MerkleFrontier {
    var withoutLastHash: MerkleFrontier {
        MerkleFrontier(size: self.size, roots: self.roots.dropLast() + [MerkleTree.emptyRoot]) ?? self
    }
}
