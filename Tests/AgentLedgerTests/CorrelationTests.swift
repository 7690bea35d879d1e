import AgentLedger
import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerSimulation
import Testing

@Suite("What belongs to a run")
struct CorrelationTests {
    let scratch: Scratch
    let reader: LedgerReader
    let seed: UInt64

    init() async throws {
        self.scratch = try Scratch()
        self.seed = UInt64.random(in: 0 ... .max)
        let ledger = try Ledger.create(at: self.scratch.file("ledger"))
        _ = try await Simulator(ledger).run(CompanySimulation(seed: self.seed, until: .executions(60)))
        _ = try await ledger.runPolicies(until: nil)
        self.reader = try LedgerReader(at: ledger.path)
    }

    @Test("every event that touches a run carries the run's correlation, and so does what it brings with it")
    func events() throws {
        var runs: [UInt128: CorrelationID] = [:]
        var correlations: [EventID: CorrelationID] = [:]
        var counts: [EventType: Int] = [:]
        try self.reader.log.read(.all) { stored in
            let (event, envelope) = try DomainEvent.decode(stored)
            let place = Comment(rawValue: "seed \(self.seed): \(envelope.type) at \(envelope.position)")
            correlations[envelope.id] = envelope.correlation
            if case .workflowExecution(.queued(let queued)) = event { runs[queued.id.bits] = queued.correlation }
            let touched = try stored.tags().filter { $0.kind == WorkflowExecution.kind }
            let known = touched.compactMap { $0.id.flatMap { runs[$0] } }
            if let run = known.first {
                counts[envelope.type, default: 0] += 1
                #expect(envelope.correlation == run, place)
            }
            if let cause = envelope.causation, let inherited = correlations[cause] {
                #expect(envelope.correlation == inherited, place)
            }
        }
        for type in [ModelCall.type, ToolCall.type, LogLine.type, AgentExecutionQueued.type] {
            #expect(counts[type, default: 0] > 0, "seed \(self.seed): no \(type)")
        }
    }

    @Test("a run's tree holds its agents' parts, calls and usage, each once")
    func tree() throws {
        // One that stands alone: children and retries share the correlation of their root.
        var members: [CorrelationID: Int] = [:]
        try self.reader.log.read(EventQuery(types: [WorkflowExecutionQueued.type])) { stored in
            members[try stored.payload(as: WorkflowExecutionQueued.self).correlation, default: 0] += 1
        }
        var run: WorkflowExecutionID?
        try self.reader.log.read(EventQuery(types: [ToolCall.type])) { stored in
            let id = try stored.payload(as: ToolCall.self).workflowExecution
            if members[CorrelationID(bits: id.bits)] == 1 { run = run ?? id }
        }
        let id = try #require(run)
        let name = Comment(rawValue: "seed \(self.seed), run \(id)")
        let tree = try self.reader.causalTree(of: CorrelationID(bits: id.bits))
        #expect(Set(tree.map(\.position)).count == tree.count, name)
        var touched: Set<Position> = []
        try self.reader.log.read(EventQuery(tags: [id.tag])) { touched.insert($0.position) }
        #expect(touched.isSubset(of: Set(tree.map(\.position))), name)
        let timeline = try #require(try self.reader.timeline(of: id))
        var types: [EventType: Int] = [:]
        for place in tree {
            try self.reader.log.event(at: place.position) { types[$0.type(), default: 0] += 1 }
        }
        #expect(types[ModelCall.type, default: 0] == timeline.modelCalls, name)
        #expect(types[ToolCall.type] == timeline.toolCalls, name)
        #expect(types[UsageRecorded.type, default: 0] >= timeline.modelCalls, name)
    }
}
