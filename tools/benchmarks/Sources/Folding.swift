import AgentLedger
import LedgerDomain
import LedgerEvents
import LedgerLogLMDB
import LedgerViews

/// All views from nothing.
enum Folding {
    static var entries: [Catalog.Entry] {
        [
            .init(lines: ["fold.rebuild"], run: self.rebuild),
            .init(lines: ["fold.incremental", "fold.incremental.catch-up"], run: self.incremental),
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

    /// Views that stand near the end of the log catch up with 1,000 events at a time, each time with a durable commit.
    private static func incremental(_ bench: Workbench) async throws {
        let reader = try LedgerReader(at: try bench.company.path())
        let (rounds, size) = (bench.size(20), 1000)
        let tail = UInt64(bench.options.runs * rounds * size)
        let start = Position(try reader.log.head().value - tail)
        let path = bench.newPath("views")
        // Getting there is not measured, and need not wait for the disk.
        try KeptViews(path: path, log: reader.log, origin: reader.origin, isDisposable: true).catchUp(to: start)
        let views = try KeptViews(path: path, log: reader.log, origin: reader.origin)
        Progress.say("catching up from \(start), \(size) events at a time")
        var decoded = start
        let times = try await alternate(bench.options.runs) {
            try await self.times(rounds) { try views.catchUp(to: views.position.advanced(by: size)) }
        } rival: {
            try await self.times(rounds) {
                try self.decode(reader.log, after: decoded, through: decoded.advanced(by: size))
                decoded = decoded.advanced(by: size)
            }
        }
        let rival = "read and decode of the same events"
        let rate = { (times: [Double]) in Double(rounds * size) / times.reduce(0, +) }
        Figure(
            name: "fold.incremental", unit: .eventsPerSecond, values: times.ours.map(rate),
            rival: (rival, times.rival.map(rate))
        ).print()
        Figure(
            name: "fold.incremental.catch-up", unit: .milliseconds, values: times.ours.map { $0.median * 1000 },
            rival: (rival, times.rival.map { $0.median * 1000 })
        ).print()
    }

    private static func times(_ rounds: Int, _ body: () throws -> Void) async throws -> [Double] {
        var times: [Double] = []
        for _ in 0..<rounds { times.append(try await seconds { try body() }) }
        return times
    }

    static func decodeAll(_ path: String) throws {
        try self.decode(try LMDBEventLog.open(at: path), after: .start, through: .end)
    }

    private static func decode(_ log: LMDBEventLog, after: Position, through: Position) throws {
        var sum: UInt64 = 0
        var reader = EventReader()
        try log.read(.all, after: after, through: through, limit: .max) { stored in
            let (event, envelope) = try reader.read(stored)
            withExtendedLifetime(event) { sum &+= envelope.position.value }
        }
        guard sum > 0 else { throw Program.Failure(description: "there is nothing behind \(after)") }
    }
}
