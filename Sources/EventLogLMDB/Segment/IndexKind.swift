import LedgerLMDB
import LedgerLog

/// What positions are looked up by. Both kinds keep their latest positions in `tag_tails`: a tag under its message, which
/// begins with 0x0A, a type under 0x00 and its name. So types come first, and a tag behind all others is still appended.
enum IndexKind {
    case tags
    case types

    static let typePrefix: UInt8 = 0

    /// Where what is moved out of the tails goes, under the plain key.
    func lots(in databases: SegmentDatabases) -> Database {
        switch self {
        case .tags: databases.tags
        case .types: databases.types
        }
    }

    func withTailKey<R>(_ key: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        switch self {
        case .tags: try body(key)
        case .types: try ([Self.typePrefix] + key).withUnsafeBytes(body)
        }
    }
}
