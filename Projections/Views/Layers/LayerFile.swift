import Glibc
import LedgerLMDB

/// A file's bytes, mapped for reading: there as long as this is, also when the file is removed meanwhile.
final class MappedFile {
    let bytes: UnsafeRawBufferPointer

    /// Nil when it cannot be mapped.
    init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        let count = Int(status.st_size)
        guard count > 0, let start = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED else {
            return nil
        }
        self.bytes = UnsafeRawBufferPointer(start: start, count: count)
    }

    convenience init?(path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        self.init(descriptor: descriptor)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: self.bytes.baseAddress), self.bytes.count) }
}

/// A file that is being written: it has its name from `publish` on, and without that is gone with this.
///
/// Not synced to the device: its checksums tell what a power cut did to it.
final class UnfinishedFile {
    static let prefix = "unfinished-"

    let descriptor: Int32
    private(set) var count = 0
    private let path: String
    private var isNamed = true

    init(in folder: String) throws {
        var template = Array("\(folder)/\(Self.prefix)XXXXXX".utf8CString)
        self.descriptor = mkstemp(&template)
        self.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard self.descriptor >= 0 else { throw Self.error("making a file", in: folder) }
        _ = fcntl(self.descriptor, F_SETFD, FD_CLOEXEC)
        fchmod(self.descriptor, InheritedMode.file(in: folder))
    }

    deinit {
        if self.isNamed { unlink(self.path) }
        close(self.descriptor)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while let start = rest.baseAddress, rest.count > 0 {
            let written = Glibc.write(self.descriptor, start, rest.count)
            guard written > 0 else {
                if errno == EINTR { continue }
                throw Self.error("writing", in: self.path)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
        self.count += bytes.count
    }

    /// Takes the name away: the file is there as long as somebody has it open.
    func unname() {
        unlink(self.path)
        self.isNamed = false
    }

    func publish(as target: String) throws {
        guard rename(self.path, target) == 0 else { throw Self.error("naming", in: target) }
        self.isNamed = false
    }

    private static func error(_ doing: String, in path: String) -> ViewsError {
        let reason = String(cString: strerror(errno))
        return ViewsError(
            .unwritable, "\(doing) in \(path): \(reason)",
            remedy: "set TMPDIR to a folder with room that can be written")
    }
}
