import AgentLedger
import Foundation

/// A folder for one test, removed with it.
final class Scratch: Sendable {
    let path: String

    init() throws {
        self.path = FileManager.default.temporaryDirectory.appendingPathComponent("ledger-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    /// A leftover in the temporary folder is harmless.
    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    func file(_ name: String) -> String { "\(self.path)/\(name)" }

    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: self.file(name), atomically: true, encoding: .utf8)
        return self.file(name)
    }
}

/// The real runs that the demo imports.
let airline = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../tools/demo/tau2-airline.otlp.jsonl").standardized.path

/// The rows of a query, as text.
func rows(_ sql: String, of ledger: String, at moment: Moment = .end) throws -> [[String]] {
    var rows: [[String]] = []
    try LedgerReader(at: ledger).query(sql, at: moment, columns: { _ in }) { rows.append($0.map(\.text)) }
    return rows
}
