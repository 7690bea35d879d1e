import AgentLedger
import Foundation
import LedgerEvents
import Testing

/// Telemetry of one trace, sent twice: what was derived from it first is corrected and in part withdrawn. Beside it stand a
/// trace whose root never comes and a span that cannot be read.
enum TelemetryShow {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../Fixtures/traces/revisions").standardized.path

    /// Imports both versions. Throws where anything but that one span is refused.
    static func run(_ ledger: Ledger, in scratch: Scratch) async throws {
        for name in ["first", "second"] {
            let lines = try String(contentsOfFile: "\(self.folder)/\(name).otlp.jsonl", encoding: .utf8)
            // What was refused names the file: not one of this machine.
            let file = try scratch.write(lines, to: "\(name).jsonl")
            let report = try await Importer(ledger).run([file]) { refusal in
                #expect(refusal.reason.contains("traceId"), "\(refusal)")
            }
            #expect(report.refused == (name == "first" ? 1 : 0))
        }
    }
}
