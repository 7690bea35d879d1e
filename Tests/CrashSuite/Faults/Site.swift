import Foundation

/// A folder in which one ledger is attacked: the ledger below `root`, and beside that what is known of it.
final class Site {
    let folder: String
    var root: String { self.folder + "/root" }
    var ledger: String { self.root + "/ledger" }
    var witness: String { self.folder + "/witness" }
    /// What the preloaded library notes, and where it marks that the fault was struck.
    var journal: String { self.folder + "/journal" }
    var mark: String { self.folder + "/mark" }

    /// The folder is removed with the last reference, but for a site that is to be looked at.
    var isKept = false

    init(in parent: String, _ name: String) throws {
        self.folder = "\(parent)/\(name)-\(UUID().uuidString.prefix(8))"
        for path in [self.folder, self.folder + "/root", self.folder + "/journal"] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    deinit {
        // A leftover in the temporary folder is harmless.
        if !self.isKept { try? FileManager.default.removeItem(atPath: self.folder) }
    }

    /// Whether the fault was struck since the last call.
    func takeMark() -> Bool {
        defer { unlink(self.mark) }
        return access(self.mark, F_OK) == 0
    }

    /// Forgets what would have been lost.
    func clearJournal() throws {
        try FileManager.default.removeItem(atPath: self.journal)
        try FileManager.default.createDirectory(atPath: self.journal, withIntermediateDirectories: false)
    }

    /// Where segments' files are, oldest first.
    var segments: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: self.ledger + "/log")) ?? []
        return names.filter { $0.count == 20 }.sorted().map { "\(self.ledger)/log/\($0)/data.mdb" }
    }
}
