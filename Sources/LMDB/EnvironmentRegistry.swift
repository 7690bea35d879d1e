import Synchronization

/// The environments this process has open, one handle a file.
///
/// LMDB forbids opening one environment twice in a process (lmdb.h, "Caveats": closing either drops the file locks of
/// both), so a second opening of the same data.mdb, by whatever path, shares the first one's handle.
enum EnvironmentRegistry {
    private struct FileIdentity: Hashable {
        var device: UInt64
        var inode: UInt64
    }

    private struct Entry {
        var handle: EnvironmentHandle
        var users: Int
    }

    private static let entries = Mutex<[FileIdentity: Entry]>([:])

    /// Opens, or shares what is open. The lock is held meanwhile, so nothing is opened while it is being closed.
    static func open(path: String, options: Environment.Options) throws(LMDBError) -> EnvironmentHandle {
        try entries.withLock { (entries) throws(LMDBError) in
            let isThere = try EnvironmentHandle.prepare(path: path, options: options)
            if let isThere, let entry = entries[identity(isThere)] {
                try entry.handle.requireShareable(path: path, options: options)
                entries[identity(isThere)]?.users += 1
                return entry.handle
            }
            let handle = try EnvironmentHandle(path: path, options: options)
            guard let status = FileSystem.status(EnvironmentHandle.dataPath(path)) else {
                handle.close()
                throw LMDBError(.notFound, path: path, "\(path)/data.mdb vanished while it was being opened.")
            }
            entries[identity(status)] = Entry(handle: handle, users: 1)
            return handle
        }
    }

    /// Closes the handle with its last user.
    static func release(_ handle: EnvironmentHandle) {
        entries.withLock { entries in
            guard let (identity, entry) = entries.first(where: { $0.value.handle === handle }) else { return }
            if entry.users > 1 {
                entries[identity]?.users -= 1
            } else {
                entries[identity] = nil
                handle.close()
            }
        }
    }

    private static func identity(_ status: FileSystem.Status) -> FileIdentity {
        FileIdentity(device: status.device, inode: status.inode)
    }
}
