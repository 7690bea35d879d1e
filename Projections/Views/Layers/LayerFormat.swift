import Glibc
import LedgerEvents
import LedgerLog

/// A layer is what changed in the views between two positions, in one file that never changes: sorted, checksummed, and
/// laid over what came before. One from the first event on is all there is.
///
/// ```
/// block*   records in the order of their keys, views one after the other; then where each begins (4 bytes each), then
///          how many there are (4)
///          record: length of key (4) | length of value (4) | key | value
/// index    for each view: length of its name (4) | name | number of blocks (4)
///          | for each block: place (8) | length (8) | XXH3-64 (8) | length of its first key (4) | first key
///          | where there are blocks: length of the last key (4) | last key
/// footer   "agtlayer" (8) | version of the views (8) | origin of the ledger (16) | behind position (8) | up to position (8)
///          | id of the event there (16) | place of the index (8) | its length (8) | its XXH3-64 (8)
///          | XXH3-64 of the footer so far (8)
///
/// <kind>   id (16)           ->  as in the views' file; nothing: it is gone
/// aliases  tag               ->  id (16); nothing: it is free
/// groups   tag | member (16) ->  1; nothing: it left
/// ```
/// Numbers are little-endian. Disposable: what is not as it should be is removed, and folded again from the log.
enum LayerFormat {
    static let blockBytes = 16 << 10
    static let footerBytes = 96
    static let magic = UInt64(littleEndian: 0x7265_7961_6C74_6761)
    static let memberBytes = 16

    /// How keys are ordered: byte by byte as LMDB does, in groups by the tag and then by the member.
    @inline(__always)
    static func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer, inGroups: Bool) -> Int {
        if inGroups {
            let (x, y) = (a.dropLast(Self.memberBytes), b.dropLast(Self.memberBytes))
            let order = Self.compare(UnsafeRawBufferPointer(rebasing: x), UnsafeRawBufferPointer(rebasing: y))
            if order != 0 { return order }
            return Self.compare(
                UnsafeRawBufferPointer(rebasing: a.suffix(Self.memberBytes)),
                UnsafeRawBufferPointer(rebasing: b.suffix(Self.memberBytes)))
        }
        return Self.compare(a, b)
    }

    @inline(__always)
    private static func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        guard let x = a.baseAddress, let y = b.baseAddress else { return a.count - b.count }
        let order = Int(memcmp(x, y, min(a.count, b.count)))
        return order != 0 ? order : a.count - b.count
    }
}

/// What a layer is a layer of.
struct LayerIdentity: Equatable {
    /// `ViewCatalog.version`.
    var version: UInt64
    /// The ledger's.
    var origin: UInt128
    /// It holds what the events behind this position did …
    var from: Position
    /// … up to and with this one …
    var through: Position
    /// … whose id this is. A log that was cut back and went on otherwise has another one there.
    var lastEvent: UInt128

    var name: String { Self.name(self.from, self.through) }

    static func name(_ from: Position, _ through: Position) -> String { "\(self.digits(from))-\(self.digits(through))" }

    private static func digits(_ position: Position) -> String {
        let digits = String(position.value)
        return String(repeating: "0", count: 20 - digits.count) + digits
    }

    /// The range that a file's name tells; nil for a name that is no layer's.
    static func range(named name: String) -> (from: Position, through: Position)? {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 20 }), let from = UInt64(parts[0]),
            let through = UInt64(parts[1]), from < through
        else { return nil }
        return (Position(from), Position(through))
    }
}
