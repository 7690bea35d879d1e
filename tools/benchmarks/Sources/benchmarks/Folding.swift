import AgentDomain
import AgentLedger
import EventLogLMDB
import EventSourcing
import Views

/// All views from nothing.
enum Folding {
    static var entries: [Catalog.Entry] {
        [
            .init(lines: ["fold.rebuild"], run: self.rebuild),
            .init(lines: ["memory.fold", "memory.fold.anonymous"], run: self.memory),
        ]
    }

    private static func rebuild(_ bench: Workbench) async throws {
        let path = try bench.company.path()
        let head = try LedgerReader(at: path).log.head()
        let events = Double(head.value)
        Progress.say("folding \(head) events")
        let rates = try await alternate(bench.options.runs) {
            events / (try await seconds { try self.rebuild(path, to: head) })
        } rival: {
            events / (try await seconds { try self.decodeAll(path) })
        }
        Figure(
            name: "fold.rebuild", unit: .eventsPerSecond, values: rates.ours,
            rival: ("read and decode of the same log", rates.rival)
        ).print()
    }

    static func rebuild(_ path: String, to position: Position) throws {
        let views = try LedgerReader(at: path).rebuild(to: position)
        guard views.position == position else {
            throw Program.Failure(description: "the views ended at \(views.position)")
        }
    }

    static func decodeAll(_ path: String) throws {
        let log = try LMDBEventLog.open(at: path)
        var sum: UInt64 = 0
        try log.read { stored in
            let (event, envelope) = try DomainEvent.decode(stored)
            withExtendedLifetime(event) { sum &+= envelope.position.value }
        }
        guard sum > 0 else { throw Program.Failure(description: "\(path) is empty") }
    }

    /// The most memory that folding takes, in a process of its own: at two sizes, to see that it does not grow.
    private static func memory(_ bench: Workbench) async throws {
        let path = try bench.company.path()
        let head = try LedgerReader(at: path).log.head().value
        for part in [head / 2, head] {
            try PeakMemory(try bench.child(["fold", path, "\(part)"])).print("memory.fold", size: "\(part) events")
        }
    }
}
