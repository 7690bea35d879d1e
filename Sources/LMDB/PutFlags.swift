import CLedgerLMDB

/// How a put treats what is there (lmdb.h, mdb_put).
@usableFromInline package struct PutFlags: OptionSet, Sendable, Hashable {
    @usableFromInline package let rawValue: UInt32

    @inlinable package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The key is after every other; skips the search, and fills pages completely. Throws `.keyExists` if it is not.
    @inlinable package static var append: PutFlags { PutFlags(rawValue: UInt32(MDB_APPEND)) }
    /// The value is after every other of its key. Throws `.keyExists` if it is not.
    @inlinable package static var appendDuplicate: PutFlags { PutFlags(rawValue: UInt32(MDB_APPENDDUP)) }
    /// Takes the place of the record that the cursor stands on, whose key it is; skips the search. Alone, and for cursors
    /// only.
    @inlinable package static var current: PutFlags { PutFlags(rawValue: UInt32(MDB_CURRENT)) }
    /// Leaves a key that is there alone; the put returns false.
    @inlinable package static var noOverwrite: PutFlags { PutFlags(rawValue: UInt32(MDB_NOOVERWRITE)) }
    /// Leaves a pair of key and value that is there alone; the put returns false. For databases with duplicates.
    @inlinable package static var noDuplicateData: PutFlags { PutFlags(rawValue: UInt32(MDB_NODUPDATA)) }

    /// Whether `MDB_KEYEXIST` is an answer and not a failure.
    @inlinable @inline(__always)
    var asksWhetherStored: Bool { rawValue & UInt32(MDB_NOOVERWRITE | MDB_NODUPDATA) != 0 }
}
