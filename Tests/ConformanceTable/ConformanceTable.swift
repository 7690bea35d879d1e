import ArgumentParser
import Conformance
import Foundation
import LedgerTelemetry

/// Prints what recorded set-ups come out as, beside the truth.
@main
struct ConformanceTable: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance",
        abstract: "Print what the recorded set-ups of real frameworks come out as, beside the truth.")

    func run() throws {
        print(try TelemetryPage.table(setups: TelemetryPage.folder))
    }
}
