import LedgerDomain
import LedgerEvents
import Testing

/// Every command in every state: what happens, what has happened already, and what is refused in which words.
@Suite("The states of a workflow execution")
struct WorkflowExecutionTransitionTests {
    typealias Status = WorkflowExecution.Status

    enum Step: String, CaseIterable, Sendable {
        case dispatch, start, pause, resume, complete, fail, timeOut, cancel, scheduleRetry

        /// Where the command leads.
        var destination: Status {
            switch self {
            case .dispatch: .pending
            case .start, .resume: .running
            case .pause: .paused
            case .complete: .completed
            case .fail: .failed
            case .timeOut: .timeout
            case .cancel: .cancelled
            case .scheduleRetry: .queued
            }
        }

        func command(_ run: WorkflowExecutionID) -> DomainCommand {
            switch self {
            case .dispatch: .workflowExecution(.dispatch(.with { $0.id = run }))
            case .start: .workflowExecution(.start(.with { $0.id = run }))
            case .pause: .workflowExecution(.pause(.with { $0.id = run }))
            case .resume: .workflowExecution(.resume(.with { $0.id = run }))
            case .complete: .workflowExecution(.complete(.with { $0.id = run }))
            case .fail: .workflowExecution(.fail(.with { $0.id = run }))
            case .timeOut: .workflowExecution(.timeOut(.with { $0.id = run }))
            case .cancel: .workflowExecution(.cancel(.with { $0.id = run }))
            case .scheduleRetry: .workflowExecution(.scheduleRetry(.with { $0.id = run }))
            }
        }

        var types: [EventType] {
            switch self {
            case .dispatch: ["workflow_execution.dispatched"]
            case .start: ["workflow_execution.started"]
            case .pause: ["workflow_execution.paused"]
            case .resume: ["workflow_execution.resumed"]
            case .complete: ["workflow_execution.completed"]
            case .fail: ["workflow_execution.failed"]
            case .timeOut: ["workflow_execution.timed_out", "workflow_execution.resources_released"]
            case .cancel: ["workflow_execution.cancelled"]
            case .scheduleRetry: ["workflow_execution.retry_scheduled"]
            }
        }
    }

    enum Answer: Character, Sendable {
        case happens = "+", stands = "=", refused = "."
    }

    /// dispatch, start, pause, resume, complete, fail, time out, cancel, retry.
    static let table: [(from: Status, answers: String, allowed: String?)] = [
        (.queued, "+......+.", "pending, cancelled"),
        (.pending, "=+.....+.", "running, cancelled"),
        (.running, ".=+=++++.", "paused, completed, failed, timeout, cancelled"),
        (.paused, "..=+...+.", "running, cancelled"),
        (.failed, ".....=..+", "queued"),
        (.completed, "....=....", nil),
        (.timeout, "......=..", nil),
        (.cancelled, ".......=.", nil),
    ]

    struct Cell: Sendable, CustomTestStringConvertible {
        var from: Status
        var step: Step
        var answer: Answer
        var allowed: String?

        var testDescription: String { "\(self.step.rawValue) when \(self.from.rawValue)" }
    }

    static let cells: [Cell] = Self.table.flatMap { row in
        zip(Step.allCases, row.answers).compactMap { step, mark in
            Answer(rawValue: mark).map { Cell(from: row.from, step: step, answer: $0, allowed: row.allowed) }
        }
    }

    @Test("the table is whole: eight states, nine commands")
    func table() {
        #expect(Self.cells.count == Status.allCases.count * Step.allCases.count)
        #expect(Set(Self.table.map(\.from)) == Set(Status.allCases))
    }

    @Test("each command in each state", arguments: Self.cells)
    func cell(_ cell: Cell) throws {
        let scenario = Scenario()
        let workflow = scenario.workflow(of: scenario.organization())
        let run = scenario.run(of: workflow)
        scenario.reach(cell.from, run)
        let before = try #require(scenario.find(run))
        #expect(before.status == cell.from)
        let command = cell.step.command(run)
        switch cell.answer {
        case .happens:
            scenario.expect(command, cell.step.types)
            #expect(scenario.find(run)?.status == cell.step.destination)
        case .stands:
            scenario.expect(command, [])
            #expect(scenario.find(run) == before)
        case .refused:
            if let allowed = cell.allowed {
                scenario.refuse(
                    command, .invalidTransition,
                    says: "from \(cell.from.rawValue) to \(cell.step.destination.rawValue)", "allowed: \(allowed)")
            } else {
                scenario.refuse(
                    command, .invalidTransition,
                    says: "workflow execution is \(cell.from.rawValue); no further transition is allowed")
            }
            #expect(scenario.find(run) == before)
        }
    }

    @Test("what is said to be allowed is what is accepted")
    func successors() {
        for row in Self.table {
            let accepted = zip(Step.allCases, row.answers).filter { $0.1 == "+" }.map(\.0.destination)
            #expect(Set(row.from.successors) == Set(accepted), "\(row.from)")
        }
    }

    @Test("a refusal never names as allowed the very state that it refuses")
    func wording() {
        for (from, step) in [(Status.pending, Step.resume), (.paused, .start)] {
            let scenario = Scenario()
            let run = scenario.run(of: scenario.workflow(of: scenario.organization()))
            scenario.reach(from, run)
            let right = from == .pending ? "start" : "resume"
            scenario.refuse(step.command(run), .invalidTransition, says: "by workflow_execution.\(right)")
        }
    }
}

extension Scenario {
    /// As `accept`, for types in an array.
    fileprivate func expect(_ command: DomainCommand, _ types: [EventType]) {
        switch types.count {
        case 0: self.accept(command)
        case 1: self.accept(command, gives: types[0])
        case _: self.accept(command, gives: types[0], types[1])
        }
    }
}
