import LedgerDomain
import LedgerEvents
import LedgerImporters
import LedgerSimulation
import Testing

@Suite("A simulated company")
struct CompanySimulationTests {
    @Test("the same seed and start give the same commands; another seed or start gives others")
    func reproducible() throws {
        let lines = Self.lines(seed: 1)
        #expect(lines == Self.lines(seed: 1))
        #expect(lines != Self.lines(seed: 2))
        #expect(lines != Self.lines(seed: 1, from: "2025-01-01T00:00:01Z"))
    }

    /// Changes only when the simulation does, never from one machine, build or release of Swift to the other.
    @Test("these are the lines of seed 1, here as everywhere")
    func golden() {
        let hash = Self.lines(seed: 1).reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3  // FNV-1a
        }
        #expect(String(hash, radix: 16) == "1ae592a78cad6324")
    }

    private static func lines(seed: UInt64, from start: String = "2025-01-01") -> [UInt8] {
        var writer = CommandWriter()
        for request in CompanySimulation(seed: seed, from: Instant(start) ?? .zero, until: .executions(20)) {
            writer.write(request)
        }
        return writer.bytes
    }

    @Test("a longer simulation begins like a shorter one")
    func prefix() {
        var short = CompanySimulation(seed: 3, until: .events(5000))
        var long = CompanySimulation(seed: 3, until: .events(9000))
        while let request = short.next() { #expect(request.command == long.next()?.command) }
    }

    @Test(
        "gives its commands in the order in which they happen, whatever hour it begins at",
        arguments: ["2025-01-01T00:00:00Z", "2024-02-28T23:59:59.999999Z", "1970-01-01T12:00:00Z", "2025-12-31"])
    func order(start: String) throws {
        let start = try #require(Instant(start))
        var last = start
        for request in CompanySimulation(seed: 5, from: start, until: .executions(300)) {
            #expect(request.occurredAt >= last, "\(request.name)")
            last = request.occurredAt
        }
    }

    @Test("ends with as many executions as asked for, each at its end", arguments: [1, 2, 7, 400])
    func executions(count: Int) {
        var simulation = CompanySimulation(seed: 6, until: .executions(count))
        var open: Set<WorkflowExecutionID> = []
        var isOver: Set<WorkflowExecutionID> = []
        while let request = simulation.next() {
            if case .workflowTrigger(.fire(let fired)) = request.command { open.insert(fired.workflowExecution) }
            guard case .workflowExecution(let command) = request.command else { continue }
            let run = WorkflowExecutionID(bits: command.target)
            switch command {
            case .queue: open.insert(run)
            case .complete, .fail, .timeOut, .cancel: isOver.insert(run)
            case .scheduleRetry: isOver.remove(run)
            case .dispatch, .start, .pause, .resume, .reportResourceUsage, .reattribute, .withdraw: break
            }
        }
        #expect(open.count == count)
        #expect(isOver == open)
        #expect(simulation.tally.executions == count)
    }

    @Test("has nobody act while their account is closed, in a year's time as little as in the first weeks")
    func closedAccounts() {
        var closed: Set<UInt128> = []
        var closings = 0
        for request in CompanySimulation(seed: 1, until: .executions(8000)) {
            if case .user(.deactivate(let command)) = request.command {
                closed.insert(command.id.bits)
                closings += 1
            }
            if case .user(.reactivate(let command)) = request.command { closed.remove(command.id.bits) }
            if let user = request.actor.user, closed.contains(user) {
                Issue.record("\(request.name) at \(request.occurredAt) by a closed account")
            }
        }
        #expect(closings > 5)
    }

    @Test("ends at the first command at or behind the events asked for", arguments: [1, 1000, 12_345])
    func events(count: Int) {
        var simulation = CompanySimulation(seed: 7, until: .events(count))
        var before = 0
        while simulation.next() != nil {
            #expect(before < count)
            before = simulation.tally.events
        }
        // The end of a run that took too long brings three, a call up to six.
        #expect((count..<count + 6).contains(simulation.tally.events))
    }

    @Test("gives every command of the catalogue")
    func everyCommand() {
        let names = Set(CompanySimulation(seed: 8, until: .executions(1400)).map(\.name))
        #expect(Set(DomainCommand.cases.map(\.name)).subtracting(names) == [])
    }

    @Test("runs overlap in time, and fail beyond their retries")
    func shapes() {
        var open: [WorkflowExecutionID: Int] = [:]
        var most = 0
        var attempts: [WorkflowExecutionID: Int] = [:]
        for request in CompanySimulation(seed: 9, until: .executions(1500)) {
            if case .workflowTrigger(.fire(let fired)) = request.command { open[fired.workflowExecution] = 0 }
            guard case .workflowExecution(let command) = request.command else { continue }
            let run = WorkflowExecutionID(bits: command.target)
            switch command {
            case .queue: open[run] = 0
            case .fail: attempts[run, default: 0] += 1
            case .complete, .timeOut, .cancel: open[run] = nil
            case .dispatch, .start, .pause, .resume, .scheduleRetry, .reportResourceUsage, .reattribute, .withdraw:
                break
            }
            most = max(most, open.count)
        }
        #expect(most > 5)
        #expect(attempts.values.contains { $0 > 3 })
    }
}

@Suite("Command lines")
struct CommandWriterTests {
    @Test("read back, they are the commands that were written")
    func roundTrip() throws {
        let reader = CommandReader(defaultActor: .system("nobody"))
        var writer = CommandWriter()
        for request in CompanySimulation(seed: 10, until: .executions(1400)) {
            writer.write(request)
            let read = try writer.bytes.dropLast().withUnsafeBytes {
                try reader.read($0, now: .zero, newID: 0)
            }
            #expect(read.name == request.name)
            #expect(read.command == request.command)
            #expect(read.actor == request.actor)
            #expect(read.onBehalfOf == request.onBehalfOf)
            #expect(read.occurredAt == request.occurredAt)
            #expect(read.source == request.source)
            #expect(read.idempotencyKey == request.idempotencyKey)
            writer.removeAll()
        }
    }

    @Test("a line leaves out what holds its default")
    func defaults() {
        var request = CommandRequest(
            .workflowExecution(
                .queue(
                    {
                        var queued = WorkflowExecutionQueued()
                        queued.id = ID(bits: 1)
                        queued.workflow = ID(bits: 2)
                        queued.input = JSONText(uncheckedCanonical: #"{"a":1}"#)
                        return queued
                    }())), actor: .system("test"), occurredAt: .zero)
        request.source = EventSource(channel: "cli")
        request.idempotencyKey = "once"
        var writer = CommandWriter()
        writer.write(request)
        #expect(
            String(decoding: writer.bytes, as: UTF8.self) == #"""
                {"command":"workflow_execution.queue","actor":"system:test","occurred_at":"1970-01-01T00:00:00.000000Z",\#
                "source":{"channel":"cli"},"idempotency_key":"once","data":{"execution_id":"00000000-0000-0000-0000-000000000001",\#
                "workflow_id":"00000000-0000-0000-0000-000000000002","input_data":{"a":1}}}

                """#)
    }
}
