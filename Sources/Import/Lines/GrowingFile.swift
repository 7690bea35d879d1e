import Glibc

/// A file that is read while another process writes to it, and which may be renamed or truncated meanwhile.
final class GrowingFile: ByteSource {
    enum Change {
        case none
        /// It is shorter than what was read of it, or begins differently.
        case truncated
        /// Another file has its name now.
        case replaced(GrowingFile)
    }

    let name: String
    private(set) var bytesRead = 0
    private let descriptor: Int32
    private let identity: Identity
    /// The first bytes that were read, by which a truncated file is known even if it has grown again.
    private var head: [UInt8] = []

    private struct Identity: Equatable {
        var device: UInt
        var inode: UInt
    }

    var totalBytes: Int? { nil }

    init(path: String) throws(ImportError) {
        self.name = path
        self.descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard self.descriptor >= 0 else { throw InputFile.failure(of: path, errno) }
        var status = stat()
        guard fstat(self.descriptor, &status) == 0 else { throw InputFile.failure(of: path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ImportError(.notAFile, "cannot follow \(path): it is no regular file; import it without following")
        }
        self.identity = Identity(device: UInt(status.st_dev), inode: UInt(status.st_ino))
    }

    deinit { if self.descriptor >= 0 { close(self.descriptor) } }

    func read(into room: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
        while true {
            let count = pread(self.descriptor, room.baseAddress, room.count, self.bytesRead)
            if count >= 0 {
                if self.head.count < Self.headLength {
                    self.head += room.prefix(min(count, Self.headLength - self.head.count))
                }
                self.bytesRead += count
                return count
            }
            if errno != EINTR { throw InputFile.failure(of: self.name, errno) }
        }
    }

    private static let headLength = 4096

    /// What happened to the file since it was opened. A name that no file has means none: the next file is not there yet.
    func change(at path: String) throws(ImportError) -> Change {
        if try self.isTruncated() { return .truncated }
        var status = stat()
        guard stat(path, &status) == 0 else { return .none }
        let found = Identity(device: UInt(status.st_dev), inode: UInt(status.st_ino))
        if found == self.identity { return .none }
        // It may be gone again, or not be readable yet.
        return (try? GrowingFile(path: path)).map { .replaced($0) } ?? .none
    }

    func isTruncated() throws(ImportError) -> Bool {
        var status = stat()
        guard fstat(self.descriptor, &status) == 0 else { throw InputFile.failure(of: self.name, errno) }
        return status.st_size < self.bytesRead || self.beginsDifferently()
    }

    private func beginsDifferently() -> Bool {
        guard !self.head.isEmpty else { return false }
        let now = [UInt8](unsafeUninitializedCapacity: self.head.count) { room, count in
            count = max(0, pread(self.descriptor, room.baseAddress, self.head.count, 0))
        }
        return now != self.head
    }

    /// Reads from the start again.
    func restart() {
        self.bytesRead = 0
        self.head = []
    }

    static func sleep(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        usleep(UInt32(clamping: seconds * 1_000_000 + attoseconds / 1_000_000_000_000))
    }
}
