import AgentLedger
import Foundation
import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerLogLMDB
import LedgerTables

/// The row of one run as it stood at a past position, with its totals of tokens and cost: what `show KIND ID --at` asks
/// for; and all views at one, as `query --at` asks for them. No other store is asked for the same.
enum TimeTravelling {
    static var entries: [Catalog.Entry] {
        [
            .init(lines: ["entity.at-position", "entity.at-position.p99"], run: self.entityAtPosition),
            .init(lines: ["views.at-position", "views.at-position.second"], run: self.viewsAtPosition),
        ]
    }

    /// All views at random positions, and how many runs there were: at first, and asked for again by another reader.
    private static func viewsAtPosition(_ bench: Workbench) async throws {
        let path = try bench.company.path()
        let head = try LedgerReader(at: path).log.head()
        // As many snapshots as ten million events have.
        let interval = head.value / 10
        _ = try self.runs(path, at: Position(head.value - 1), interval)
        var random = SplitMix64(state: 12)
        var (cold, second, folded): ([Double], [Double], [Double]) = ([], [], [])
        for _ in 0..<bench.options.runs {
            let position = Position(1 + random.next() % (head.value - 1))
            try bench.remove("\(path)/snapshots/recent")
            var counts: [Int] = []
            cold.append(try await seconds { counts.append(try self.runs(path, at: position, interval)) } * 1000)
            second.append(try await seconds { counts.append(try self.runs(path, at: position, interval)) } * 1000)
            folded.append(
                try await seconds {
                    let views = try LedgerReader(at: path).rebuild(to: position)
                    counts.append(try views.count(of: WorkflowExecution.self))
                } * 1000)
            guard Set(counts).count == 1 else {
                throw Program.Failure(description: "at \(position) there were \(counts) runs")
            }
        }
        let rival = "folding from the first event"
        Figure(name: "views.at-position", unit: .milliseconds, values: cold, rival: (rival, folded)).print()
        Figure(name: "views.at-position.second", unit: .milliseconds, values: second, rival: (rival, folded)).print()
    }

    private static func runs(_ path: String, at position: Position, _ interval: UInt64) throws -> Int {
        let reader = try LedgerReader(at: path, snapshotInterval: interval)
        return try reader.views(at: .position(position)).count(of: WorkflowExecution.self)
    }

    private static func entityAtPosition(_ bench: Workbench) async throws {
        let reader = try LedgerReader(at: try bench.company.path())
        let head = try reader.log.head()
        var random = SplitMix64(state: 11)
        try await self.check(reader, at: Position(1 + random.next() % head.value), &random)
        Progress.say("states at random positions of \(head)")
        var (p50, p99): ([Double], [Double]) = ([], [])
        for _ in 0..<bench.options.runs {
            var times: [Double] = []
            for (id, position) in try self.places(bench.size(2000), through: head, reader.log, &random) {
                times.append(try await seconds { _ = try self.row(of: id, at: position, reader) } * 1e6)
            }
            times.sort()
            p50.append(times.median)
            p99.append(times[times.count * 99 / 100])
        }
        Figure(name: "entity.at-position", unit: .microseconds, values: p50).print()
        Figure(name: "entity.at-position.p99", unit: .microseconds, values: p99).print()
    }

    /// Throws unless the states are those of all views folded up to there.
    private static func check(_ reader: LedgerReader, at position: Position, _ random: inout SplitMix64) async throws {
        let start = ContinuousClock.now
        let views = try reader.views(at: .position(position))
        Progress.say("folding all views up to \(position) takes \(ContinuousClock.now - start)")
        let snapshot = LedgerSnapshot(views: views, log: reader.log, origin: reader.origin)
        for (id, _) in try self.places(1000, through: position, reader.log, &random) {
            guard let row = try self.row(of: id, at: position, reader),
                try snapshot.row(of: WorkflowExecution.kind, id: id.bits)?.cells == row.cells
            else { throw Program.Failure(description: "run \(id) at \(position) is not what the views say") }
        }
    }

    private static func row(
        of id: WorkflowExecutionID, at position: Position, _ reader: LedgerReader
    ) throws -> TableRow? {
        try reader.row(of: WorkflowExecution.kind, id: id.bits, at: .position(position))
    }

    /// Positions at random, each with a run that its event is about.
    private static func places(
        _ count: Int, through last: Position, _ log: LMDBEventLog, _ random: inout SplitMix64
    ) throws -> [(WorkflowExecutionID, Position)] {
        var places: [(WorkflowExecutionID, Position)] = []
        while places.count < count {
            let position = Position(1 + random.next() % last.value)
            try log.event(at: position) { stored in
                let run = try stored.tags().first { $0.kind == WorkflowExecution.kind }?.id
                if let run { places.append((WorkflowExecutionID(bits: run), position)) }
            }
        }
        return places
    }
}
