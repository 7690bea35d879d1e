import AgentLedger
import ArgumentParser
import LedgerEvents

/// Whether what was done goes on record: reading alone never writes.
struct RecordOption: ParsableArguments {
    @Flag(name: .customLong("record"), help: "Append an event that says that this was done, and what came of it.")
    var isOn = false

    func record(
        in options: LedgerOptions, _ append: (Ledger, Principal, EventSource) async throws -> Ledger.Outcome
    ) async throws {
        guard self.isOn else { return }
        switch try await append(options.writer(), .system("cli"), .commandLine) {
        case .accepted(let first, _): Diagnostics.note("on record at position \(first)")
        case .unchanged: return
        case .refused(let rejection):
            throw Failure(
                "it was done, but could not be put on record: \(rejection.message)", category: rejection.category)
        }
    }
}
