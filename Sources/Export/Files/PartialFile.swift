import Crypto
import Foundation
import Synchronization

/// A file being written under a temporary name beside its place, and put there whole.
///
/// Until `finish()` whatever stood at `path` stands; a writer that fails or dies leaves at most `path.partial`.
package final class PartialFile {
    package let path: String
    private(set) var bytes = 0
    private let handle: FileHandle
    private var hash = SHA256()
    private var isFinished = false

    var partialPath: String { PartialFile.partialPath(self.path) }

    static func partialPath(_ path: String) -> String { path + ".partial" }

    /// What a new file may take the place of. Nothing inside of a ledger is, ever.
    package enum Replaceable: Sendable {
        /// For those who know already that it is theirs.
        case anything
        /// An empty file, or one that begins so.
        case beginning(with: String)
    }

    /// - Parameter replaceable: what may stand at `path`.
    package init(_ path: String, replacing replaceable: Replaceable) throws(ExportError) {
        try Self.requireReplaceable(path)
        if case .beginning(let mark) = replaceable { try Self.requireOurs(path, mark) }
        self.path = path
        let partial = PartialFile.partialPath(path)
        // A link under the temporary name would lead elsewhere. Usually nothing has it.
        unlink(partial)
        PartialFile.begin(partial)
        guard FileManager.default.createFile(atPath: partial, contents: nil),
            let handle = FileHandle(forWritingAtPath: partial)
        else {
            throw ExportError(
                .cannotWrite, "cannot create \(partial): check that its folder exists and may be written to")
        }
        self.handle = handle
    }

    /// Throws for a path inside of a ledger, and where something is that is not a file: the new file takes the place of the
    /// one before, which a pipe or a device must not lose.
    static func requireReplaceable(_ path: String) throws(ExportError) {
        if path.isEmpty { throw ExportError(.cannotWrite, "the name of a file is empty: name one") }
        try LedgerFolders.requireOutside(path)
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG else { return }
        throw ExportError(
            .cannotWrite, "cannot write \(path): it is there and is not a file; name a file, or one that does not exist"
        )
    }

    private static func requireOurs(_ path: String, _ mark: String) throws(ExportError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        // A file that cannot be read is not known to be ours.
        let held = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)).read(upToCount: mark.utf8.count)
        if let held, held.isEmpty || held == Data(mark.utf8) { return }
        throw ExportError(
            .notOurs, "\(path) is there, and we did not write it: choose another file, or overwrite it with --force")
    }

    deinit {
        if !self.isFinished {
            // Cleaning up after a failure already reported: there is nobody left to tell.
            try? self.handle.close()
            try? FileManager.default.removeItem(atPath: self.partialPath)
        }
        PartialFile.end(self.partialPath)
    }

    /// The files and directories that are being written under temporary names.
    private static let unfinished = Mutex<Set<String>>([])

    /// Notes a file or directory that has a temporary name, for `removeAll`.
    package static func begin(_ path: String) { _ = self.unfinished.withLock { $0.insert(path) } }

    /// Forgets it: it is gone, or has its name.
    package static func end(_ path: String) { _ = self.unfinished.withLock { $0.remove(path) } }

    /// Removes whatever is unfinished, for a process that is about to end.
    package static func removeAll() {
        self.unfinished.withLock { paths in
            // Nobody is left to tell of a file that stays.
            for path in paths { try? FileManager.default.removeItem(atPath: path) }
        }
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws(ExportError) {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
        self.hash.update(bufferPointer: bytes)
        self.bytes += bytes.count
        do {
            try self.handle.write(
                contentsOf: Data(
                    bytesNoCopy: UnsafeMutableRawPointer(mutating: base), count: bytes.count, deallocator: .none))
        } catch {
            throw ExportError(.cannotWrite, "cannot write to \(self.partialPath): is the disk full?", cause: error)
        }
    }

    /// Makes the bytes durable; they still have their temporary name.
    package func close() throws(ExportError) {
        do {
            try self.handle.synchronize()
            try self.handle.close()
        } catch {
            throw ExportError(.cannotWrite, "cannot finish \(self.partialPath): is the disk full?", cause: error)
        }
    }

    /// Gives the closed file its name, over whatever had it.
    package func rename() throws(ExportError) {
        try PartialFile.rename(self.partialPath, to: self.path)
        self.isFinished = true
    }

    /// SHA-256 of the bytes so far, in hexadecimal.
    var sha256: String {
        self.hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func rename(_ from: String, to: String) throws(ExportError) {
        guard Foundation.rename(from, to) == 0 else {
            throw ExportError(
                .cannotWrite, "cannot rename \(from) to \(to): \(String(cString: strerror(errno)))")
        }
    }
}
