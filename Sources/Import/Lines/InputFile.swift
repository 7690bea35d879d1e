import Glibc

/// A file, pipe or standard input, open for reading. Only this and `GrowingFile` touch file descriptors.
final class InputFile: ByteSource {
    let name: String
    let totalBytes: Int?
    private(set) var bytesRead = 0
    private let descriptor: Int32

    /// Opens the file at `path`; `-` is standard input.
    init(path: String) throws(ImportError) {
        self.name = path == "-" ? "standard input" : path
        self.descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard self.descriptor >= 0 else { throw Self.failure(of: path, errno) }
        var status = stat()
        let isKnown = fstat(self.descriptor, &status) == 0
        self.totalBytes = isKnown && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
        if isKnown && status.st_mode & S_IFMT == S_IFDIR { throw Self.failure(of: self.name, EISDIR) }
    }

    deinit {
        if self.descriptor > STDIN_FILENO { close(self.descriptor) }
    }

    func read(into room: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
        while true {
            let count = Glibc.read(self.descriptor, room.baseAddress, room.count)
            if count >= 0 {
                self.bytesRead += count
                return count
            }
            if errno != EINTR { throw Self.failure(of: self.name, errno) }
        }
    }

    static func failure(of name: String, _ code: Int32) -> ImportError {
        switch code {
        case ENOENT, ENOTDIR:
            ImportError(
                .missing, "cannot read \(name): there is no such file; check the path, or give - for standard input",
                systemCode: code)
        case EACCES, EPERM:
            ImportError(
                .notPermitted, "cannot read \(name): permission denied; make it readable to this user", systemCode: code
            )
        case EISDIR:
            ImportError(.notAFile, "cannot read \(name): it is a directory; name the files in it", systemCode: code)
        default:
            ImportError(
                .unreadable,
                "cannot read \(name): \(String(cString: strerror(code))) (errno \(code)); nothing after "
                    + "this place was read, run the import again when the cause is gone", systemCode: code)
        }
    }
}
