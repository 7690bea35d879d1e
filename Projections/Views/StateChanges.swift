import LedgerDomain
import LedgerEvents

/// What changed in a cache over its source, to be written by whoever takes it over.
///
/// Another thread may write it while the cache is looked at, and not changed.
struct StateChanges {
    /// The position that the cache had come to.
    let position: Position
    private let tables: ContiguousArray<StateTable>
    /// Nil: free.
    let aliases: [EventTag: UInt128?]
    /// True: joined; false: left.
    let groups: [EventTag: [UInt128: Bool]]

    init(position: Position, tables: ContiguousArray<StateTable>, index: IndexCache) {
        self.position = position
        self.tables = tables
        self.aliases = index.aliases
        self.groups = index.changes
    }

    /// The states of one kind; nil where none was asked for.
    func table(of kind: any Stored.Type) -> StateTable? {
        self.tables.first { $0.type == ObjectIdentifier(kind) }
    }
}
