import LedgerEvents
import LedgerRelations
import LedgerViews

/// What a stretch of the log did to the rows of some tables: table by table, thing by thing, in the order of the log.
///
/// On disk, in records whose keys are the table, the thing and the event's position.
struct ChangeStore {
    private let records: ScratchRecords

    init(_ records: ScratchRecords) { self.records = records }

    func put(_ change: RowChange, of relation: Int) throws {
        var key = [UInt8(relation)]
        withUnsafeBytes(of: change.id.bigEndian) { key += $0 }
        withUnsafeBytes(of: change.envelope.position.value.bigEndian) { key += $0 }
        var value: [UInt8] = []
        CellCoding.encode(change.before, into: &value)
        CellCoding.encode(change.after, into: &value)
        try self.records.put(key, value)
    }

    /// Hands over the changes of one table. `envelope` finds an event again.
    func forEach(
        of relation: Int, _ envelope: (Position) throws -> Envelope, _ body: (RowChange) throws -> Void
    ) throws {
        try self.records.forEach(under: [UInt8(relation)]) { key, value in
            let id = key[1..<17].reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
            let position = key[17...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            var reader = CellCoding.Reader(value)
            let (before, after) = (reader.cells(), reader.cells())
            try body(
                RowChange(id: id, before: before, after: after, envelope: try envelope(Position(position))))
        }
    }
}

extension LedgerHistory {
    /// The tables whose rows sum up what others did, which their own events do not tell.
    static let summing = LedgerSchema.relations.filter { relation in
        if case .states(false, _)? = relation.row { true } else { false }
    }

    /// Behind so many events, states are folded on disk, from the first event on; behind fewer, in memory, over those
    /// that stand at `start`.
    private static let stretch: UInt64 = 500_000

    /// Folds the events behind `start`, once for all these tables.
    func storeSums(after start: Position) throws -> ChangeStore {
        let store = ChangeStore(try self.makeRecords())
        let isShort = start > .start && self.position.value - start.value <= Self.stretch
        let walk =
            isShort
            ? RowWalk(of: Self.summing, from: try self.makeSnapshot(start).views)
            : RowWalk(of: Self.summing, in: try self.makeViews(start))
        try walk.run(.all, in: self.log, through: self.position) { try store.put($1, of: $0) }
        return store
    }
}
