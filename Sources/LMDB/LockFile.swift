import CLMDB
import Glibc

/// lock.mdb, which LMDB lengthens and maps: on a full disk the first touch of a page without a block is a SIGBUS.
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
}
