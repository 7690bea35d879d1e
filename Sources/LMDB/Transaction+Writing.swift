import CLedgerLMDB

extension Transaction where Access == WriteAccess {
    /// Stores a value under a key; false when `.noOverwrite` or `.noDuplicateData` found it there.
    ///
    /// Throws `.mapFull`, after which the transaction can only abort; `.keyExists` for an append out of order;
    /// `.badValueSize`.
    @inlinable @discardableResult
    package mutating func put<K: DatabaseBytes & ~Copyable & ~Escapable, V: DatabaseBytes & ~Copyable & ~Escapable>(
        _ key: borrowing K, _ value: borrowing V, in database: Database, _ flags: PutFlags = []
    ) throws -> Bool {
        database.requireUsable(in: handle.number)
        let txn = unsafe txn
        let rc = unsafe key.withStoredValue { storedKey in
            unsafe database.requireKey(storedKey)
            return unsafe value.withStoredValue { storedValue in
                unsafe database.requireValue(storedValue)
                var storedKey = unsafe storedKey
                var storedValue = unsafe storedValue
                return unsafe mdb_put(txn, database.dbi, &storedKey, &storedValue, flags.rawValue)
            }
        }
        if rc == 0 { return true }
        if rc == MDB_KEYEXIST, flags.asksWhetherStored { return false }
        throw handle.failure(rc, "Putting", database)
    }

    /// Makes room for a value of `byteCount` bytes and lets `fill` write it in place, saving a copy. The bytes are not
    /// zero before. Not for databases with duplicates. When `fill` throws, the key is removed.
    @inlinable
    package mutating func reserve<K: DatabaseBytes & ~Copyable & ~Escapable, R: ~Copyable>(
        _ key: borrowing K, byteCount: Int, in database: Database, _ flags: PutFlags = [],
        _ fill: (inout MutableRawSpan) throws -> R
    ) throws -> R {
        database.requireUsable(in: handle.number)
        precondition(!database.flags.contains(.duplicateSort), "a value cannot be reserved among duplicates")
        let txn = unsafe txn
        var value = unsafe MDB_val(mv_size: byteCount, mv_data: nil)
        let rc = unsafe key.withStoredValue { stored in
            unsafe database.requireKey(stored)
            var stored = unsafe stored
            return unsafe mdb_put(txn, database.dbi, &stored, &value, flags.rawValue | UInt32(MDB_RESERVE))
        }
        if rc != 0 { throw handle.failure(rc, "Reserving", database) }
        do {
            var span = unsafe MutableRawSpan(
                _unsafeBytes: UnsafeMutableRawBufferPointer(start: value.mv_data, count: byteCount))
            return try fill(&span)
        } catch {
            try delete(key, in: database)
            throw error
        }
    }

    /// Removes a key and all its values; false when it is not there.
    @inlinable @discardableResult
    package mutating func delete<K: DatabaseBytes & ~Copyable & ~Escapable>(
        _ key: borrowing K, in database: Database
    ) throws -> Bool {
        database.requireUsable(in: handle.number)
        let txn = unsafe txn
        let rc = unsafe key.withStoredValue { stored in
            unsafe database.requireKey(stored)
            var stored = unsafe stored
            return unsafe mdb_del(txn, database.dbi, &stored, nil)
        }
        if rc == 0 { return true }
        if rc == MDB_NOTFOUND { return false }
        throw handle.failure(rc, "Deleting", database)
    }

    /// Removes one value of a key in a database with duplicates; false when it is not there.
    @inlinable @discardableResult
    package mutating func delete<K: DatabaseBytes & ~Copyable & ~Escapable, V: DatabaseBytes & ~Copyable & ~Escapable>(
        _ key: borrowing K, value: borrowing V, in database: Database
    ) throws -> Bool {
        database.requireUsable(in: handle.number)
        precondition(database.flags.contains(.duplicateSort), "one value can be deleted only among duplicates")
        let txn = unsafe txn
        let rc = unsafe key.withStoredValue { storedKey in
            unsafe database.requireKey(storedKey)
            return unsafe value.withStoredValue { storedValue in
                unsafe database.requireValue(storedValue)
                var storedKey = unsafe storedKey
                var storedValue = unsafe storedValue
                return unsafe mdb_del(txn, database.dbi, &storedKey, &storedValue)
            }
        }
        if rc == 0 { return true }
        if rc == MDB_NOTFOUND { return false }
        throw handle.failure(rc, "Deleting", database)
    }

    /// Runs `body` with a cursor that also writes. The transaction itself cannot be used meanwhile.
    @inlinable
    package mutating func withWriteCursor<R: ~Copyable>(
        _ database: Database, _ body: (inout WriteCursor) throws -> R
    ) throws -> R {
        var cursor = try unsafe WriteCursor(txn: txn, handle: handle, database: database)
        return try body(&cursor)
    }
}
