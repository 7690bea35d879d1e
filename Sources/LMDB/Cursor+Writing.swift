import CLMDB

// After a write the cursor stands where it wrote, but must be moved before it is read: the record may have moved.
extension Cursor where Access == WriteAccess {
    /// Stores a value under a key; false when `.noOverwrite` or `.noDuplicateData` found it there. Throws as
    /// `WriteTransaction.put`.
    @inlinable @discardableResult
    public mutating func put<K: DatabaseBytes & ~Copyable & ~Escapable, V: DatabaseBytes & ~Copyable & ~Escapable>(
        _ key: borrowing K, _ value: borrowing V, _ flags: PutFlags = []
    ) throws -> Bool {
        hasRecord = false
        let database = database
        let cursor = unsafe cursor
        let rc = unsafe key.withStoredValue { storedKey in
            unsafe database.requireKey(storedKey)
            return unsafe value.withStoredValue { storedValue in
                unsafe database.requireValue(storedValue)
                var storedKey = unsafe storedKey
                var storedValue = unsafe storedValue
                return unsafe mdb_cursor_put(cursor, &storedKey, &storedValue, flags.rawValue)
            }
        }
        if rc == 0 { return true }
        if rc == MDB_KEYEXIST, flags.asksWhetherStored { return false }
        throw handle.failure(rc, "Putting", database)
    }

    /// Stores many values of 8 bytes under one key of a `.duplicateFixed` database in one call (`MDB_MULTIPLE`);
    /// those that are there stay. Fastest when they ascend.
    @inlinable
    public mutating func putMultiple<K: DatabaseBytes & ~Copyable & ~Escapable>(
        _ key: borrowing K, _ values: Span<UInt64>, _ flags: PutFlags = []
    ) throws {
        precondition(database.flags.contains(.duplicateFixed), "putMultiple needs a database with fixed duplicates")
        precondition(!flags.asksWhetherStored, "putMultiple cannot say which values it found")
        if values.isEmpty { return }
        hasRecord = false
        let database = database
        let cursor = unsafe cursor
        let rc = unsafe key.withStoredValue { storedKey in
            unsafe database.requireKey(storedKey)
            return unsafe values.withUnsafeBytes { bytes in
                var storedKey = unsafe storedKey
                let start = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
                let first = unsafe MDB_val(mv_size: 8, mv_data: start)
                let count = unsafe MDB_val(mv_size: values.count, mv_data: nil)
                var pair: [2 of MDB_val] = unsafe [first, count]
                var span = unsafe pair.mutableSpan
                return unsafe span.withUnsafeMutableBufferPointer { pair in
                    unsafe mdb_cursor_put(cursor, &storedKey, pair.baseAddress, flags.rawValue | UInt32(MDB_MULTIPLE))
                }
            }
        }
        if rc != 0 { throw handle.failure(rc, "Putting many", database) }
    }

    /// Deletes the current value, or with `allDuplicates` every value of its key; `next` then goes to what followed.
    public mutating func delete(allDuplicates: Bool = false) throws {
        requireRecord()
        hasRecord = false
        let rc = unsafe mdb_cursor_del(cursor, allDuplicates ? UInt32(MDB_NODUPDATA) : 0)
        if rc != 0 { throw handle.failure(rc, "Deleting", database) }
    }
}

extension Transaction where Access == WriteAccess {
    /// `WriteCursor.putMultiple` with a cursor of its own.
    @inlinable
    public mutating func putMultiple<K: DatabaseBytes & ~Copyable & ~Escapable>(
        _ key: borrowing K, _ values: Span<UInt64>, in database: Database, _ flags: PutFlags = []
    ) throws {
        var cursor = try unsafe WriteCursor(txn: txn, handle: handle, database: database)
        try cursor.putMultiple(key, values, flags)
    }
}
