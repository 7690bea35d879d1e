import AgentLedger
import ArgumentParser
import LedgerEvents
import LedgerImporters
import LedgerLog
import LedgerLogLMDB

/// For each number that it reads, appends that batch unless it is there, or takes that name unless it is taken; says
/// whether it won.
struct RaceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "race", abstract: "Race for what one can have.")

    @Option var ledger: String
    @Option var seed: UInt64
    @Option var workload = Workload.notes

    func run() async throws {
        switch self.workload {
        case .notes:
            let log = try LMDBEventLog.open(at: self.ledger, mode: .readWrite)
            try await self.race { number in
                let condition = AppendCondition(failIfEventsMatch: EventQuery(tags: [PlannedBatch.tag(of: number)]))
                do {
                    _ = try await log.append(
                        try PlannedBatch(number: number, seed: self.seed).batch(), condition: condition)
                    return true
                } catch let error as EventLogError {
                    guard case .conditionFailed = error.code else { throw error }
                    return false
                }
            }
        case .commands:
            let ledger = try Ledger.open(at: self.ledger)
            let reader = CommandReader(defaultActor: .system("crash"))
            try await self.race { number in
                let json = #"{"command":"organization.create","data":{"name":"N","slug":"s\#(number)"}}"#
                let request = try Array(json.utf8).withUnsafeBytes {
                    try reader.read($0, now: ledger.now(), newID: ledger.makeID())
                }
                switch try await ledger.execute(request) {
                case .accepted: return true
                case .refused(let rejection) where rejection.reason == .notUnique: return false
                case .refused, .unchanged: throw Failure("command \(number) came to neither")
                }
            }
        }
    }

    private func race(_ isWon: (Int) async throws -> Bool) async throws {
        say("ready")
        while let line = readLine(), let number = Int(line) { say(try await isWon(number) ? "won" : "lost") }
    }
}
