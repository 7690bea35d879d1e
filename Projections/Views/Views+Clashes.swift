import LedgerDomain
import LedgerEvents

/// A name that two things hold, though one alone may.
package struct NameClash: Hashable, Sendable, CustomStringConvertible {
    package var name: EventTag
    /// The thing that the name stands for, and the other one.
    package var holder: UInt128
    package var other: UInt128
    package var otherKind: String
    /// The event that changed the other one last.
    package var position: Position

    package var description: String {
        "\(self.name) is held by \(UUIDText.format(self.holder)) and by \(self.otherKind) \(UUIDText.format(self.other)), last changed at "
            + "position \(self.position): the log's events contradict each other"
    }
}

extension Views {
    /// The names that two things hold at once: no decision leads to such events.
    package func clashes() throws -> [NameClash] {
        var clashes: [NameClash] = []
        for kind in ViewCatalog.kinds { try self.addClashes(kind, &clashes) }
        try self.throwIfFailed()
        return clashes
    }

    private func addClashes<E: Stored>(_ kind: E.Type, _ clashes: inout [NameClash]) throws {
        guard E.isIndexed else { return }
        try self.forEach(kind) { id, loaded in
            for alias in loaded.state.aliases {
                guard let holder = self.holder(of: alias), holder != id.bits else { continue }
                clashes.append(
                    NameClash(
                        name: alias, holder: holder, other: id.bits, otherKind: E.kind, position: loaded.changedAt))
            }
        }
    }
}
