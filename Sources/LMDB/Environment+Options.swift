extension Environment {
    @usableFromInline package enum Mode: Sendable, Equatable {
        /// Creates nothing and changes no data; a reader slot in lock.mdb is all it writes.
        case readOnly
        /// Creates the directory and the files when they are missing.
        case readWrite
    }

    package enum SyncMode: Sendable, Equatable {
        /// A commit returns when its pages are on the device.
        case full
        /// A commit leaves its pages to the operating system (`MDB_NOSYNC`). A process may die at any time,
        /// but a power cut can corrupt the whole file: only for what can be thrown away and made again.
        case none
    }

    package struct Options: Sendable, Equatable {
        package var mode: Mode
        /// Address space, not disk: the file only grows as it is written. Rounded up to whole pages; LMDB raises it
        /// to what the file already needs.
        package var mapSizeBytes: Int
        package var maxDatabases: Int
        /// Simultaneous read transactions over all processes. The first process to open the environment decides.
        package var maxReaders: Int
        package var syncMode: SyncMode
        /// False for a file that nobody writes any more: it is read without lock.mdb (`MDB_NOLOCK`). Read-only alone.
        package var usesLocks: Bool

        package init(
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

        package static var readOnly: Options { Options(mode: .readOnly) }
        package static var readWrite: Options { Options(mode: .readWrite) }
    }
}
