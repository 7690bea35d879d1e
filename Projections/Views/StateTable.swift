import LedgerDomain
import LedgerEvents

/// The states of one kind that are in memory, each in a box and changed in place.
///
/// Not generic itself: looking a state up is the most frequent thing there is, and code that does not know its types
/// until it runs would look up types each time.
@usableFromInline
final class StateTable {
    @usableFromInline
    struct Slot {
        let id: UInt128
        /// A `StateBox` of the table's kind.
        let box: AnyObject
        var changedAt: Position
        var isChanged: Bool

        @usableFromInline
        init(id: UInt128, box: AnyObject, changedAt: Position, isChanged: Bool) {
            self.id = id
            self.box = box
            self.changedAt = changedAt
            self.isChanged = isChanged
        }
    }

    let kind: any StateKind
    let type: ObjectIdentifier
    // Asked at every look-up, and never changed while it is looked at.
    @exclusivity(unchecked) private var places = IDPlaces()
    /// The greatest id that has a place: what is new mostly has a greater one, which need not be looked for.
    @exclusivity(unchecked) private var greatest: UInt128 = 0
    @exclusivity(unchecked) private(set) var slots: ContiguousArray<Slot> = []
    /// Of facts on their way into the log, which is to keep them: the positions of their first events.
    @exclusivity(unchecked) private(set) var facts: ContiguousArray<Position> = []
    /// The greatest id that the source has, and the position that this was found out at.
    @exclusivity(unchecked) @usableFromInline var reach: (id: UInt128, asOf: Position)?
    private var scattered = 0

    init(_ kind: any StateKind) {
        self.kind = kind
        self.type = kind.type
    }

    @usableFromInline
    func box(at place: Int) -> AnyObject { self.slots[place].box }

    @usableFromInline
    func place(of id: UInt128) -> Int? { id > self.greatest ? nil : self.places.find(id) }

    /// Puts a state where there is none yet.
    @usableFromInline
    func append(_ slot: consuming Slot) -> Int {
        self.give(slot.id)
        if !Self.isTimeOrdered(slot.id) { self.scattered += 1 }
        self.slots.append(slot)
        return self.slots.count - 1
    }

    /// Remembers a fact by its first event.
    func note(_ id: UInt128, at position: Position) {
        if self.place(of: id) != nil { return }
        self.give(id)
        self.facts.append(position)
    }

    /// Gives an id that has no place yet the next one.
    private func give(_ id: UInt128) {
        self.places.append(id)
        self.greatest = max(self.greatest, id)
    }

    func markChanged(_ place: Int, at position: Position) {
        // A fold by time of occurrence takes events in another order than that of their positions.
        self.slots[place].changedAt = max(self.slots[place].changedAt, position)
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

    /// Roughly what the table takes: slots, places, and boxes with a little for what the states point at; and, once it
    /// is written, a page of the file for each id that has no neighbours.
    var bytes: Int { self.slots.count * (self.kind.boxBytes + 160) + self.scattered * 4096 }

    /// Ids of versions 7 and 8 begin with their time (RFC 9562), so what is written together lies together.
    private static func isTimeOrdered(_ id: UInt128) -> Bool { (7...8).contains(id >> 76 & 0xF) }

    func removeAll() {
        self.scattered = 0
        self.places.removeAll()
        self.greatest = 0
        self.slots.removeAll(keepingCapacity: true)
        self.facts.removeAll(keepingCapacity: true)
        self.reach = nil
    }

    /// Hands over what changed, in the order of the ids: what is stored of the state, or nil where it is gone. The bytes
    /// are lent for the call.
    func forEachChange(_ body: (UInt128, UnsafeRawBufferPointer?) throws -> Void) throws {
        var order: [(id: UInt128, place: Int32)] = []
        for place in self.slots.indices where self.slots[place].isChanged {
            order.append((self.slots[place].id, Int32(place)))
        }
        order.sort { $0.id < $1.id }
        let buffer = WireBuffer()
        for (id, place) in order {
            buffer.removeAll()
            let isThere = try self.kind.encode(self.slots[Int(place)], into: buffer)
            try body(id, isThere ? buffer.bytes : nil)
        }
    }
}

/// What a table has to know of its kind.
@usableFromInline
protocol StateKind {
    var type: ObjectIdentifier { get }
    var isKeptInLog: Bool { get }
    var boxBytes: Int { get }
    /// Adds what is stored of a state: the position of its last change, then its wire bytes. False when there is none.
    func encode(_ slot: StateTable.Slot, into buffer: WireBuffer) throws -> Bool
}

@usableFromInline
struct StateKindOf<E: Stored>: StateKind {
    @usableFromInline
    init() {}

    @usableFromInline var type: ObjectIdentifier { ObjectIdentifier(E.self) }
    @usableFromInline var isKeptInLog: Bool { E.isKeptInLog }
    @usableFromInline var boxBytes: Int { MemoryLayout<E?>.stride + 16 }

    @usableFromInline
    func encode(_ slot: StateTable.Slot, into buffer: WireBuffer) throws -> Bool {
        guard var state = unsafeDowncast(slot.box, to: StateBox<E>.self).state else { return false }
        var encoder = WireEncoder(buffer)
        encoder.fixed64(slot.changedAt.value)
        try state.fields(&encoder)
        return true
    }
}
