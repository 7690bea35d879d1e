import AgentLedger
import ArgumentParser
import LedgerLogLMDB

/// Follows a log up to a position, and says of each event where it stands and when it came.
struct FollowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "follow", abstract: "Follow a log.")

    @Option var ledger: String
    @Option var until: UInt64

    private struct Done: Error {}

    func run() async throws {
        let log = try LMDBEventLog.open(at: self.ledger)
        say("ready")
        do {
            try await log.follow { event in
                say("\(event.position.value) \(Witness.now())")
                if event.position.value >= self.until { throw Done() }
            }
        } catch is Done {
            // All have come.
        }
    }
}
