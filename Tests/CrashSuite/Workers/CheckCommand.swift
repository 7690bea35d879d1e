import ArgumentParser
import Foundation

/// Prints what is wrong with a ledger as one line of JSON; exit status 1 when anything is.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "check", abstract: "Check every invariant.")

    @Option var ledger: String
    @Option(parsing: .upToNextOption, help: "The witnesses of all writers.")
    var witness: [String] = []
    @Option var seed: UInt64
    @Option var workload = Workload.notes

    func run() throws {
        var check = LogCheck(
            ledger: self.ledger, witnesses: self.witness, workload: self.workload, seed: self.seed)
        check.willRead = { if !$0.isSound { Self.tell($0) } }
        check.run()
        Self.tell(check.report)
        if !check.report.isSound { throw ExitCode(1) }
    }

    private static func tell(_ report: CheckReport) {
        // A report holds texts and numbers, which JSON can always say.
        guard let bytes = try? JSONEncoder().encode(report) else { return }
        say(String(decoding: bytes, as: UTF8.self))
    }
}
