/// How a ledger lies on disk, byte by byte. Stored: add; never rename, reuse or remove.
///
/// ```
/// LEDGER/
///   ledger.json                        {"format_version":1,"origin":"<uuid>","created":"<instant>"}
///   log/00000000000000000001/data.mdb  one LMDB environment per segment, named by its first position, 20 digits;
///                                      the last is written to (there is one for now)
///   log/00000000000000000001/lock.mdb  LMDB's lock and reader table
///   ledger.json.creating               only while a ledger is being created, or after that was interrupted
/// ```
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
/// tags         tag message                ->  positions (8 each; sorted, packed duplicates), all before the tail's
/// types        type name                  ->  positions (8 each; sorted, packed duplicates)
/// leaves       (position - 1) / 16 (8)    ->  up to 16 leaf hashes (32 each), those of 16n+1 ... 16n+16
///              RFC 6962 section 2.1: SHA-256 of 0x00 | record
/// idempotency  key                        ->  checksum (8) | first (8) | last (8) | recorded at (8) | fingerprint
///              checksum: XXH3-64 of the rest and then the key
/// meta         "state"                    ->  checksum (8) | recorded at (8) | size (8) | roots (32 each)
///              checksum: XXH3-64 of the rest; the Merkle frontier: size is the head, one root per bit set in it
/// ```
enum DiskLayout {
    static let formatVersion = 1

    static let identityFile = "ledger.json"
    static let creatingFile = "ledger.json.creating"
    static let logDirectory = "log"
    static let firstSegment = "00000000000000000001"

    static let checksumCount = 8
    static let leavesPerValue: UInt64 = 16
    static let stateKey: [UInt8] = Array("state".utf8)

    /// The map's size when a segment is made. Address space, not disk.
    static let initialMapBytes = 1 << 30

    enum Name {
        static let events = "events"
        static let tags = "tags"
        static let tagTails = "tag_tails"
        static let types = "types"
        static let leaves = "leaves"
        static let idempotency = "idempotency"
        static let meta = "meta"
    }
}
