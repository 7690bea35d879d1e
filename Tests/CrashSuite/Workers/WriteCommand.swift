import AgentLedger
import ArgumentParser
import LedgerEvents
import LedgerLog
import LedgerLogLMDB
import LedgerSimulation

/// Writes what the plan says, and has each acknowledgement witnessed before it goes on. Says `+` for each.
struct WriteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "write", abstract: "Append to a ledger.")

    enum Failing: String, ExpressibleByArgument {
        /// The process ends.
        case stop
        /// The same again, with a ledger that is opened anew where the old one does not go on.
        case again
        /// Says `!`, and waits for a line before it tries again.
        case ask
    }

    @Option var ledger: String
    @Option var witness: String
    @Option var seed: UInt64
    @Option var workload = Workload.notes
    @Option(help: "How many batches or commands to have acknowledged.")
    var count: Int
    @Option(help: "The number of the first; what is witnessed already is passed over.")
    var from = 0
    @Option(help: "At most so many at once.")
    var window = 1
    @Option(help: "What an append that fails leads to.")
    var failing = Failing.stop
    @Option(help: "A pause of up to this many microseconds before each append.")
    var pace: UInt32 = 0
    @Option(help: "How many events make a segment, where the ledger has to be made first.")
    var segmentEvents = 16_000_000
    @Option(help: "A mistake to make.")
    var bug: PlantedBug?

    func run() async throws {
        let known = Set(try Witness.read(self.witness).map(\.number))
        let numbers = (self.from...).lazy.filter { !known.contains($0) }.prefix(self.count)
        let witness = try Witness(path: self.witness)
        switch self.workload {
        case .notes:
            let writer = NoteWriter(options: self, witness: witness)
            try await writer.write(Array(numbers))
        case .commands:
            let writer = CommandWriter(options: self, witness: witness)
            try await writer.write(Array(numbers))
        }
    }

    /// Says whether to try again after a failure of the disk; throws all others.
    func survives(_ error: any Error) throws {
        let code = (error as? any LedgerFailure)?.code
        let isOfTheDisk = code == "disk_full" || code == "io"
        guard isOfTheDisk, self.failing != .stop else { throw error }
        say("!")
        if self.failing == .ask { _ = readLine() }
    }
}

/// What a writer writes.
enum Workload: String, ExpressibleByArgument, CaseIterable {
    /// Batches of notes, straight into the log.
    case notes
    /// Commands into a ledger that keeps views.
    case commands
}

extension PlantedBug: ExpressibleByArgument {}
