import AgentLedger
import ArgumentParser
import Foundation

/// Adopts a platform's database in small batches, and kills itself once the log has so many events.
struct AdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Adopt a database, and die in the middle of it.")

    @Option var ledger: String
    @Option(help: "The database, as import takes it.")
    var from: String
    @Option(help: "How many events the log has when the process dies.")
    var until: UInt64
    @Option(help: "How many commands are executed together.")
    var batch = 16

    func run() async throws {
        let ledger = try Ledger.open(at: self.ledger)
        var options = ImportOptions()
        options.batch = self.batch
        let until = self.until
        Thread.detachNewThread {
            while true {
                // A log that cannot be read for a moment is asked again.
                if let head = try? ledger.log.head(), head.value >= until { kill(getpid(), SIGKILL) }
                usleep(200)
            }
        }
        let report = try await Importer(ledger, options: options).run([self.from]) { _ in }
        say("\(report.events) events, \(report.refused) refused")
    }
}
