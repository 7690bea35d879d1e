import Glibc
import LedgerLog

extension Files {
    /// Gives a file that never changes a second name; where the file system has none to give, a copy. Read-only as the
    /// file is.
    static func share(_ path: String, as target: String) throws {
        if link(path, target) == 0 { return }
        try self.copy(path, to: target)
        try self.makeReadOnly(target, like: path)
        try self.sync(target)
    }

    private static func copy(_ path: String, to target: String) throws {
        let input = open(path, O_RDONLY | O_CLOEXEC)
        if input < 0 { throw self.error("reading", path) }
        defer { close(input) }
        let output = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if output < 0 { throw self.error("writing", target) }
        defer { close(output) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(input, &buffer, buffer.count)
            if count < 0 { throw self.error("reading", path) }
            if count == 0 { return }
            var written = 0
            while written < count {
                let step = buffer[written..<count].withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
                if step < 0 { throw self.error("writing", target) }
                written += step
            }
        }
    }
}
