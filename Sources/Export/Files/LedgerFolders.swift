import Foundation

/// Ledgers' own folders, which nothing else is written into.
package enum LedgerFolders {
    /// Throws for a path inside of a ledger, whatever links lead there, and whether anything is there yet.
    static func requireOutside(_ path: String) throws(ExportError) {
        guard let ledger = self.ledger(around: self.resolved(path)) else { return }
        throw ExportError(.notOurs, "\(path) lies inside of the ledger \(ledger): choose a place outside of it")
    }

    /// The ledger that a new one in `path` would lie inside of; nil for the path of a ledger itself.
    package static func ledger(aroundNew path: String) -> String? {
        let path = self.resolved(path)
        return self.ledger(around: self.parent(of: path))
    }

    private static func ledger(around path: String) -> String? {
        var folder = path
        while !folder.isEmpty {
            if ["ledger.json", "log"].allSatisfy({ access("\(folder)/\($0)", F_OK) == 0 }) { return folder }
            folder = self.parent(of: folder)
        }
        return nil
    }

    private static func parent(of path: String) -> String {
        String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }

    private static let linkLimit = 40

    /// The absolute path without links, `.` and `..`, of what is there and of what would be made.
    static func resolved(_ path: String) -> String {
        var head = path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
        var rest: [Substring] = []
        var links = 0
        while head.contains(where: { $0 != "/" }) {
            if let real = realpath(head, nil) {
                defer { free(real) }
                return self.appending(rest.reversed(), to: String(cString: real))
            }
            while head.count > 1, head.hasSuffix("/") { head.removeLast() }
            let slash = head.lastIndex(of: "/") ?? head.startIndex
            if let target = self.target(ofLink: head), links < self.linkLimit {
                links += 1
                head = target.hasPrefix("/") ? target : "\(head[..<slash])/\(target)"
            } else {
                rest.append(head[slash...].dropFirst())
                head = String(head[..<slash])
            }
        }
        return self.appending(rest.reversed(), to: "")
    }

    /// What is not there has no links in it, so `..` leads back to what was named before.
    private static func appending(_ names: [Substring], to real: String) -> String {
        var path = real == "/" ? "" : real
        for name in names where !name.isEmpty && name != "." {
            if name == ".." {
                path = self.parent(of: path)
            } else {
                path += "/\(name)"
            }
        }
        return names.contains("..") && !path.isEmpty ? self.resolved(path) : path
    }

    private static func target(ofLink path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                characters.baseAddress.map { readlink(path, $0, characters.count) } ?? -1
            }
        }
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }
}
