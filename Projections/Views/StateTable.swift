import AgentDomain
import EventSourcing

/// The states of one kind that are in memory, each in a box and changed in place.
///
/// Not generic itself: looking a state up is the most frequent thing there is, and code that does not know its types
/// until it runs would look up types each time.
final class StateTable {
    struct Slot {
        let id: UInt128
        /// A `StateBox` of the table's kind.
        let box: AnyObject
        var changedAt: Position
        var isChanged: Bool
    }

    let kind: any StateKind
    // Asked at every look-up, and never changed while it is looked at.
    @exclusivity(unchecked) private var places = IDPlaces()
    @exclusivity(unchecked) private(set) var slots: ContiguousArray<Slot> = []

    init(_ kind: any StateKind) { self.kind = kind }

    func place(of id: UInt128) -> Int? { self.places.find(id) { self.slots[$0].id } }

    /// Puts a state where there is none yet.
    func append(_ slot: consuming Slot) -> Int {
        self.places.append(slot.id) { self.slots[$0].id }
        self.slots.append(slot)
        return self.slots.count - 1
    }

    func markChanged(_ place: Int, at position: Position) {
        self.slots[place].changedAt = position
        self.slots[place].isChanged = true
    }

    /// Takes over what changed in a table over this one.
    func adopt(_ other: StateTable) {
        for slot in other.slots where slot.isChanged {
            if let place = self.place(of: slot.id) {
                self.slots[place] = slot
            } else {
                _ = self.append(slot)
            }
        }
    }

    /// Roughly what the table takes: slots, places, and boxes with a little for what the states point at.
    var bytes: Int { self.slots.count * (self.kind.boxBytes + 160) }

    func removeAll() {
        self.places.removeAll()
        self.slots.removeAll(keepingCapacity: true)
    }

    /// Hands over what changed, in the order of the ids.
    func write(to writer: inout some StateWriter) throws {
        var order: [(id: UInt128, place: Int32)] = []
        for place in self.slots.indices where self.slots[place].isChanged {
            order.append((self.slots[place].id, Int32(place)))
        }
        order.sort { $0.id < $1.id }
        for (_, place) in order { try self.kind.write(self.slots[Int(place)], to: &writer) }
    }
}

/// What a table has to know of its kind.
protocol StateKind {
    var type: ObjectIdentifier { get }
    var isKeptInLog: Bool { get }
    var boxBytes: Int { get }
    func write(_ slot: StateTable.Slot, to writer: inout some StateWriter) throws
}

struct StateKindOf<E: Stored>: StateKind {
    var type: ObjectIdentifier { ObjectIdentifier(E.self) }
    var isKeptInLog: Bool { E.isKeptInLog }
    var boxBytes: Int { MemoryLayout<E?>.stride + 16 }

    func write(_ slot: StateTable.Slot, to writer: inout some StateWriter) throws {
        let box = unsafeDowncast(slot.box, to: StateBox<E>.self)
        try writer.write(slot.id, box.state, changedAt: slot.changedAt)
    }
}

/// Takes the changed states, kind by kind and in the order of their ids.
protocol StateWriter {
    mutating func write<E: Stored>(_ id: UInt128, _ state: E?, changedAt: Position) throws
}
