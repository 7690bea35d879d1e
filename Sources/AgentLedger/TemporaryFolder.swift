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

    func remove() {
        for file in ["data.mdb", "lock.mdb"] { unlink("\(self.path)/\(file)") }
        rmdir(self.path)
    }
}
