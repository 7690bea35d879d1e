import Glibc
import LedgerLMDB
import LedgerLog

/// The few things about files that a ledger's directory needs, with errors that name the path.
enum Files {
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The names in a directory, sorted; nil when there is no such path.
    static func names(in path: String) throws -> [String]? {
        guard let directory = opendir(path) else {
            if errno == ENOENT { return nil }
            throw self.error("listing", path)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func pause(microseconds: UInt32) { usleep(microseconds) }

    static func makeDirectory(_ path: String) throws {
        if mkdir(path, InheritedMode.directory(at: path)) != 0, errno != EEXIST { throw self.error("creating", path) }
    }

    static func remove(_ path: String) throws {
        if unlink(path) != 0, errno != ENOENT { throw self.error("removing", path) }
    }

    static func removeDirectory(_ path: String) throws {
        if rmdir(path) != 0, errno != ENOENT { throw self.error("removing", path) }
    }

    /// The whole of a small file; nil when there is none. Throws beyond `limit` bytes.
    static func read(_ path: String, limit: Int) throws -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw self.error("reading", path)
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        let count = Glibc.read(descriptor, &bytes, limit + 1)
        if count < 0 { throw self.error("reading", path) }
        guard count <= limit else {
            throw EventLogError(.corrupted(.start), "reading \(path): it is over \(limit) bytes")
        }
        return Array(bytes[..<count])
    }

    /// Writes a file that is there whole, and on the device, or not at all.
    static func writeAtomically(_ bytes: [UInt8], to path: String) throws {
        let temporary = path + ".tmp"
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let mode = InheritedMode.file(in: directory)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        if descriptor < 0 { throw self.error("writing", temporary) }
        let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        let failure = errno
        close(descriptor)
        errno = failure
        guard isWritten, rename(temporary, path) == 0 else { throw self.error("writing", path) }
    }

    /// Makes a file's contents, or the names in a directory, durable.
    static func sync(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw self.error("syncing", path) }
        defer { close(descriptor) }
        if fsync(descriptor) != 0 { throw self.error("syncing", path) }
    }

    static func error(_ doing: String, _ path: String) -> EventLogError {
        let number = errno
        let code: EventLogError.Code =
            switch number {
            case ENOSPC, EDQUOT: .diskFull
            case ENOENT: .notFound
            case EACCES, EPERM, EROFS: .readOnly
            default: .io
            }
        return EventLogError(code, "\(doing) \(path): \(String(cString: strerror(number)))")
    }
}
