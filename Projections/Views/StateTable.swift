import AgentDomain
import EventSourcing

/// The states of one kind that are in memory, changed in place.
final class StateTable<E: Stored> {
    struct Slot {
        let id: UInt128
        var state: E?
        var changedAt: Position
        var isChanged: Bool
    }

    private var places: [UInt128: Int] = [:]
    private(set) var slots: ContiguousArray<Slot> = []

    var count: Int { self.slots.count }

    func place(of id: UInt128, in source: any StateSource) -> Int {
        if let place = self.places[id] { return place }
        let loaded = source.load(ID<E>(bits: id))
        self.places[id] = self.slots.count
        self.slots.append(
            Slot(id: id, state: loaded?.state, changedAt: loaded?.changedAt ?? .start, isChanged: false))
        return self.slots.count - 1
    }

    func state(_ id: UInt128, in source: any StateSource) -> E? {
        let place = self.place(of: id, in: source)
        return self.slots[place].state
    }

    /// The state if it is in memory.
    func cached(_ id: UInt128) -> Slot? { self.places[id].map { self.slots[$0] } }

    func update(_ place: Int, at position: Position, _ body: (inout E?) -> Void) {
        body(&self.slots[place].state)
        self.slots[place].changedAt = position
        self.slots[place].isChanged = true
    }

    func removeAll() {
        self.places.removeAll(keepingCapacity: true)
        self.slots.removeAll(keepingCapacity: true)
    }

    /// What changed, in the order of the ids.
    func changes() -> [Slot] { self.slots.filter(\.isChanged).sorted { $0.id < $1.id } }
}

/// A table whose kind is forgotten.
protocol AnyStateTable: AnyObject {
    var count: Int { get }
    func removeAll()
    func write(to writer: inout some StateWriter) throws
}

/// Takes the changed states, kind by kind and in the order of their ids.
protocol StateWriter {
    mutating func write<E: Stored>(_ id: UInt128, _ state: E?, changedAt: Position) throws
}

extension StateTable: AnyStateTable {
    func write(to writer: inout some StateWriter) throws {
        for slot in self.changes() { try writer.write(slot.id, slot.state, changedAt: slot.changedAt) }
    }
}
