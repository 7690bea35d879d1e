import Glibc

/// A folder that is removed with its files when it is no longer needed.
final class TemporaryFolder {
    let path: String

    init() throws {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/agentledger-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            let reason = String(cString: strerror(errno))
            throw LedgerError(
                .temporaryFolder, "cannot make a folder in \(parent): \(reason); set TMPDIR to one that can be written")
        }
        self.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { self.remove() }

    func remove() { Self.remove(self.path) }

    /// Removes a folder with all that is in it.
    private static func remove(_ path: String) {
        guard let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            let file = "\(path)/\(name)"
            if entry.pointee.d_type == UInt8(DT_DIR) { self.remove(file) } else { unlink(file) }
        }
        closedir(folder)
        rmdir(path)
    }
}
