import CLedgerLMDB
import Glibc

/// What LMDB, or the file system beneath it, refused to do.
///
/// `code` is for switching on; `description` is for people: the message and the remedy.
@usableFromInline package struct LMDBError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// There is no environment at the path.
        case notFound
        /// `.append` or `.appendDuplicate` met a key or value that is not after the last one.
        case keyExists
        /// The write does not fit in the map; see `Environment.writeGrowing`.
        case mapFull
        /// More named databases than `Options.maxDatabases`.
        case databasesFull
        /// More simultaneous read transactions, over all processes, than `Options.maxReaders`.
        case readersFull
        case diskFull
        case ioError
        /// The file is not an LMDB environment, or is damaged or truncated.
        case corrupted
        /// The file was written by an incompatible LMDB.
        case versionMismatch
        /// LMDB refuses the arguments or the state of the transaction.
        case invalid
        case permission
        /// Something that must finish first has not.
        case busy
        /// A key is empty or over 511 bytes, or a duplicate is over 511 bytes or of another size than its siblings.
        case badValueSize
        /// This process has the environment open in a way that cannot be shared.
        case alreadyOpen
        /// A failed commit left the environment unusable (`MDB_PANIC`): close it and open it again.
        case panicked
        case other
    }

    package let code: Code
    /// The raw return code: an `errno` when positive, an `MDB_` code when negative, 0 when no C call failed.
    package let number: Int32
    /// What was being done, to what, and why it failed: a sentence.
    package let message: String
    /// What to do about it: a sentence.
    package let remedy: String?
    /// The environment's directory, as it was given to `Environment.init`.
    package let path: String

    @usableFromInline package var description: String { self.message + (self.remedy.map { " \($0)" } ?? "") }
}

extension LMDBError {
    /// Maps a return code; `doing` reads as "putting into events".
    init(number: Int32, doing: String, path: String) {
        let code = Code(number: number, path: path)
        self.code = code
        self.number = number
        self.path = path
        let reason = unsafe mdb_strerror(number).map { unsafe String(cString: $0) } ?? "unknown error"
        // LMDB calls most full disks an input/output error.
        let cause = code == .diskFull ? "the disk is full: " : ""
        self.message = "\(doing) in \(path): \(cause)\(reason) (\(number))."
        self.remedy = code.remedy
    }

    /// A refusal of ours, with no C call behind it.
    init(_ code: Code, path: String, _ message: String) {
        self.code = code
        self.number = 0
        self.path = path
        self.message = message
        self.remedy = nil
    }
}

extension LMDBError.Code {
    init(number: Int32, path: String) {
        self =
            switch number {
            case MDB_NOTFOUND, ENOENT: .notFound
            case MDB_KEYEXIST: .keyExists
            case MDB_MAP_FULL: .mapFull
            case MDB_DBS_FULL: .databasesFull
            case MDB_READERS_FULL, MDB_TLS_FULL: .readersFull
            case ENOSPC, EDQUOT, EFBIG: .diskFull
            // LMDB reports a short write, which is how a disk fills up, as EIO (mdb.c, mdb_page_flush).
            case EIO: FileSystem.isFull(path) ? .diskFull : .ioError
            case MDB_CORRUPTED, MDB_PAGE_NOTFOUND, MDB_INVALID: .corrupted
            case MDB_VERSION_MISMATCH: .versionMismatch
            case MDB_PANIC: .panicked
            case MDB_BAD_VALSIZE: .badValueSize
            case EACCES, EPERM, EROFS: .permission
            case EBUSY, EAGAIN, MDB_MAP_RESIZED: .busy
            case EINVAL, MDB_INCOMPATIBLE, MDB_BAD_TXN, MDB_BAD_DBI, MDB_BAD_RSLOT, ENOTDIR: .invalid
            default: .other
            }
    }

    var remedy: String? {
        switch self {
        case .notFound: "Check the path."
        case .keyExists: "Append keys in order, or put without an append flag."
        case .mapFull: "Grow the map (writeGrowing, or a larger mapSizeBytes)."
        case .databasesFull: "Open with a larger maxDatabases."
        case .readersFull: "Open with a larger maxReaders, or end transactions sooner."
        case .diskFull: "Free space on that file system, then retry: nothing of this transaction was stored."
        case .ioError: "Check the device and its log; nothing of this transaction counts as stored."
        case .corrupted: "It is not an LMDB environment or it is damaged; restore it from a copy."
        case .versionMismatch: "Copy the data out with the LMDB that wrote it."
        case .permission: "Check the owner and mode of the directory and of data.mdb and lock.mdb in it."
        case .busy: "Retry when the other use has ended."
        case .badValueSize:
            "Keys are 1 to 511 bytes; so are duplicates, and those of one fixed-size database are equally long."
        case .alreadyOpen: "Close the other Environment, or open with the same options."
        case .panicked: "Close every Environment on this path in this process and open it again."
        case .invalid, .other: nil
        }
    }
}
