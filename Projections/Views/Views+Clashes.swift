import AgentDomain
import EventSourcing

/// A name that two things hold, though one alone may.
public struct NameClash: Hashable, Sendable, CustomStringConvertible {
    public var name: Tag
    /// The thing that the name stands for, and the other one.
    public var holder: UInt128
    public var other: UInt128
    public var otherKind: String
    /// The event that changed the other one last.
    public var position: Position

    public var description: String {
        "\(self.name) is held by \(UUIDText.format(self.holder)) and by \(self.otherKind) \(UUIDText.format(self.other)), last changed at "
            + "position \(self.position): the log's events contradict each other"
    }
}

extension Views {
    /// The names that two things hold at once: no decision leads to such events.
    public func clashes() throws -> [NameClash] {
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
