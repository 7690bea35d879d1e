import Foundation
import LedgerDomain
import LedgerEvents
import LedgerTelemetry

/// A recorded set-up: its spans, and what really happened.
package struct Conformance: Sendable {
    package var name: String
    package var fixture: TelemetryFixture
    package var truth: ConformanceTotals
    /// `source_notes`.
    package var notes: [String]

    /// The names of the set-ups in a folder of `NAME.otlp.jsonl.gz` and `NAME.expected.json`.
    package static func names(in folder: String) throws -> [String] {
        let ending = ".otlp.jsonl.gz"
        return try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(ending) && !$0.hasPrefix("tau2-") }
            .map { String($0.dropLast(ending.count)) }
            .sorted()
    }

    package init(_ name: String, in folder: String) throws {
        self.name = name
        self.fixture = try TelemetryFixture("\(folder)/\(name).otlp.jsonl.gz")
        let expected = "\(folder)/\(name).expected.json"
        self.truth = try ConformanceTotals(expected: expected)
        let data = try Data(contentsOf: URL(fileURLWithPath: expected))
        let file = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        self.notes = file?["source_notes"] as? [String] ?? []
    }

    package var losses: [KnownLoss] { KnownLoss.all.filter { $0.setup == self.name } }

    /// The totals that are neither the truth nor a known loss, and known losses that are none.
    package func faults(of totals: ConformanceTotals) -> [String] {
        var losses: [String: String] = [:]
        for loss in self.losses { losses.merge(loss.values) { first, _ in first } }
        var faults: [String] = []
        for difference in totals.differences(from: self.truth) {
            let expected = losses.removeValue(forKey: difference.name)
            if expected == difference.own { continue }
            let wanted = expected.map { "\($0) (truth \(difference.other))" } ?? difference.other
            faults.append("\(self.name): \(difference.name) is \(difference.own), not \(wanted)")
        }
        for (name, value) in losses.sorted(by: { $0.key < $1.key }) {
            faults.append("\(self.name): \(name) is right, not \(value): no loss any more")
        }
        return faults
    }

    /// Markdown: a line for each set-up, a column for each total; where ours differs, `ours (truth)`.
    package static func table(_ rows: [(Conformance, ConformanceTotals)]) -> String {
        var text = "| set-up |" + ConformanceTotals.counts.map { " \($0) |" }.joined() + "\n"
        text += "|---|" + ConformanceTotals.counts.map { _ in "---|" }.joined() + "\n"
        for (setup, totals) in rows {
            text += "| \(setup.name) |"
            for count in ConformanceTotals.counts {
                let (own, truth) = (totals.values[count] ?? 0, setup.truth.values[count] ?? 0)
                text += own == truth ? " \(own) |" : " \(own) (\(truth)) |"
            }
            text += "\n"
        }
        return text
    }
}
