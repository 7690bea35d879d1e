import Glibc
import LedgerLog

// Modes, locks and lengths.
extension Files {
    struct Identity: Equatable {
        var device: UInt64
        var inode: UInt64
    }

    /// What stands at the path; nil when nothing does.
    static func identity(_ path: String) -> Identity? { self.status(path).map(Identity.init) }

    static func identity(descriptor: Int32) -> Identity? {
        var raw = stat()
        return fstat(descriptor, &raw) == 0 ? Identity(raw) : nil
    }

    /// Whether anybody may write to the file, going by its mode alone.
    static func isWritable(_ path: String) -> Bool { self.status(path).map { $0.st_mode & 0o222 != 0 } ?? false }

    static func sizeBytes(_ path: String) -> Int { self.status(path).map { Int($0.st_size) } ?? 0 }

    /// Gives `path` the mode of `model`, without leave to write.
    static func makeReadOnly(_ path: String, like model: String) throws {
        guard let mode = self.status(model)?.st_mode, chmod(path, mode & 0o444) == 0 else {
            throw self.error("making read-only", path)
        }
    }

    static func move(_ path: String, to target: String) throws {
        if rename(path, target) != 0 { throw self.error("moving", path) }
    }

    /// Makes the file at least this long, and never shorter, whoever else writes to it.
    static func extend(_ path: String, toBytes bytes: Int) throws {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        if descriptor < 0 { throw self.error("lengthening", path) }
        defer { close(descriptor) }
        let length = self.sizeBytes(path)
        guard bytes > length else { return }
        let number = posix_fallocate(descriptor, length, bytes - length)
        errno = number
        if number != 0 { throw self.error("lengthening", path) }
    }

    /// Runs `body` while it holds the lock on a directory; false, without running it, when another holds it and it
    /// is not to be waited for, or when the directory was replaced or removed meanwhile.
    static func locking(_ directory: String, waits: Bool, _ body: () throws -> Void) throws -> Bool {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return false }
            throw self.error("locking", directory)
        }
        defer { close(descriptor) }
        guard flock(descriptor, waits ? LOCK_EX : LOCK_EX | LOCK_NB) == 0 else { return false }
        guard let held = self.identity(descriptor: descriptor), held == self.identity(directory) else { return false }
        try body()
        return true
    }

    private static func status(_ path: String) -> stat? {
        var raw = stat()
        return stat(path, &raw) == 0 ? raw : nil
    }
}

extension Files.Identity {
    fileprivate init(_ raw: stat) {
        self.init(device: UInt64(raw.st_dev), inode: UInt64(raw.st_ino))
    }
}
