import CLedgerLMDB

// After a write the cursor stands where it wrote, but must be moved before it is read: the record may have moved.
extension Cursor where Access == WriteAccess {
    /// Stores a value under a key; false when `.noOverwrite` or `.noDuplicateData` found it there. Throws as
    /// `WriteTransaction.put`.
    @inlinable @discardableResult
    package mutating func put<K: DatabaseBytes & ~Copyable & ~Escapable, V: DatabaseBytes & ~Copyable & ~Escapable>(
        _ key: borrowing K, _ value: borrowing V, _ flags: PutFlags = []
    ) throws -> Bool {
        precondition(flags != .current || hasRecord, "a record was replaced by a cursor that stands on none")
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

    /// Adds many values of 8 bytes, ascending, behind those that a key of a `.duplicateFixed` database has, in one call
    /// (`MDB_MULTIPLE` with `MDB_APPENDDUP`). Throws `.keyExists` for a value that is not behind the last.
    ///
    /// Only so: without `MDB_APPENDDUP`, LMDB 0.9 stores none of the values when the first is the one that the key has.
    @inlinable
    package mutating func appendMultiple<K: DatabaseBytes & ~Copyable & ~Escapable>(
        _ key: borrowing K, _ values: Span<UInt64>
    ) throws {
        precondition(database.flags.contains(.duplicateFixed), "appendMultiple needs a database with fixed duplicates")
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
                    unsafe mdb_cursor_put(
                        cursor, &storedKey, pair.baseAddress, UInt32(MDB_APPENDDUP) | UInt32(MDB_MULTIPLE))
                }
            }
        }
        if rc != 0 { throw handle.failure(rc, "Appending many", database) }
    }

    /// Deletes the current value, or with `allDuplicates` every value of its key; `next` then goes to what followed.
    package mutating func delete(allDuplicates: Bool = false) throws {
        requireRecord()
        hasRecord = false
        let rc = unsafe mdb_cursor_del(cursor, allDuplicates ? UInt32(MDB_NODUPDATA) : 0)
        if rc != 0 { throw handle.failure(rc, "Deleting", database) }
    }
}

extension Transaction where Access == WriteAccess {
    /// `WriteCursor.appendMultiple` with a cursor of its own.
    @inlinable
    package mutating func appendMultiple<K: DatabaseBytes & ~Copyable & ~Escapable>(
        _ key: borrowing K, _ values: Span<UInt64>, in database: Database
    ) throws {
        var cursor = try unsafe WriteCursor(txn: txn, handle: handle, database: database)
        try cursor.appendMultiple(key, values)
    }
}
