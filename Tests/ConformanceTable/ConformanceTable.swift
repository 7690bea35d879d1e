import ArgumentParser
import Conformance
import Foundation
import Telemetry

/// Prints what recorded set-ups come out as, beside the truth, or writes docs/otlp.md.
@main
struct ConformanceTable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance",
        abstract: "Print what the recorded set-ups of real frameworks come out as, beside the truth.")

    @Flag(help: "Write docs/otlp.md instead.")
    var docs = false

    func run() throws {
        if self.docs {
            try TelemetryPage.text(setups: TelemetryPage.folder).write(
                toFile: TelemetryPage.path, atomically: true, encoding: .utf8)
            return
        }
        print(try TelemetryPage.table(setups: TelemetryPage.folder))
    }
}
