extension Environment {
    public enum Mode: Sendable, Equatable {
        /// Creates nothing and changes no data; a reader slot in lock.mdb is all it writes.
        case readOnly
        /// Creates the directory and the files when they are missing.
        case readWrite
    }

    public enum SyncMode: Sendable, Equatable {
        /// A commit returns when its pages are on the device.
        case full
        /// A commit leaves its pages to the operating system (`MDB_NOSYNC`). A process may die at any time,
        /// but a power cut can corrupt the whole file: only for what can be thrown away and made again.
        case none
    }

    public struct Options: Sendable, Equatable {
        public var mode: Mode
        /// Address space, not disk: the file only grows as it is written. Rounded up to whole pages; LMDB raises it
        /// to what the file already needs.
        public var mapSizeBytes: Int
        public var maxDatabases: Int
        /// Simultaneous read transactions over all processes. The first process to open the environment decides.
        public var maxReaders: Int
        public var syncMode: SyncMode
        /// False for a file that nobody writes any more: it is read without lock.mdb (`MDB_NOLOCK`). Read-only alone.
        public var usesLocks: Bool

        public init(
            mode: Mode = .readOnly, mapSizeBytes: Int = 64 << 30, maxDatabases: Int = 64, maxReaders: Int = 126,
            syncMode: SyncMode = .full, usesLocks: Bool = true
        ) {
            precondition(usesLocks || mode == .readOnly, "what is written to needs its locks")
            self.mode = mode
            self.mapSizeBytes = mapSizeBytes
            self.maxDatabases = maxDatabases
            self.maxReaders = maxReaders
            self.syncMode = syncMode
            self.usesLocks = usesLocks
        }

        public static var readOnly: Options { Options(mode: .readOnly) }
        public static var readWrite: Options { Options(mode: .readWrite) }
    }
}
