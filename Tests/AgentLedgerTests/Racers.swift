import AgentLedger
import LedgerDomain
import LedgerEvents
import Testing

/// Two ledgers over one folder, as two processes would have them: each decides from its own memory, and only the append
/// tells them apart.
struct Racers {
    let scratch: Scratch
    let ledgers: [Ledger]

    init() throws {
        self.scratch = try Scratch()
        let first = try Ledger.create(at: self.scratch.file("ledger"))
        self.ledgers = [first, try Ledger.open(at: first.path)]
    }

    var path: String { self.ledgers[0].path }

    func newID() -> String { UUIDText.format(self.ledgers[0].makeID()) }

    /// Gives commands that must all be accepted, one after the other.
    func prepare(_ commands: [String]) async throws {
        let ledger = self.ledgers[0]
        let outcomes = try await ledger.execute(try commands.map { try ledger.request($0) })
        for (command, outcome) in zip(commands, outcomes) { #expect(outcome.isAccepted, "\(command): \(outcome)") }
    }

    /// Gives commands all at once, to one ledger or the other. The outcomes stand in the commands' order.
    func race(_ commands: [String]) async throws -> [Ledger.Outcome] {
        let ledgers = self.ledgers
        return try await withThrowingTaskGroup(of: (Int, Ledger.Outcome).self) { group in
            for (index, command) in commands.enumerated() {
                group.addTask { (index, try await ledgers[index % ledgers.count].perform(command)) }
            }
            return try await group.reduce(into: [(Int, Ledger.Outcome)]()) { $0.append($1) }
                .sorted { $0.0 < $1.0 }.map { $0.1 }
        }
    }

    /// What both ledgers kept in memory and wrote into the views is what the log says.
    func expectSound(_ comment: Comment? = nil) throws {
        let reader = try LedgerReader(at: self.path)
        let report = try reader.replay()
        #expect(report.differences == [], comment)
    }
}

/// A command as JSON, without an id of its own where it makes nothing.
func command(_ name: String, at time: String? = nil, by actor: String? = nil, _ data: String) -> String {
    let time = time.map { #""occurred_at":"\#($0)","# } ?? ""
    let actor = actor.map { #""actor":"\#($0)","# } ?? ""
    return #"{"command":"\#(name)",\#(time)\#(actor)"data":{\#(data)}}"#
}
