import CLedgerLMDB
import Glibc

/// A map over a file that ends too early kills the process (SIGBUS) on the first page beyond the end. LMDB itself can
/// leave a file short: pages that a transaction allocates at the end and frees again are never written. We lengthen
/// such a file after the commit, so that a short file means a truncated copy.
extension EnvironmentHandle {
    private func neededAndActualBytes() -> (needed: Int, actual: Int) {
        var info = unsafe MDB_envinfo()
        var statistics = MDB_stat()
        var descriptor: Int32 = -1
        unsafe mdb_env_info(env, &info)
        unsafe mdb_env_stat(env, &statistics)
        unsafe mdb_env_get_fd(env, &descriptor)
        let actual = FileSystem.status(descriptor: descriptor)?.sizeBytes ?? 0
        return (unsafe (info.me_last_pgno + 1) * Int(statistics.ms_psize), actual)
    }

    /// Called when the environment is opened.
    func requireWholeFile() throws(LMDBError) {
        if options.mode == .readWrite {
            gate.enter()
            defer { gate.leave() }
            lengthenFile()
            return
        }
        // A writer may be between its commit and the lengthening.
        for _ in 0..<20 {
            let (needed, actual) = neededAndActualBytes()
            if actual >= needed { return }
            FileSystem.pause(microseconds: 5_000)
        }
        let (needed, actual) = neededAndActualBytes()
        guard actual < needed else { return }
        throw LMDBError(
            .corrupted, path: path,
            "Opening \(path): data.mdb has \(actual) bytes, its header speaks of \(needed): a truncated copy. "
                + "Restore it; if a writer was killed on it just now, open it for writing once.")
    }

    /// Call inside the gate. A file found whole costs two system calls and no lock.
    func lengthenFile() {
        var (needed, actual) = neededAndActualBytes()
        if actual >= needed { return }
        // Under LMDB's write lock: another process could be lengthening it too, and ftruncate also shortens.
        var txn: OpaquePointer?
        guard unsafe mdb_txn_begin(env, nil, 0, &txn) == 0 else { return }
        defer { unsafe mdb_txn_abort(txn) }
        (needed, actual) = neededAndActualBytes()
        if actual >= needed { return }
        var descriptor: Int32 = -1
        unsafe mdb_env_get_fd(env, &descriptor)
        _ = ftruncate(descriptor, needed)
    }
}
