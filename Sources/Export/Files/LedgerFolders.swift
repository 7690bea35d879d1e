import Foundation

/// Ledgers' own folders, which no export writes into.
enum LedgerFolders {
    /// Throws for a path inside of a ledger, or of a link into one.
    static func requireOutside(_ path: String) throws(ExportError) {
        var folder = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        while folder.path != "/" {
            let isLedger = ["ledger.json", "log"].allSatisfy {
                FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path)
            }
            if isLedger {
                throw ExportError(
                    .notOurs, "\(path) lies inside of the ledger \(folder.path): choose a place outside of it")
            }
            folder.deleteLastPathComponent()
        }
    }
}
