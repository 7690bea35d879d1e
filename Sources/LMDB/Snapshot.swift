/// A read transaction that outlives a closure, for reads that have to agree with each other. It ends with its last
/// reference.
///
/// For one thread at a time, not always the same. Held for long, it keeps its pages from being reused, so the file
/// grows meanwhile; and the map cannot grow in this process.
// SAFETY: environments are opened with MDB_NOTLS, so a read transaction may move between threads (lmdb.h); whoever
// holds a snapshot reads from one of them at a time.
@safe public final class Snapshot: @unchecked Sendable {
    private let environment: Environment
    private let txn: OpaquePointer

    /// Throws as `Environment.read` does.
    public init(of environment: Environment) throws {
        self.environment = environment
        unsafe self.txn = try environment.handle.beginRead()
    }

    deinit { unsafe self.environment.handle.endRead(self.txn) }

    public func read<R: ~Copyable>(_ body: (borrowing ReadTransaction) throws -> R) throws -> R {
        let transaction = unsafe ReadTransaction(txn: self.txn, handle: self.environment.handle)
        let result = try body(transaction)
        try self.environment.handle.requireNoUnseenWriter()
        return result
    }
}
