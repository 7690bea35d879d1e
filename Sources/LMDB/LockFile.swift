import CLedgerLMDB
import Glibc

/// lock.mdb, which LMDB lengthens and maps: on a full disk the first touch of a page without a block is a SIGBUS.
///
/// LMDB holds a record lock (fcntl(2)) on it, by which other processes see that this one lives. To close any descriptor of
/// the file drops that lock, and others then clear the slots of this process's readers: while an environment is open,
/// nobody opens its lock.mdb again.
enum LockFile {
    /// The header and the two mutexes, and each reader's slot: cache lines of 64 bytes (mdb.c, MDB_txninfo, MDB_reader).
    private static let lineBytes = 64

    /// Has the file system set the file's blocks aside; 0, or an error's number. What stands in it stays.
    /// - Parameter mode: the permissions to make the file with where it is missing; nil: it is not made.
    static func allocate(_ folder: String, maxReaders: Int, creating mode: mode_t?) -> Int32 {
        let flags = O_RDWR | O_CLOEXEC | (mode == nil ? 0 : O_CREAT)
        let file = unsafe open(folder + "/lock.mdb", flags, mode ?? 0)
        // What is wrong with the file, LMDB will say.
        guard file >= 0 else { return errno == ENOSPC || errno == EDQUOT ? errno : 0 }
        defer { close(file) }
        let wanted = lineBytes * (maxReaders + 2)
        let bytes = max(wanted, FileSystem.status(descriptor: file)?.sizeBytes ?? 0)
        while agentledger_fallocate(file, off_t(bytes)) != 0 {
            if errno == EINTR { continue }
            // A file system without it, or with a limit of another kind, is left to LMDB.
            return errno == ENOSPC || errno == EDQUOT ? errno : 0
        }
        return 0
    }

    /// LMDB's own descriptor of the file, while an environment in the folder is open.
    static func descriptor(_ folder: String) -> Int32? {
        guard let wanted = FileSystem.status(folder + "/lock.mdb") else { return nil }
        return FileSystem.openDescriptors().first { descriptor in
            guard let found = FileSystem.status(descriptor: descriptor) else { return false }
            return found.device == wanted.device && found.inode == wanted.inode
        }
    }
}
