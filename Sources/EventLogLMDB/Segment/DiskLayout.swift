import LedgerEvents

/// How a ledger lies on disk, byte by byte. Stored: add; never rename, reuse or remove.
///
/// ```
/// LEDGER/
///   ledger.json                            {"format_version":1,"origin":"<uuid>","created":"<instant>",
///                                          "segment_events":<n>,"segment_bytes":<n>}; the last two may be missing;
///                                          of a fork: "parent_origin":"<uuid>","parent_position":<n>, too
///   log/00000000000000000001/data.mdb      a segment: one LMDB environment, named by its first position, 20 digits;
///                                          read-only (mode) once it is sealed and compacted, and then for ever
///   log/00000000000016000001/data.mdb      the next segment; the last is the active one, which is written to
///   log/00000000000016000001/lock.mdb      LMDB's lock and reader table; only beside what is not compacted
///   log/00000000000000000001/compacting/   only while a sealed segment is being compacted, or after a crash then
///   log/next/                              an empty segment, prepared when the active one is nearly full
///   log/making/                            only while a segment is being made, or after a crash then
///   ledger.json.creating                   only while a ledger is being created, or after that was interrupted
/// ```
///
/// The chain of segments: the commit that fills a segment puts the mark into its state. Before that commit the next one
/// stands on the device, complete and empty; one that stands behind a segment without a mark was left by a crash.
///
/// A segment's databases. Numbers are little-endian; LMDB's integer keys are in the machine's order, which on every
/// machine we build for is the same.
///
/// ```
/// events       position (8, integer key)  ->  checksum (8) | record
///              checksum: XXH3-64 of the record
///              record: protobuf message Event; position at byte 1, recording time at byte 10, then as authored
/// tag_tails    tag message                ->  number of positions in `tags` (varint)
///                                             | first position (8) | distance of each further one (varint)
///              0x00 | type name           ->  the same, of `types`; a type that was met before this was kept
///                                             may have none
/// tags         tag message                ->  positions (8 each; sorted, packed duplicates), all before the tail's
/// types        type name                  ->  likewise
/// leaves       (position - f) / 16 (8)    ->  up to 16 leaf hashes (32 each), those of f+16n ... f+16n+15, where f is
///              the segment's first position; RFC 6962 section 2.1: SHA-256 of 0x00 | record
/// idempotency  key                        ->  checksum (8) | first (8) | last (8) | recorded at (8) | fingerprint
///              checksum: XXH3-64 of the rest and then the key
/// meta         "state"                    ->  checksum (8) | recorded at (8) | size (8) | roots (32 each)
///                                             | in a sealed segment: first position of the next one (8)
///              checksum: XXH3-64 of the rest; the Merkle frontier of the whole log up to here: size is the head, one
///              root per bit set in it. A new segment carries on that of the one before
///              "previous"                 ->  checksum (8) | first (8) | last (8) | root (32)
///              in all but the first segment: the range of the one before, and the root of the log up to its end;
///              checksum: XXH3-64 of the rest
/// ```
///
/// All databases speak of their segment's positions alone.
enum DiskLayout {
    static let formatVersion = 1

    static let identityFile = "ledger.json"
    static let creatingFile = "ledger.json.creating"
    static let logDirectory = "log"
    static let nextSegment = "next"
    static let makingSegment = "making"
    static let compacting = "compacting"
    static let dataFile = "data.mdb"
    static let lockFile = "lock.mdb"

    static let checksumCount = 8
    static let leavesPerValue: UInt64 = 16
    static let stateKey: [UInt8] = Array("state".utf8)
    static let previousKey: [UInt8] = Array("previous".utf8)

    /// The map's size when a segment is made. Address space, not disk.
    static let initialMapBytes = 1 << 30

    enum Name {
        static let events = "events"
        static let tags = "tags"
        static let tails = "tag_tails"
        static let types = "types"
        static let leaves = "leaves"
        static let idempotency = "idempotency"
        static let meta = "meta"
    }
}

// Names of segments.
extension DiskLayout {
    private static let nameCount = 20

    static func segmentName(_ first: Position) -> String {
        let digits = String(first.value)
        return String(repeating: "0", count: self.nameCount - digits.count) + digits
    }

    /// Nil for the name of anything else.
    static func firstPosition(ofSegment name: String) -> Position? {
        guard name.utf8.count == self.nameCount, name.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let first = UInt64(name), first > 0
        else { return nil }
        return Position(first)
    }

    /// The key of the value of `leaves` that a position belongs to, and its place in there.
    static func leafPlace(_ position: Position, in first: Position) -> (key: UInt64, index: Int) {
        let (key, index) = (position.value - first.value).quotientAndRemainder(dividingBy: self.leavesPerValue)
        return (key, Int(index))
    }
}
