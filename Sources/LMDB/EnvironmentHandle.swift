import CLedgerLMDB
import Glibc
import Synchronization

/// One open `MDB_env`, shared by every `Environment` of this process on the same file.
// SAFETY: an MDB_env may be used from any thread (lmdb.h, mdb_env_open); what Swift adds is atomics and mutexes.
// `close` is called once, by the registry, when no Environment is left.
@usableFromInline
@safe final class EnvironmentHandle: @unchecked Sendable {
    private static let lastNumber = Atomic<UInt32>(0)

    let env: OpaquePointer
    let path: String
    /// The same, for `MappedFileFaults`. Never freed: a thread may still point to it.
    let pathBytes: UnsafeMutablePointer<CChar>
    let options: Environment.Options
    /// Tells a `Database` of another environment from ours.
    @usableFromInline let number: UInt32
    /// Where lock.mdb would be, when it was missing at opening: then writers cannot see our readers.
    let missingLockPath: String?

    let gate = TransactionGate()
    let databases = DatabaseTable()
    let idleReaders = Mutex<[ReaderPointer]>([])
    /// The thread inside a write transaction, 0 when none is.
    let writerThread = Atomic<UInt>(0)
    let commits = Atomic<Int>(0)

    static func dataPath(_ path: String) -> String { path + "/data.mdb" }

    /// Checks what is at the path, and creates the directory when writing; the status of data.mdb, if there is one.
    static func prepare(path: String, options: Environment.Options) throws(LMDBError) -> FileSystem.Status? {
        if let directory = FileSystem.status(path) {
            guard directory.isDirectory else {
                throw LMDBError(
                    .invalid, path: path,
                    "Opening \(path): it is a file; "
                        + "an environment is a directory with data.mdb in it.")
            }
        } else if options.mode == .readWrite {
            let rc = FileSystem.makeDirectory(path)
            if rc != 0 { throw LMDBError(number: rc, doing: "Creating the directory", path: path) }
        }
        let data = FileSystem.status(dataPath(path))
        if options.mode == .readOnly, data == nil || data?.sizeBytes == 0 {
            throw LMDBError(
                .notFound, path: path,
                "Opening \(path): no environment is there (data.mdb is missing or empty). Check the path.")
        }
        if let data, !data.isRegularFile {
            throw LMDBError(.invalid, path: path, "Opening \(path): data.mdb in it is not a regular file.")
        }
        return data
    }

    init(path: String, options: Environment.Options) throws(LMDBError) {
        var flags = UInt32(MDB_NOTLS)
        if options.syncMode == .none { flags |= UInt32(MDB_NOSYNC) }
        var missingLockPath: String?
        if options.mode == .readOnly {
            flags |= UInt32(MDB_RDONLY)
            // LMDB would create lock.mdb; reading creates nothing.
            let lock = path + "/lock.mdb"
            if !options.usesLocks {
                flags |= UInt32(MDB_NOLOCK)
            } else if FileSystem.status(lock) == nil {
                missingLockPath = lock
                flags |= UInt32(MDB_NOLOCK)
            }
        }
        var env: OpaquePointer?
        var rc = unsafe mdb_env_create(&env)
        guard rc == 0, let env = unsafe env else { throw LMDBError(number: rc, doing: "Creating a handle", path: path) }

        let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
        let mapSize = (max(options.mapSizeBytes, pageSize) + pageSize - 1) / pageSize * pageSize
        rc = unsafe mdb_env_set_mapsize(env, mapSize)
        if rc == 0 { rc = unsafe mdb_env_set_maxdbs(env, UInt32(options.maxDatabases)) }
        if rc == 0 { rc = unsafe mdb_env_set_maxreaders(env, UInt32(options.maxReaders)) }
        unsafe MappedFileFaults.watch(env)
        let permissions = InheritedMode.file(in: path)
        if rc == 0, options.usesLocks, missingLockPath == nil {
            rc = LockFile.allocate(
                path, maxReaders: options.maxReaders, creating: options.mode == .readWrite ? permissions : nil)
        }
        if rc == 0 { rc = unsafe mdb_env_open(env, path, flags, permissions) }
        guard rc == 0 else {
            unsafe mdb_env_close(env)
            throw LMDBError(number: rc, doing: "Opening the environment", path: path)
        }
        unsafe self.env = env
        self.path = path
        guard let bytes = unsafe strdup(path) else { preconditionFailure("no memory for a path") }
        unsafe self.pathBytes = bytes
        self.options = options
        self.missingLockPath = missingLockPath
        self.number = Self.lastNumber.add(1, ordering: .relaxed).newValue
        do throws(LMDBError) {
            try requireWholeFile()
            rc = settleHeaders()
            if rc != 0 { throw LMDBError(number: rc, doing: "Syncing what was written before", path: path) }
        } catch {
            close()
            throw error
        }
        clearStaleReaders()
    }

    /// Throws unless a further opening with these options may use this handle.
    func requireShareable(path: String, options: Environment.Options) throws(LMDBError) {
        guard self.options.mode == .readWrite || options.mode == .readOnly else {
            throw LMDBError(
                .alreadyOpen, path: path,
                "Opening \(path) for writing: this process has it open read-only. Close that Environment first.")
        }
        guard options.mode == .readOnly || options.syncMode == self.options.syncMode else {
            throw LMDBError(
                .alreadyOpen, path: path,
                "Opening \(path): this process has it open with another syncMode. Use the same one.")
        }
        guard self.options.usesLocks || !options.usesLocks else {
            throw LMDBError(
                .alreadyOpen, path: path,
                "Opening \(path) with locks: this process reads it without. Close that Environment first.")
        }
    }

    func close() {
        let idle = idleReaders.withLock { idle in
            defer { idle = [] }
            return idle
        }
        for reader in idle { unsafe mdb_txn_abort(reader.txn) }
        unsafe mdb_env_close(env)
    }

    @discardableResult
    func clearStaleReaders() -> Int {
        var cleared: Int32 = 0
        _ = unsafe mdb_reader_check(env, &cleared)
        return Int(cleared)
    }

    /// Bytes from disk are input: a wrong size is an error, not a trap.
    @usableFromInline @inline(never)
    func notAnInteger(_ database: Database) -> LMDBError {
        let name = databases.name(of: database) ?? "main"
        return LMDBError(
            .corrupted, path: path,
            "Reading an integer from database \(name) in \(path): the stored bytes are not 8. "
                + "The database holds something else, or is damaged.")
    }

    /// Turns a failed call into an error; `doing` reads as "putting".
    @usableFromInline @inline(never)
    func failure(_ rc: Int32, _ doing: String, _ database: Database? = nil) -> LMDBError {
        guard let database else { return LMDBError(number: rc, doing: doing, path: path) }
        let name = databases.name(of: database).map { " (database \($0))" } ?? ""
        return LMDBError(number: rc, doing: doing + name, path: path)
    }
}
