import LedgerDomain
import LedgerEvents

/// The records of all views, wherever they are kept. A view is told by its place in `ViewCatalog.names`.
protocol ViewRecords: AnyObject {
    /// Runs `body` on the value of a key; nil where there is none.
    func withValue<Result>(
        of key: UnsafeRawBufferPointer, in view: Int, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result?
    /// Hands over every record of a view in the order of the keys, as of one moment: of groups, one for each member.
    func forEachRecord(
        in view: Int, _ body: (_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) throws -> Void) throws
    /// The members of a group, whose tag's bytes these are, in the order of their ids.
    func members(of group: [UInt8]) throws -> [UInt128]
    func count(in view: Int) throws -> Int
    /// An id that no key of a view goes beyond; `.max` where that is not known.
    func greatestID(in view: Int) throws -> UInt128
}

extension ViewRecords {
    func greatestID(in view: Int) -> UInt128 { .max }
}

/// The value of a state's record: the position of its last change (8 bytes, little-endian), its wire bytes.
struct StateRecord {
    let changedAt: Position
    let bytes: UnsafeRawBufferPointer

    init(_ value: UnsafeRawBufferPointer, of kind: any Stored.Type) throws {
        guard value.count >= 8 else { throw ViewsError(.damaged, "\(kind.kind.withArticle) in the views is cut short") }
        self.changedAt = Position(UInt64(littleEndian: value.loadUnaligned(as: UInt64.self)))
        self.bytes = UnsafeRawBufferPointer(rebasing: value[8...])
    }
}

extension LoadedState {
    init(record: UnsafeRawBufferPointer) throws {
        let record = try StateRecord(record, of: E.self)
        self.init(state: try WireDecoder.decode(E.self, record.bytes), changedAt: record.changedAt)
    }
}
