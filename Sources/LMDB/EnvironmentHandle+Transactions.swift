import CLedgerLMDB
import Glibc
import Synchronization

/// A read transaction between two uses.
// SAFETY: environments are opened with MDB_NOTLS, so a read transaction may move between threads (lmdb.h).
@safe struct ReaderPointer: @unchecked Sendable {
    let txn: OpaquePointer
}

extension EnvironmentHandle {
    /// Each idle reader keeps a slot of the reader table, but no pages.
    private static let maxIdleReaders = 8
    private static let growWaitSeconds = 60
    /// A reader that died inside of a snapshot keeps all pages from then on from being reused, until its slot is
    /// cleared. A check costs a system call for each process that reads.
    private static let commitsBetweenReaderChecks = 64

    var currentThread: UInt { UInt(pthread_self()) }

    @usableFromInline
    func beginRead() throws -> OpaquePointer {
        try requireNoUnseenWriter()
        unsafe MappedFileFaults.enter(pathBytes)
        var hasClearedReaders = false
        while true {
            gate.enter()
            var txn: OpaquePointer?
            var rc: Int32
            if let idle = idleReaders.withLock({ $0.popLast() }) {
                unsafe txn = idle.txn
                rc = unsafe mdb_txn_renew(txn)
                if rc != 0 { unsafe mdb_txn_abort(txn) }
            } else {
                rc = unsafe mdb_txn_begin(env, nil, UInt32(MDB_RDONLY), &txn)
            }
            if rc == 0, let txn = unsafe txn { return unsafe txn }
            gate.leave()
            switch rc {
            case MDB_MAP_RESIZED:
                try resizeMap(toBytes: 0)
            case MDB_READERS_FULL where !hasClearedReaders:
                hasClearedReaders = true
                clearStaleReaders()
            default:
                throw failure(rc, "Beginning a read transaction")
            }
        }
    }

    @usableFromInline
    func endRead(_ txn: OpaquePointer) {
        unsafe mdb_txn_reset(txn)
        let reader = unsafe ReaderPointer(txn: txn)
        let isKept = idleReaders.withLock { idle in
            guard idle.count < Self.maxIdleReaders else { return false }
            idle.append(reader)
            return true
        }
        if !isKept { unsafe mdb_txn_abort(txn) }
        gate.leave()
    }

    /// Without lock.mdb a writer cannot see this reader, and may reuse the pages that it reads.
    @usableFromInline
    func requireNoUnseenWriter() throws {
        guard let missingLockPath else { return }
        if FileSystem.status(missingLockPath) == nil { return }
        throw LMDBError(
            .busy, path: path,
            "Reading \(path): it was opened without lock.mdb, and a writer has opened it since. Open it again.")
    }

    @usableFromInline
    func beginWrite(path: String, mode: Environment.Mode) throws -> OpaquePointer {
        guard mode == .readWrite else {
            throw LMDBError(
                .permission, path: path,
                "Writing to \(path): this Environment is read-only. Open it with mode .readWrite.")
        }
        let thread = currentThread
        guard writerThread.load(ordering: .relaxed) != thread else {
            throw LMDBError(
                .busy, path: path,
                "Writing to \(path): this thread is inside a write transaction on it. Use that transaction.")
        }
        unsafe MappedFileFaults.enter(pathBytes)
        while true {
            gate.enter()
            var txn: OpaquePointer?
            LockWatch.begin(self)
            let rc = unsafe mdb_txn_begin(env, nil, 0, &txn)
            LockWatch.end(self)
            if rc == 0, let txn = unsafe txn {
                writerThread.store(thread, ordering: .relaxed)
                return unsafe txn
            }
            gate.leave()
            guard rc == MDB_MAP_RESIZED else { throw failure(rc, "Beginning a write transaction") }
            try resizeMap(toBytes: 0)
        }
    }

    @usableFromInline
    func commitWrite(_ txn: OpaquePointer) throws {
        writerThread.store(0, ordering: .relaxed)
        let rc = unsafe mdb_txn_commit(txn)
        databases.transactionEnded(committed: rc == 0)
        if rc == 0 {
            lengthenFile()
            let commits = commits.add(1, ordering: .relaxed).newValue
            if commits % Self.commitsBetweenReaderChecks == 0 { clearStaleReaders() }
        } else {
            // Should it fail too, whoever opens the file next tries again, and tells.
            _ = settleHeaders()
        }
        gate.leave()
        if rc != 0 { throw failure(rc, "Committing") }
    }

    /// Has the device hold the header that the file shows; 0, or an error's number.
    ///
    /// When the write of a commit's header fails and yet reaches the device, LMDB puts the header of before back in its
    /// place without waiting for the device. If the power went after a next commit had begun to reuse the failed one's
    /// pages, the failed one's header would stand over them.
    func settleHeaders() -> Int32 {
        options.mode == .readWrite && options.syncMode == .full ? unsafe mdb_env_sync(env, 1) : 0
    }

    @usableFromInline
    func abortWrite(_ txn: OpaquePointer) {
        writerThread.store(0, ordering: .relaxed)
        unsafe mdb_txn_abort(txn)
        databases.transactionEnded(committed: false)
        gate.leave()
    }

    /// Changes the map's size when no transaction of this process is open; 0 adopts the size another process chose.
    func resizeMap(toBytes bytes: Int) throws(LMDBError) {
        guard writerThread.load(ordering: .relaxed) != currentThread else {
            throw LMDBError(
                .busy, path: path,
                "Growing the map of \(path): this thread is inside a write transaction. Use writeGrowing.")
        }
        guard gate.close(withinSeconds: Self.growWaitSeconds) else {
            throw LMDBError(
                .busy, path: path,
                "Growing the map of \(path): a transaction of this process stayed open for \(Self.growWaitSeconds) s. "
                    + "End it; a map can only grow while none is open.")
        }
        defer { gate.open() }
        var info = unsafe MDB_envinfo()
        unsafe mdb_env_info(env, &info)
        if bytes != 0, unsafe bytes <= info.me_mapsize { return }
        let rc = unsafe mdb_env_set_mapsize(env, bytes)
        if rc != 0 { throw failure(rc, "Growing the map to \(bytes) bytes") }
    }
}
