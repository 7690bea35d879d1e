import Foundation
import Telemetry

/// docs/otlp.md: how telemetry is read, generated from the table of dialects and the recorded set-ups.
public enum TelemetryPage {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardized

    public static let folder = Self.repository.appendingPathComponent("Tests/Fixtures/otel").path
    public static let path = Self.repository.appendingPathComponent("docs/otlp.md").path

    /// A line for each set-up, a column for each total; where ours differs, `ours (truth)`, and below, why.
    public static func table(setups folder: String) throws -> String {
        let rows = try Conformance.names(in: folder).map { name in
            let setup = try Conformance(name, in: folder)
            return (setup, ConformanceTotals(Assembly.rows(of: setup.fixture.inputs)))
        }
        var text = Conformance.table(rows)
        text += "\nWhere the spans cannot show the truth:\n\n"
        for loss in KnownLoss.all {
            let values = loss.values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            text += "- `\(loss.setup)` (\(values)): \(loss.reason)\n"
        }
        return text
    }

    public static func text(setups folder: String) throws -> String {
        """
        # How OpenTelemetry data is read

        This page is generated: `swift run conformance --docs`. A test compares it.

        Every span and log record is recorded as it came (`trace_spans`, `log_records`, `trace_resources`). Runs, agents'
        parts, calls and usage are derived from them, and each row names the span that it comes from. What a span says
        depends on who wrote it: the tables below say which attribute means what, in which dialect.

        \(DialectTable.markdown)

        ## Conformance

        Small agents were run with 51 set-ups of framework, SDK and instrumentation, against model servers and tools that
        count. The numbers are what comes out; where that is not the truth, the truth stands in parentheses. `make
        conformance` prints this table.

        \(try Self.table(setups: folder))
        """
    }
}
