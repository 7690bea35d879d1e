import Foundation
import LedgerDomain
import LedgerEvents
import LedgerSimulation

/// Command lines that leave a million things alive: runs of ten agents each, all queued and started, none ended. Each
/// command leads to one event.
struct LiveRuns {
    private static let agentsPerRun = 10

    let runs: Int

    var entities: Int { self.runs * (1 + Self.agentsPerRun) }

    /// Writes the lines, behind those of a company that has a workflow and an agent; returns how many there are.
    func write(to path: String) throws -> Int {
        var lines = try CommandLines(path)
        var workflow = WorkflowID.zero
        var agent = AgentID.zero
        for request in CompanySimulation(seed: 1, until: .executions(1)) {
            try lines.write(request)
            if case .workflowExecution(.queue(let queued)) = request.command { workflow = queued.workflow }
            if case .agentExecution(.queue(let queued)) = request.command { agent = queued.agent ?? agent }
        }
        guard workflow != .zero, agent != .zero else {
            throw Program.Failure(description: "the simulated company has no run with an agent")
        }
        var clock = Instant("2025-02-01T00:00:00Z") ?? .zero
        var identifiers = UUIDv7Generator(random: SystemRandomNumberGenerator())
        func order(_ command: DomainCommand) throws {
            clock = Instant(microseconds: clock.microseconds + 1000)
            var request = CommandRequest(command, actor: .system("runtime"), occurredAt: clock)
            request.source = EventSource(channel: "worker")
            try lines.write(request)
        }
        for _ in 0..<self.runs {
            let run = WorkflowExecutionID(bits: identifiers.next(at: clock))
            var queued = WorkflowExecutionQueued()
            queued.id = run
            queued.workflow = workflow
            queued.triggeredBy = .api
            var dispatched = WorkflowExecutionDispatched()
            dispatched.id = run
            var started = WorkflowExecutionStarted()
            started.id = run
            try order(.workflowExecution(.queue(queued)))
            try order(.workflowExecution(.dispatch(dispatched)))
            try order(.workflowExecution(.start(started)))
            let parts = (0..<Self.agentsPerRun).map { _ in AgentExecutionID(bits: identifiers.next(at: clock)) }
            for part in parts {
                var queued = AgentExecutionQueued()
                queued.id = part
                queued.workflowExecution = run
                queued.agent = agent
                try order(.agentExecution(.queue(queued)))
            }
            for part in parts {
                var started = AgentExecutionStarted()
                started.id = part
                try order(.agentExecution(.start(started)))
            }
        }
        return try lines.end()
    }
}

/// A file of command lines, written a mebibyte at a time.
struct CommandLines {
    private let path: String
    private let file: UnsafeMutablePointer<FILE>
    private var writer = CommandWriter()
    private var count = 0

    init(_ path: String) throws {
        guard let file = fopen(path, "w") else { throw Program.Failure(description: "cannot write \(path)") }
        self.path = path
        self.file = file
    }

    mutating func write(_ request: CommandRequest) throws {
        self.writer.write(request)
        self.count += 1
        if self.writer.bytes.count > 1 << 20 { try self.flush() }
    }

    private mutating func flush() throws {
        guard fwrite(self.writer.bytes, 1, self.writer.bytes.count, self.file) == self.writer.bytes.count else {
            throw Program.Failure(description: "cannot write \(self.path): is the disk full?")
        }
        self.writer.removeAll()
    }

    /// Closes the file; returns the number of lines.
    mutating func end() throws -> Int {
        try self.flush()
        guard fclose(self.file) == 0 else {
            throw Program.Failure(description: "cannot write \(self.path): is the disk full?")
        }
        Progress.say("made \(self.count) command lines")
        return self.count
    }
}
