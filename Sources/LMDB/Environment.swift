/// An LMDB environment: one directory with data.mdb and lock.mdb.
///
/// Any number of threads may use one. Opening the same file again in this process shares the handle underneath: the
/// first opening's `mapSizeBytes`, `maxDatabases` and `maxReaders` hold. It stays open until the last `Environment`
/// on it is gone.
@usableFromInline package final class Environment: Sendable {
    /// As given to `init`.
    @usableFromInline package let path: String
    @usableFromInline package let mode: Mode
    @usableFromInline let handle: EnvironmentHandle

    /// Opens the environment in the directory `path`; with `.readWrite`, creates what is missing.
    ///
    /// Read-only opening creates no file. Without lock.mdb (a restored copy, say) it reads without locks, and throws
    /// `.busy` from the first read after a writer has appeared.
    ///
    /// Throws `.notFound`, `.invalid` (the path is a file), `.corrupted` (data.mdb is something else, or truncated),
    /// `.versionMismatch`, `.permission`, `.diskFull`, `.alreadyOpen` (this process has it open read-only and this
    /// opening would write, or with another `syncMode`).
    package init(path: String, options: Options = .readOnly) throws(LMDBError) {
        self.handle = try EnvironmentRegistry.open(path: path, options: options)
        self.path = path
        self.mode = options.mode
    }

    deinit {
        EnvironmentRegistry.release(handle)
    }

    /// Runs `body` on a snapshot of the last commit. It blocks no writer, and no writer blocks it.
    ///
    /// Throws what `body` throws, and `.readersFull`. A snapshot held for long keeps its pages from being reused, so
    /// the file grows meanwhile.
    @inlinable
    package func read<R: ~Copyable>(_ body: (borrowing ReadTransaction) throws -> R) throws -> R {
        let outer = EnteredEnvironment()
        defer { outer.enter() }
        let txn = unsafe try handle.beginRead()
        let result: R
        do {
            // Named, because as a temporary it crashes the optimizer of Swift 6.3.1.
            let transaction = unsafe ReadTransaction(txn: txn, handle: handle)
            result = try body(transaction)
        } catch {
            unsafe handle.endRead(txn)
            throw error
        }
        unsafe handle.endRead(txn)
        try handle.requireNoUnseenWriter()
        return result
    }

    /// Runs `body` as the only writer, over all threads and processes, and commits when it returns; aborts when it
    /// throws.
    ///
    /// Returning means committed (and with `.full` syncing, durable). A failed commit throws `.diskFull`, `.ioError`
    /// or `.mapFull`, and nothing is stored. Throws `.permission` in a read-only environment, and `.busy` inside
    /// another write transaction of the same thread.
    @inlinable
    package func write<R: ~Copyable>(_ body: (inout WriteTransaction) throws -> R) throws -> R {
        let txn = unsafe try handle.beginWrite(path: path, mode: mode)
        var transaction = unsafe WriteTransaction(txn: txn, handle: handle)
        let result: R
        do {
            result = try body(&transaction)
        } catch {
            unsafe handle.abortWrite(txn)
            throw error
        }
        unsafe try handle.commitWrite(txn)
        return result
    }
}
