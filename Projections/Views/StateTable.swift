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

    /// Lends the state where it lies, to be looked at and not changed.
    func lend<Result>(_ id: UInt128, in source: any StateSource, _ body: (inout E?) -> Result) -> Result {
        let place = self.place(of: id, in: source)
        return body(&self.slots[place].state)
    }

    /// Takes on a state that changed elsewhere.
    func put(_ slot: Slot) {
        if let place = self.places[slot.id] {
            self.slots[place] = slot
        } else {
            self.places[slot.id] = self.slots.count
            self.slots.append(slot)
        }
    }

    /// Roughly what the table takes: the slot, its place, and a little for what the state points at.
    var bytes: Int { self.slots.count * (MemoryLayout<Slot>.stride + 160) }

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
    var bytes: Int { get }
    func removeAll()
    func handChanges(to cache: StateCache)
    func write(to writer: inout some StateWriter) throws
}

/// Takes the changed states, kind by kind and in the order of their ids.
protocol StateWriter {
    mutating func write<E: Stored>(_ id: UInt128, _ state: E?, changedAt: Position) throws
}

extension StateTable: AnyStateTable {
    func handChanges(to cache: StateCache) {
        if E.isKeptInLog && !cache.keepsFacts { return }
        let table = cache.table(E.self)
        for slot in self.slots where slot.isChanged { table.put(slot) }
    }

    func write(to writer: inout some StateWriter) throws {
        for slot in self.changes() { try writer.write(slot.id, slot.state, changedAt: slot.changedAt) }
    }
}
