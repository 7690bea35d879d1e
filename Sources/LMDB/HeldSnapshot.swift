import CLedgerLMDB

/// A snapshot of the last commit that stays until this goes: for reads that come one by one and have to agree.
///
/// Its pages are not reused meanwhile, so the file grows while others write; and this process cannot grow the map: give it
/// room when it is opened. Any thread may use it, one at a time.
@safe
package final class HeldSnapshot {
    private let txn: OpaquePointer
    // Also keeps it open.
    private let environment: Environment

    /// Throws as `Environment.read` does.
    package init(of environment: Environment) throws {
        self.environment = environment
        unsafe self.txn = unsafe try environment.handle.beginRead()
    }

    deinit {
        unsafe self.environment.handle.endRead(self.txn)
    }

    package func read<R: ~Copyable>(_ body: (borrowing ReadTransaction) throws -> R) throws -> R {
        let outer = EnteredEnvironment()
        defer { outer.enter() }
        unsafe MappedFileFaults.enter(self.environment.handle.pathBytes)
        // Named, because as a temporary it crashes the optimizer of Swift 6.3.1.
        let transaction = unsafe ReadTransaction(txn: self.txn, handle: self.environment.handle)
        let result = try body(transaction)
        try self.environment.handle.requireNoUnseenWriter()
        return result
    }
}
