import AgentDomain
import AgentLedger
import EventLog
import EventLogLMDB
import EventSourcing
import Foundation
import Views

/// One run as it stood at a past position: its own events up to there, by its tag and their types, and the rules of the
/// domain over them. Checked against the views rebuilt to such a position, which is also what it stands beside.
enum TimeTravelling {
    static var entries: [Catalog.Entry] {
        [.init(lines: ["entity.at-position", "entity.at-position.p99"], run: self.entityAtPosition)]
    }

    private static let types = DomainEvent.cases.map(\.type).filter { $0.name.hasPrefix("workflow_execution.") }

    private static func entityAtPosition(_ bench: Workbench) async throws {
        let reader = try LedgerReader(at: try bench.company.path())
        let head = try reader.log.head()
        Progress.say("states at random positions of \(head)")
        var random = SplitMix64(state: 11)
        let found = try await alternate(bench.options.runs) {
            let places = try self.places(bench.size(2000), through: head, reader.log, &random)
            var times: [Double] = []
            for (id, position) in places {
                times.append(
                    try await seconds {
                        guard try self.state(of: id, at: position, reader.log) != nil else {
                            throw Program.Failure(description: "there is no run \(id) at \(position)")
                        }
                    } * 1e6)
            }
            times.sort()
            return (p50: times.median, p99: times[times.count * 99 / 100])
        } rival: {
            let position = Position(1 + random.next() % head.value)
            var views: Views?
            let time = try await seconds { views = try reader.views(at: .position(position)) } * 1e6
            for (id, _) in try self.places(100, through: position, reader.log, &random) {
                guard try views?.find(id) == self.state(of: id, at: position, reader.log) else {
                    throw Program.Failure(description: "run \(id) at \(position) is not what the views say")
                }
            }
            return (p50: time, p99: time)
        }
        let rival = "LedgerReader.views(at:), all states folded up to there"
        Figure(
            name: "entity.at-position", unit: .microseconds, values: found.ours.map(\.p50),
            rival: (rival, found.rival.map(\.p50))
        ).print()
        Figure(
            name: "entity.at-position.p99", unit: .microseconds, values: found.ours.map(\.p99),
            rival: (rival, found.rival.map(\.p99))
        ).print()
    }

    private static func state(
        of id: WorkflowExecutionID, at position: Position, _ log: LMDBEventLog
    ) throws -> WorkflowExecution? {
        var state: WorkflowExecution?
        try log.read(
            Query(types: self.types, tags: [id.tag]), after: .start, through: position, limit: .max
        ) { stored in
            let (event, envelope) = try DomainEvent.decode(stored)
            if case .workflowExecution(let change) = event { WorkflowExecution.Rules.evolve(&state, by: change, envelope) }
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
