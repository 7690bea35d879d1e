import Conformance
import Foundation
import LedgerDomain
import LedgerEvents
import LedgerTelemetry
import Seeded
import Testing

@Suite("Recorded set-ups")
struct ConformanceTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/otel").path
    static let names = (try? Conformance.names(in: folder)) ?? []

    @Test("there are 51 of them")
    func all() { #expect(Self.names.count == 51) }

    @Test("become rows with the true totals, or with those that their spans can show", arguments: names)
    func totals(name: String) throws {
        let setup = try Conformance(name, in: Self.folder)
        let faults = setup.faults(of: ConformanceTotals(Assembly.rows(of: setup.fixture.inputs)))
        #expect(faults.isEmpty, "\(faults.joined(separator: "\n"))")
    }

    @Test("lose nothing but what their notes say is lost", arguments: names)
    func losses(name: String) throws {
        let setup = try Conformance(name, in: Self.folder)
        for loss in setup.losses where loss.isNoted {
            #expect(setup.notes.contains { $0.contains(loss.reason) }, "\(name): no note says: \(loss.reason)")
        }
    }

    @Test("become the same rows in any order of spans and traces", arguments: names)
    func order(name: String) throws {
        let setup = try Conformance(name, in: Self.folder)
        let rows = Assembly.rows(of: setup.fixture.inputs)
        for seed in UInt64(1)...3 {
            var random = SplitMix64(seed: seed)
            var inputs = setup.fixture.inputs.shuffled(using: &random)
            for index in inputs.indices { inputs[index].spans.shuffle(using: &random) }
            #expect(Assembly.rows(of: inputs) == rows, "seed \(seed)")
        }
    }

    @Test("become some rows from any part of their spans", arguments: names)
    func parts(name: String) throws {
        let setup = try Conformance(name, in: Self.folder)
        let spans = setup.fixture.inputs.flatMap(\.spans)
        for seed in UInt64(1)...4 {
            var random = SplitMix64(seed: seed)
            let part = spans.filter { _ in Bool.random(using: &random) }
            var inputs = setup.fixture.inputs(of: part)
            for index in inputs.indices { inputs[index].isReady = Bool.random(using: &random) }
            let rows = Assembly.rows(of: inputs)
            Self.check(rows, "\(name), seed \(seed)")
        }
    }

    @Test("are assembled alike together and trace by trace, where nothing joins them", arguments: names)
    func apart(name: String) throws {
        let setup = try Conformance(name, in: Self.folder)
        let inputs = setup.fixture.inputs
        let apart = Components(inputs).parts.map { Assembly.rows(of: $0) }
        let together = Assembly.rows(of: inputs)
        #expect(apart.map(\.runs.count).reduce(0, +) == together.runs.count)
        #expect(
            Set(apart.flatMap(\.modelCalls).map { "\($0)" }) == Set(together.modelCalls.map { "\($0)" }))
        #expect(Set(apart.flatMap(\.runs).map { "\($0)" }) == Set(together.runs.map { "\($0)" }))
        #expect(Set(apart.flatMap(\.logLines).map { "\($0)" }) == Set(together.logLines.map { "\($0)" }))
    }

    /// Rows refer to rows that are there, and no id occurs twice.
    static func check(_ rows: AssembledRows, _ context: String) {
        let runs = Set(rows.runs.map(\.id))
        let agents = Set(rows.agentExecutions.map(\.id))
        #expect(runs.count == rows.runs.count, "\(context)")
        #expect(agents.count == rows.agentExecutions.count, "\(context)")
        var seen: Set<WorkflowExecutionID> = []
        for run in rows.runs {
            if let parent = run.parent { #expect(seen.contains(parent), "\(context)") }
            seen.insert(run.id)
        }
        for agent in rows.agentExecutions { #expect(runs.contains(agent.run), "\(context)") }
        for call in rows.modelCalls {
            #expect(runs.contains(call.fact.workflowExecution), "\(context)")
            if let agent = call.fact.agentExecution { #expect(agents.contains(agent), "\(context)") }
        }
        for call in rows.toolCalls {
            #expect(runs.contains(call.fact.workflowExecution), "\(context)")
            if let agent = call.fact.agentExecution { #expect(agents.contains(agent), "\(context)") }
        }
        for line in rows.logLines { #expect(runs.contains(line.fact.workflowExecution), "\(context)") }
        #expect(Set(rows.modelCalls.map(\.fact.id)).count == rows.modelCalls.count, "\(context)")
        #expect(Set(rows.toolCalls.map(\.fact.id)).count == rows.toolCalls.count, "\(context)")
        #expect(Set(rows.logLines.map(\.fact.id)).count == rows.logLines.count, "\(context)")
    }
}

/// Traces that joins connect, directly or through others: what a caller assembles together.
struct Components {
    var parts: [[TraceInput]] = []

    init(_ inputs: [TraceInput]) {
        var byJoin: [TraceJoinID: [Int]] = [:]
        for (index, input) in inputs.enumerated() {
            for span in input.spans { for join in span.joins { byJoin[join, default: []].append(index) } }
        }
        var isDone = Array(repeating: false, count: inputs.count)
        for start in inputs.indices where !isDone[start] {
            isDone[start] = true
            var queue = [start]
            var part: [TraceInput] = []
            while let index = queue.popLast() {
                part.append(inputs[index])
                for lookup in inputs[index].spans.flatMap({ $0.lookups { _ in true } }) {
                    for other in byJoin[lookup] ?? [] where !isDone[other] {
                        isDone[other] = true
                        queue.append(other)
                    }
                }
            }
            self.parts.append(part)
        }
    }
}
