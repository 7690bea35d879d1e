import CLedgerLMDB

@usableFromInline package typealias ReadCursor = Cursor<ReadAccess>
@usableFromInline package typealias WriteCursor = Cursor<WriteAccess>

/// A place in a database, before the first record until it is moved.
///
/// Moves return false at the end, and leave `key` and `value` unusable until a move succeeds: reading them then is a
/// mistake and traps. A step allocates nothing.
@safe
@usableFromInline package struct Cursor<Access: TransactionAccess>: ~Copyable {
    @usableFromInline let cursor: OpaquePointer
    @usableFromInline let handle: EnvironmentHandle
    @usableFromInline let database: Database
    @usableFromInline var key = unsafe MDB_val()
    @usableFromInline var value = unsafe MDB_val()
    @usableFromInline var hasRecord = false

    /// Whether the cursor stands on a record whose key and value can be read.
    @inlinable package var isOnRecord: Bool { hasRecord }

    @inlinable
    init(txn: OpaquePointer, handle: EnvironmentHandle, database: Database) throws {
        database.requireUsable(in: handle.number)
        var opened: OpaquePointer?
        let rc = unsafe mdb_cursor_open(txn, database.dbi, &opened)
        guard rc == 0, let opened = unsafe opened else { throw handle.failure(rc, "Opening a cursor", database) }
        unsafe self.cursor = opened
        self.handle = handle
        self.database = database
    }

    @inlinable
    deinit {
        unsafe mdb_cursor_close(cursor)
    }

    @inlinable @inline(__always)
    mutating func move(_ operation: MDB_cursor_op) throws -> Bool {
        let rc = unsafe mdb_cursor_get(cursor, &key, &value, operation)
        hasRecord = rc == 0
        if rc == 0 { return true }
        if rc == MDB_NOTFOUND { return false }
        throw handle.failure(rc, "Moving a cursor", database)
    }

    /// Moves to `target`, which must not be kept: LMDB leaves its address in the key when nothing is found.
    @inlinable @inline(__always)
    mutating func seek(_ target: MDB_val, _ operation: MDB_cursor_op) throws -> Bool {
        unsafe database.requireKey(target)
        var target = unsafe target
        let rc = unsafe mdb_cursor_get(cursor, &target, &value, operation)
        hasRecord = rc == 0
        if rc == 0 {
            unsafe key = unsafe target
            return true
        }
        if rc == MDB_NOTFOUND { return false }
        throw handle.failure(rc, "Seeking", database)
    }
}

// Moves: all false when there is no such record.
extension Cursor {
    @inlinable package mutating func first() throws -> Bool { try move(MDB_FIRST) }
    @inlinable package mutating func last() throws -> Bool { try move(MDB_LAST) }
    /// The next value, of this key or the next one; the first record when the cursor has not been moved.
    @inlinable @inline(__always) package mutating func next() throws -> Bool { try move(MDB_NEXT) }
    /// The previous value; the last record when the cursor has not been moved.
    @inlinable @inline(__always) package mutating func previous() throws -> Bool { try move(MDB_PREV) }

    /// The first record whose key is not before `target`.
    @inlinable
    package mutating func seek<K: DatabaseBytes & ~Copyable & ~Escapable>(
        _ target: borrowing K
    ) throws -> Bool {
        try unsafe target.withStoredValue { stored in try unsafe seek(stored, MDB_SET_RANGE) }
    }

    /// The first record whose key is `target`.
    @inlinable
    package mutating func seekExact<K: DatabaseBytes & ~Copyable & ~Escapable>(
        _ target: borrowing K
    ) throws -> Bool {
        try unsafe target.withStoredValue { stored in try unsafe seek(stored, MDB_SET_KEY) }
    }
}

// The record the cursor stands on.
extension Cursor {
    @inlinable @inline(__always)
    func requireRecord() {
        precondition(hasRecord, "a cursor was read that stands on no record")
    }

    @inlinable @inline(__always)
    package func withKey<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        requireRecord()
        return try unsafe key.withSpan(body)
    }

    @inlinable @inline(__always)
    package func withValue<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        requireRecord()
        return try unsafe value.withSpan(body)
    }

    @inlinable @inline(__always)
    package func withRecord<R: ~Copyable, E: Error>(
        _ body: (_ key: RawSpan, _ value: RawSpan) throws(E) -> R
    ) throws(E) -> R {
        requireRecord()
        return try unsafe key.withSpan { (key) throws(E) in
            try unsafe value.withSpan { (value) throws(E) in try body(key, value) }
        }
    }

    @inlinable package var keyBytes: [UInt8] { withKey { [UInt8](copying: $0) } }
    @inlinable package var valueBytes: [UInt8] { withValue { [UInt8](copying: $0) } }

    /// The key as a number in the machine's byte order; throws `.corrupted` when it is not 8 bytes.
    @inlinable package var integerKey: UInt64 {
        @inline(__always) get throws {
            requireRecord()
            guard let integer = unsafe key.integer else { throw handle.notAnInteger(database) }
            return integer
        }
    }

    /// The value as a number in the machine's byte order; throws `.corrupted` when it is not 8 bytes.
    @inlinable package var integerValue: UInt64 {
        @inline(__always) get throws {
            requireRecord()
            guard let integer = unsafe value.integer else { throw handle.notAnInteger(database) }
            return integer
        }
    }
}
