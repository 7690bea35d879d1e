import Foundation
import LedgerLogLMDB

/// Every page, checksum, index entry, leaf and tree node of a log of a million events, beside one SHA-256 of its files.
enum Verifying {
    static var entries: [Catalog.Entry] {
        [.init(lines: ["verify.full"], run: self.full)]
    }

    private static func full(_ bench: Workbench) async throws {
        let ledger = try bench.company.path()
        let files = try FileManager.default.subpathsOfDirectory(atPath: "\(ledger)/log")
            .filter { $0.hasSuffix("data.mdb") }.map { "\(ledger)/log/\($0)" }
        let head = Double(try LMDBEventLog.open(at: ledger).head().value)
        let rates = try await alternate(bench.options.runs) {
            head
                / (try await seconds {
                    let report = try LMDBEventLog.verify(at: ledger)
                    guard report.isSound, Double(report.events) == head else {
                        throw Program.Failure(description: "verified \(report.events) events: \(report.findings)")
                    }
                })
        } rival: {
            head / (try await seconds { try Program.named("sha256sum", files).run() })
        }
        Figure(
            name: "verify.full", unit: .eventsPerSecond, values: rates.ours,
            rival: ("sha256sum of the same files", rates.rival)
        ).print()
    }
}
