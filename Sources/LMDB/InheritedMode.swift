import Glibc

/// The permissions of what is made in a directory: those of the directory. A ledger's own directory decides who may read
/// and write all of it.
package enum InheritedMode {
    /// For a directory that is made at `path`.
    package static func directory(at path: String) -> mode_t {
        var path = Substring(path)
        while path.count > 1, path.last == "/" { path.removeLast() }
        let above = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) }
        return Self.mode(of: above ?? ".") & 0o777
    }

    /// For a file that is made in `directory`.
    package static func file(in directory: String) -> mode_t { self.mode(of: directory) & 0o666 }

    private static func mode(of directory: String) -> mode_t {
        var status = stat()
        // What cannot be looked at gets what the process' mask leaves.
        guard unsafe stat(directory, &status) == 0 else { return 0o777 }
        return status.st_mode
    }
}
