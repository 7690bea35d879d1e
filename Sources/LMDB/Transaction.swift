import CLedgerLMDB

/// What a transaction or cursor may do.
@usableFromInline package protocol TransactionAccess {}
@usableFromInline package enum ReadAccess: TransactionAccess {}
@usableFromInline package enum WriteAccess: TransactionAccess {}

@usableFromInline package typealias ReadTransaction = Transaction<ReadAccess>
@usableFromInline package typealias WriteTransaction = Transaction<WriteAccess>

/// A snapshot of the environment, and with `WriteAccess` the changes made to it so far.
///
/// A failure is always an `LMDBError`. What can be inlined throws untyped all the same: mixed with typed throws it
/// crashes the optimizer of Swift 6.3.1.
///
/// It lives as long as the closure of `Environment.read` or `.write` that it is given to. What only reads takes
/// `borrowing Transaction<some TransactionAccess>`. Bytes inside a closure of `get` point into the map: writing
/// meanwhile does not compile, because writing needs the transaction `inout`.
@safe
@usableFromInline package struct Transaction<Access: TransactionAccess>: ~Copyable {
    @usableFromInline let txn: OpaquePointer
    @usableFromInline let handle: EnvironmentHandle

    @inlinable @inline(__always)
    init(txn: OpaquePointer, handle: EnvironmentHandle) {
        unsafe self.txn = txn
        self.handle = handle
    }

    /// The number of the snapshot; a write transaction's is one above the last commit.
    package var number: Int { unsafe mdb_txn_id(txn) }

    /// Runs `body` on the value of `key`, on the first one if there are duplicates; nil when there is none.
    @inlinable
    package func get<K: DatabaseBytes & ~Copyable & ~Escapable, R: ~Copyable>(
        _ key: borrowing K, in database: Database, _ body: (RawSpan) throws -> R
    ) throws -> R? {
        database.requireUsable(in: handle.number)
        var value = unsafe MDB_val()
        let rc = unsafe key.withStoredValue { stored in
            unsafe database.requireKey(stored)
            var stored = unsafe stored
            return unsafe mdb_get(txn, database.dbi, &stored, &value)
        }
        if rc == 0 { return try unsafe value.withSpan(body) }
        if rc == MDB_NOTFOUND { return nil }
        throw handle.failure(rc, "Getting", database)
    }

    @inlinable
    package func bytes<K: DatabaseBytes & ~Copyable & ~Escapable>(
        _ key: borrowing K, in database: Database
    ) throws -> [UInt8]? {
        try get(key, in: database) { span in [UInt8](copying: span) }
    }

    /// The value as a number in the machine's byte order; throws `.corrupted` when it is not 8 bytes.
    @inlinable
    package func integer<K: DatabaseBytes & ~Copyable & ~Escapable>(
        _ key: borrowing K, in database: Database
    ) throws -> UInt64? {
        try get(key, in: database) { span in
            guard span.byteCount == 8 else { throw handle.notAnInteger(database) }
            return unsafe span.unsafeLoadUnaligned(as: UInt64.self)
        }
    }

    @inlinable
    package func contains<K: DatabaseBytes & ~Copyable & ~Escapable>(
        _ key: borrowing K, in database: Database
    ) throws -> Bool {
        try get(key, in: database) { _ in true } ?? false
    }

    package func statistics(of database: Database) throws -> Database.Statistics {
        database.requireUsable(in: handle.number)
        var raw = MDB_stat()
        let rc = unsafe mdb_stat(txn, database.dbi, &raw)
        if rc != 0 { throw handle.failure(rc, "Counting", database) }
        return Database.Statistics(raw)
    }

    /// The number of values; costs nothing, whatever the size.
    package func count(of database: Database) throws -> Int {
        try statistics(of: database).entries
    }

    /// Runs `body` with a cursor for reading, before the first record. Several may be open at once.
    @inlinable
    package func withCursor<R: ~Copyable>(
        _ database: Database, _ body: (inout ReadCursor) throws -> R
    ) throws -> R {
        var cursor = try unsafe ReadCursor(txn: txn, handle: handle, database: database)
        return try body(&cursor)
    }
}

extension [UInt8] {
    @inlinable
    init(copying span: RawSpan) {
        self = unsafe span.withUnsafeBytes { unsafe [UInt8]($0) }
    }
}
