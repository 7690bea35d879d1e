import CLedgerLMDB

/// A named database of one environment: a handle, cheap to copy and valid while the environment is open.
///
/// One opened in a write transaction that aborts, or dropped, is dead, and LMDB may give its number to another:
/// forget it.
@usableFromInline package struct Database: Sendable, Equatable {
    @usableFromInline let dbi: UInt32
    /// The number of the `EnvironmentHandle`.
    @usableFromInline let environment: UInt32
    @usableFromInline package let flags: Flags

    /// How keys and values are ordered; stored with the database at its creation (lmdb.h, mdb_dbi_open).
    @usableFromInline package struct Flags: OptionSet, Sendable, Hashable {
        @usableFromInline package let rawValue: UInt32

        @inlinable package init(rawValue: UInt32) { self.rawValue = rawValue }

        /// Keys are `UInt64` in the machine's byte order, and ordered as numbers.
        @inlinable package static var integerKey: Flags { Flags(rawValue: UInt32(MDB_INTEGERKEY)) }
        /// A key has a sorted set of values, each at most 511 bytes.
        @inlinable package static var duplicateSort: Flags { Flags(rawValue: UInt32(MDB_DUPSORT)) }
        /// With `duplicateSort`: all values are equally long, and stored packed.
        @inlinable package static var duplicateFixed: Flags { Flags(rawValue: UInt32(MDB_DUPSORT | MDB_DUPFIXED)) }
        /// With `duplicateFixed`: values are `UInt64` in the machine's byte order, and ordered as numbers.
        @inlinable package static var integerDuplicate: Flags {
            Flags(rawValue: UInt32(MDB_DUPSORT | MDB_DUPFIXED | MDB_INTEGERDUP))
        }
        /// Not stored: creates the database when it is missing.
        @inlinable package static var create: Flags { Flags(rawValue: UInt32(MDB_CREATE)) }

        static var stored: Flags { [.integerKey, .integerDuplicate] }
    }

    /// What LMDB counts in a database (lmdb.h, MDB_stat).
    package struct Statistics: Sendable, Equatable {
        /// Values, so duplicates count.
        package let entries: Int
        package let depth: Int
        package let branchPages: Int
        package let leafPages: Int
        package let overflowPages: Int
        package let pageSizeBytes: Int

        package var sizeBytes: Int { (branchPages + leafPages + overflowPages) * pageSizeBytes }
    }
}

extension Database.Statistics {
    init(_ raw: MDB_stat) {
        self.init(
            entries: raw.ms_entries, depth: Int(raw.ms_depth), branchPages: raw.ms_branch_pages,
            leafPages: raw.ms_leaf_pages, overflowPages: raw.ms_overflow_pages, pageSizeBytes: Int(raw.ms_psize))
    }
}

extension Database {
    /// LMDB would take another environment's handle for one of its own.
    @inlinable @inline(__always)
    func requireUsable(in environment: UInt32) {
        precondition(self.environment == environment, "a Database was used in a transaction of another Environment")
    }

    @inlinable @inline(__always)
    func requireKey(_ key: MDB_val) {
        let byteCount = unsafe key.mv_size
        precondition(
            !flags.contains(.integerKey) || byteCount == 8,
            "a database with integer keys takes keys of 8 bytes")
    }

    @inlinable @inline(__always)
    func requireValue(_ value: MDB_val) {
        let byteCount = unsafe value.mv_size
        precondition(
            !flags.contains(.integerDuplicate) || byteCount == 8,
            "a database with integer duplicates takes values of 8 bytes")
    }
}
