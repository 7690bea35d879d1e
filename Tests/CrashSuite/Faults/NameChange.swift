import Foundation

/// A line of the journal of names: see Tests/FaultInjection/names.c.
struct NameChange {
    var kind: String
    /// The name that was made, lost or moved to, where it is now.
    var path: String
    /// Where what was moved came from.
    private var origin = ""
    /// Another name of what lost its name.
    private var saved = ""
    var isLost = false

    var folder: String { (self.path as NSString).deletingLastPathComponent }

    init(_ line: Substring) {
        let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        self.kind = parts[0]
        self.path = parts[1]
        if self.kind == "rename" { (self.origin, self.path) = (parts[1], parts[2]) }
        if parts.count > 3 { self.saved = parts[3] }
    }

    /// Takes note that a folder was moved.
    mutating func follow(_ move: NameChange) {
        for name in [\NameChange.path, \.origin] where self[keyPath: name].hasPrefix(move.origin + "/") {
            self[keyPath: name] = move.path + self[keyPath: name].dropFirst(move.origin.count)
        }
    }

    /// What is gone already, with the folder that it was in, needs no undoing.
    func undo() {
        switch self.kind {
        case "create", "mkdir": try? FileManager.default.removeItem(atPath: self.path)
        case "rmdir": mkdir(self.path, 0o777)
        case "rename":
            rename(self.path, self.origin)
            if !self.saved.isEmpty { link(self.saved, self.path) }
        default: if !self.saved.isEmpty { link(self.saved, self.path) }
        }
    }
}
