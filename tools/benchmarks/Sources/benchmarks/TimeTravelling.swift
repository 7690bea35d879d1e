import AgentDomain
import AgentLedger
import EventLog
import EventLogLMDB
import EventSourcing
import Foundation
import Views

/// One run as it stood at a past position: its own events up to there, by its tag and their types, and the rules of the
/// domain over them. No other store is asked for the same, so there is no rival.
enum TimeTravelling {
    static var entries: [Catalog.Entry] {
        [.init(lines: ["entity.at-position", "entity.at-position.p99"], run: self.entityAtPosition)]
    }

    private static let types = DomainEvent.cases.map(\.type).filter { $0.name.hasPrefix("workflow_execution.") }

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
                times.append(try await seconds { _ = try self.state(of: id, at: position, reader.log) } * 1e6)
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
        for (id, _) in try self.places(1000, through: position, reader.log, &random) {
            guard let state = try self.state(of: id, at: position, reader.log), try views.find(id) == state else {
                throw Program.Failure(description: "run \(id) at \(position) is not what the views say")
            }
        }
    }

    private static func state(
        of id: WorkflowExecutionID, at position: Position, _ log: LMDBEventLog
    ) throws -> WorkflowExecution? {
        var state: WorkflowExecution?
        try log.read(
            Query(types: self.types, tags: [id.tag]), after: .start, through: position, limit: .max
        ) { stored in
            let (event, envelope) = try DomainEvent.decode(stored)
            if case .workflowExecution(let change) = event {
                WorkflowExecution.Rules.evolve(&state, by: change, envelope)
            }
        }
        return state
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
