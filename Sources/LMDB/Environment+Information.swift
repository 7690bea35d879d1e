import CLedgerLMDB
import Glibc

extension Environment {
    package struct Information: Sendable, Equatable {
        package let mapSizeBytes: Int
        package let pageSizeBytes: Int
        /// The number of the last commit; 0 before the first.
        package let lastTransaction: Int
        /// Pages in use or free for reuse, from the start of the file to the last one.
        package let pages: Int
        package let maxReaders: Int
        /// Reader slots ever used since the lock file was made; at least the number of readers now.
        package let readers: Int

        package var usedBytes: Int { pages * pageSizeBytes }
    }

    package var info: Information {
        // Neither call can fail on an open environment (mdb.c); the gate keeps a resize away.
        handle.gate.enter()
        defer { handle.gate.leave() }
        var info = unsafe MDB_envinfo()
        var statistics = MDB_stat()
        unsafe mdb_env_info(handle.env, &info)
        unsafe mdb_env_stat(handle.env, &statistics)
        return unsafe Information(
            mapSizeBytes: info.me_mapsize, pageSizeBytes: Int(statistics.ms_psize), lastTransaction: info.me_last_txnid,
            pages: info.me_last_pgno + 1, maxReaders: Int(info.me_maxreaders), readers: Int(info.me_numreaders))
    }

    /// The length of data.mdb.
    package var sizeOnDiskBytes: Int {
        FileSystem.status(EnvironmentHandle.dataPath(path))?.sizeBytes ?? 0
    }

    /// Frees the slots of readers whose process died, and says how many. Opening does it too, and so does a writer now
    /// and then.
    @discardableResult
    package func readersCheck() -> Int {
        handle.clearStaleReaders()
    }

    /// Writes what the operating system still holds to the device; of use with `syncMode` `.none`.
    package func sync() throws(LMDBError) {
        guard mode == .readWrite else { return }
        handle.gate.enter()
        defer { handle.gate.leave() }
        let rc = unsafe mdb_env_sync(handle.env, 1)
        if rc != 0 { throw handle.failure(rc, "Syncing") }
    }

    /// From here on commits return before they are on the device, against what the options say: for what is
    /// thrown away unless it is finished, and synced then; and a mistake to be found.
    package func stopSyncing() throws(LMDBError) {
        let rc = unsafe mdb_env_set_flags(handle.env, UInt32(MDB_NOSYNC), 1)
        if rc != 0 { throw handle.failure(rc, "Changing the sync mode") }
    }

    /// Copies a snapshot to `directory`/data.mdb, while writers go on; creates the directory if it is missing.
    ///
    /// `compact` leaves out free pages and takes longer. Throws `.invalid` when there is a
    /// data.mdb already, `.diskFull`; a failed copy is removed.
    package func copy(to directory: String, compact: Bool) throws(LMDBError) {
        var rc = FileSystem.makeDirectory(directory)
        if rc != 0 { throw LMDBError(number: rc, doing: "Creating the directory", path: directory) }
        let target = EnvironmentHandle.dataPath(directory)
        guard FileSystem.status(target) == nil else {
            throw LMDBError(
                .invalid, path: directory,
                "Copying \(path) to \(directory): data.mdb is there already. Choose another place.")
        }
        handle.gate.enter()
        defer { handle.gate.leave() }
        // LMDB itself would make it readable for all.
        let mode = InheritedMode.file(in: directory)
        let file = unsafe open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        if file < 0 || fchmod(file, mode) != 0 {
            throw LMDBError(number: errno, doing: "Copying \(path)", path: directory)
        }
        rc = unsafe mdb_env_copyfd2(handle.env, file, compact ? UInt32(MDB_CP_COMPACT) : 0)
        if close(file) != 0, rc == 0 { rc = errno }
        if rc == 0 { return }
        unsafe unlink(target)
        throw LMDBError(number: rc, doing: "Copying \(path)", path: directory)
    }
}
