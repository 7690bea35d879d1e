import Glibc

/// The few questions about files that opening an environment asks.
enum FileSystem {
    struct Status: Sendable {
        var device: UInt64
        var inode: UInt64
        var sizeBytes: Int
        var isDirectory: Bool
        var isRegularFile: Bool
    }

    /// The status of what is at `path`, links followed; nil when nothing is, or it cannot be looked at.
    static func status(_ path: String) -> Status? {
        var raw = stat()
        guard unsafe stat(path, &raw) == 0 else { return nil }
        return Status(raw)
    }

    static func status(descriptor: Int32) -> Status? {
        var raw = stat()
        guard unsafe fstat(descriptor, &raw) == 0 else { return nil }
        return Status(raw)
    }

    /// Creates a directory and those above it; 0, or the errno.
    static func makeDirectory(_ path: String) -> Int32 {
        if unsafe mkdir(path, InheritedMode.directory(at: path)) == 0 { return 0 }
        let number = errno
        if number == EEXIST { return status(path)?.isDirectory == true ? 0 : number }
        guard number == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return number }
        let above = makeDirectory(String(path[..<slash]))
        if above != 0 { return above }
        return unsafe mkdir(path, InheritedMode.directory(at: path)) == 0 || errno == EEXIST ? 0 : errno
    }

    /// Whether the file system holding `path` has next to no space left.
    static func isFull(_ path: String) -> Bool {
        var raw = statvfs()
        guard unsafe statvfs(path, &raw) == 0 else { return false }
        return raw.f_bavail < 16
    }

    /// The descriptors that this process has open.
    static func openDescriptors() -> [Int32] {
        guard let folder = unsafe opendir("/proc/self/fd") else { return [] }
        defer { unsafe closedir(folder) }
        var descriptors: [Int32] = []
        while let entry = unsafe readdir(folder) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
                unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if let descriptor = Int32(name) { descriptors.append(descriptor) }
        }
        return descriptors
    }

    /// Lets the other threads run for a while.
    static func pause(microseconds: UInt32) {
        usleep(microseconds)
    }
}

extension FileSystem.Status {
    fileprivate init(_ raw: stat) {
        self.device = UInt64(raw.st_dev)
        self.inode = UInt64(raw.st_ino)
        self.sizeBytes = Int(raw.st_size)
        self.isDirectory = raw.st_mode & S_IFMT == S_IFDIR
        self.isRegularFile = raw.st_mode & S_IFMT == S_IFREG
    }
}
