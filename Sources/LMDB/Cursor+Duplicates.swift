import CLedgerLMDB

// Moves among the values of one key. All but the last three need a cursor on a record.
extension Cursor {
    @inlinable package mutating func nextDuplicate() throws -> Bool { try move(MDB_NEXT_DUP) }
    @inlinable package mutating func previousDuplicate() throws -> Bool { try move(MDB_PREV_DUP) }

    @inlinable
    package mutating func firstDuplicate() throws -> Bool {
        try move(MDB_FIRST_DUP) ? try refresh() : false
    }

    @inlinable
    package mutating func lastDuplicate() throws -> Bool {
        try move(MDB_LAST_DUP) ? try refresh() : false
    }

    /// How many values the key has.
    @usableFromInline package func duplicateCount() throws -> Int {
        var count = 0
        let rc = unsafe mdb_cursor_count(cursor, &count)
        if rc != 0 { throw handle.failure(rc, "Counting duplicates", database) }
        return count
    }

    /// The first value of the next key.
    @inlinable package mutating func nextKey() throws -> Bool { try move(MDB_NEXT_NODUP) }
    /// The last value of the previous key.
    @inlinable package mutating func previousKey() throws -> Bool { try move(MDB_PREV_NODUP) }

    /// The first value of `key` that is not before `target`.
    @inlinable
    package mutating func seekDuplicate<
        K: DatabaseBytes & ~Copyable & ~Escapable, V: DatabaseBytes & ~Copyable & ~Escapable
    >(_ key: borrowing K, _ target: borrowing V) throws -> Bool {
        precondition(database.flags.contains(.duplicateSort), "seekDuplicate needs a database with duplicates")
        let found = try unsafe key.withStoredValue { storedKey in
            try unsafe target.withStoredValue { storedTarget in
                unsafe database.requireValue(storedTarget)
                unsafe value = unsafe storedTarget
                return try unsafe seek(storedKey, MDB_GET_BOTH_RANGE)
            }
        }
        // LMDB leaves the caller's key in place here: fetch the stored one.
        return found ? try refresh() : false
    }

    @inlinable
    mutating func refresh() throws -> Bool { try move(MDB_GET_CURRENT) }
}

extension Transaction {
    /// How many values the key has; 0 for one that is not there.
    @inlinable
    package func duplicateCount<K: DatabaseBytes & ~Copyable & ~Escapable>(
        _ key: borrowing K, in database: Database
    ) throws -> Int {
        var cursor = try unsafe ReadCursor(txn: txn, handle: handle, database: database)
        return try cursor.seekExact(key) ? cursor.duplicateCount() : 0
    }
}

// Whole pages of values, in databases with `.duplicateFixed` values of 8 bytes.
extension Cursor {
    /// Runs `body` on the values of this key from the current one to the end of its page, and moves to the last of
    /// them. The numbers are as stored, in the machine's byte order.
    ///
    /// A page is up to about 500 values. LMDB alone would also give those before the current one.
    @inlinable
    package mutating func getMultiple<R: ~Copyable>(_ body: (Span<UInt64>) throws -> R) throws -> R {
        requireRecord()
        precondition(database.flags.contains(.duplicateFixed), "getMultiple needs a database with fixed duplicates")
        let current = unsafe value
        guard try move(MDB_GET_MULTIPLE) else { throw handle.failure(MDB_NOTFOUND, "Reading duplicates", database) }
        let page = unsafe value
        let skipped = unsafe current.mv_data - page.mv_data
        let rest = unsafe MDB_val(mv_size: page.mv_size - skipped, mv_data: page.mv_data + skipped)
        return try unsafe deliver(rest, body)
    }

    /// Like `getMultiple`, on the next page of this key; nil when there is none.
    @inlinable
    package mutating func nextMultiple<R: ~Copyable>(_ body: (Span<UInt64>) throws -> R) throws -> R? {
        precondition(database.flags.contains(.duplicateFixed), "nextMultiple needs a database with fixed duplicates")
        guard try move(MDB_NEXT_MULTIPLE) else { return nil }
        return try unsafe deliver(value, body)
    }

    /// Runs `body` on the values of this key from the current one to the last, a page at a time. The cursor is then at
    /// the end of the key, on no record; `nextKey` goes on.
    @inlinable
    package mutating func forEachMultiple(_ body: (Span<UInt64>) throws -> Void) throws {
        try getMultiple(body)
        while try nextMultiple({ page -> Bool in
            try body(page)
            return true
        }) != nil {}
    }

    @inlinable
    mutating func deliver<R: ~Copyable>(_ page: MDB_val, _ body: (Span<UInt64>) throws -> R) throws -> R {
        guard unsafe page.mv_size % 8 == 0 && page.mv_size > 0 else { throw handle.notAnInteger(database) }
        // The cursor stands on the last value.
        unsafe value = unsafe MDB_val(mv_size: 8, mv_data: page.mv_data + (page.mv_size - 8))
        let count = unsafe page.mv_size / 8
        if unsafe UInt(bitPattern: page.mv_data) % 8 == 0 {
            let start = unsafe page.mv_data.assumingMemoryBound(to: UInt64.self)
            let span = unsafe Span(_unsafeStart: start, count: count)
            return try body(span)
        }
        // Few values are packed inside their record, which LMDB aligns to 2 bytes.
        return try unsafe withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count) { aligned in
            unsafe UnsafeMutableRawBufferPointer(aligned).copyMemory(
                from: UnsafeRawBufferPointer(start: page.mv_data, count: page.mv_size))
            let span = unsafe Span(_unsafeElements: UnsafeBufferPointer(aligned))
            return try body(span)
        }
    }
}
