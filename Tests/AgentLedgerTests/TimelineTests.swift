import AgentLedger
import LedgerDomain
import LedgerEvents
import Testing

@Suite("A run's timeline")
struct TimelineTests {
    let scratch: Scratch
    let reader: LedgerReader
    private static let agent = "0198c000-0000-7000-8000-0000000000e1"
    private static let part = "0198c000-0000-7000-8000-0000000000e2"
    private static let call = "0198c000-0000-7000-8000-0000000000e3"

    /// Fails once, waits for the retry, is paused in it, and comes to an end.
    init() async throws {
        self.scratch = try Scratch()
        let ledger = try Ledger.create(at: self.scratch.file("ledger"))
        let run = #""execution_id":"\#(run)""#
        let lines = [
            ("organization.create", #""organization_id":"\#(acme)","name":"Acme","slug":"acme""#, "09:00:00"),
            (
                "agent.create",
                #""agent_id":"\#(Self.agent)","organization_id":"\#(acme)","name":"Clerk","slug":"clerk","#
                    + #""llm_config":{}"#, "09:00:00"
            ),
            ("agent.activate", #""agent_id":"\#(Self.agent)""#, "09:00:00"),
            ("workflow.create", #""workflow_id":"\#(flow)","organization_id":"\#(acme)","name":"Flow""#, "09:00:01"),
            ("workflow.activate", #""workflow_id":"\#(flow)""#, "09:00:02"),
            ("workflow_execution.queue", #"\#(run),"workflow_id":"\#(flow)","agent_id":"\#(Self.agent)""#, "10:00:00"),
            ("workflow_execution.dispatch", run, "10:00:01"), ("workflow_execution.start", run, "10:00:02"),
            ("workflow_execution.fail", #"\#(run),"error_code":"e1","error_message":"broken""#, "10:00:05"),
            ("workflow_execution.schedule_retry", run, "10:00:06"),
            ("workflow.rename", #""workflow_id":"\#(flow)","name":"Stream""#, "10:00:07"),
            ("workflow_execution.dispatch", run, "10:00:16"), ("workflow_execution.start", run, "10:00:16"),
            (
                "agent_execution.queue",
                #""agent_execution_id":"\#(Self.part)","workflow_execution_id":"\#(AgentLedgerTests.run)","#
                    + #""agent_id":"\#(Self.agent)""#, "10:00:17"
            ),
            ("workflow_execution.pause", run, "10:00:20"), ("workflow_execution.resume", run, "10:00:25"),
            ("workflow_execution.complete", run, "10:00:30"),
        ]
        for (name, data, time) in lines {
            let outcome = try await ledger.perform(
                #"{"command":"\#(name)","occurred_at":"2025-08-01T\#(time)Z","data":{\#(data)}}"#)
            #expect(outcome.isAccepted, "\(name): \(outcome)")
            if name == "agent_execution.queue" { try await Self.work(in: ledger) }
        }
        self.reader = try LedgerReader(at: ledger.path)
    }

    /// A model call that costs 3 cents, and a tool that fails.
    private static func work(in ledger: Ledger) async throws {
        let part = #""agent_execution_id":"\#(Self.part)""#
        let both = #"\#(part),"workflow_execution_id":"\#(run)""#
        for (name, data, time) in [
            ("agent_execution.start", part, "10:00:18"),
            (
                "model_call.record",
                #""model_call_id":"\#(Self.call)",\#(both),"provider":"openai","model":"m","#
                    + #""input_tokens":10,"output_tokens":5,"latency_ms":500,"reported_cost":{"amount":"0.03","currency":"USD"}"#,
                "10:00:19"
            ),
            (
                "tool_call.record",
                #""tool_call_id":"\#(Self.call)",\#(both),"tool_name":"t","outcome":"error","#
                    + #""error_type":"oops","duration_ms":250"#, "10:00:19.5"
            ),
            ("agent_execution.complete", part, "10:00:19.75"),
        ] {
            let outcome = try await ledger.perform(
                #"{"command":"\#(name)","occurred_at":"2025-08-01T\#(time)Z","data":{\#(data)}}"#)
            #expect(outcome.isAccepted, "\(name): \(outcome)")
        }
    }

    private func timeline(at moment: Moment = .end) throws -> RunTimeline {
        let id = try #require(WorkflowExecutionID(run))
        return try #require(try self.reader.timeline(of: id, at: moment))
    }

    private func second(_ instant: Instant?) -> Double? {
        instant.map { Double($0.microseconds % 60_000_000) / 1e6 }
    }

    @Test("tells waiting from running, attempt by attempt, with what happened in each")
    func spans() throws {
        let timeline = try self.timeline()
        #expect(timeline.spans.map(\.name) == ["attempt 1", "attempt 2", "Clerk", "m", "t"])
        #expect(timeline.spans.map(\.depth) == [0, 0, 1, 2, 2])
        #expect(timeline.spans.map(\.status) == ["failed", "completed", "completed", "completed", "failed"])
        #expect(timeline.spans.map { self.second($0.queuedAt) } == [0, 6, 17, nil, nil])
        #expect(timeline.spans.map { self.second($0.startedAt) } == [2, 16, 18, 18.5, 19.25])
        #expect(timeline.spans.map { self.second($0.endedAt) } == [5, 30, 19.75, 19, 19.5])
        #expect(timeline.spans.map(\.hasFailed) == [true, false, false, false, true])
        #expect(timeline.spans.map(\.reason) == ["e1: broken", nil, nil, nil, "oops"])
        #expect(timeline.spans[1].pauses.map { [self.second($0.from), self.second($0.to)] } == [[20, 25]])
        #expect(timeline.costs.map(\.description) == ["0.03 USD"] && timeline.unknownCosts == 0)
        #expect(timeline.inputTokens == 10 && timeline.outputTokens == 5 && timeline.toolCalls == 1)
        #expect(timeline.status == .completed && self.second(timeline.end) == 30)
    }

    @Test("stops where it is told to, with what goes on left open")
    func middle() throws {
        let whole = try self.timeline()
        let part = whole.spans[2].position
        let half = try self.timeline(at: .position(part))
        #expect(half.spans.map(\.name) == ["attempt 1", "attempt 2", "Clerk"])
        #expect(half.status == .running && half.spans[1].endedAt == nil && half.spans[2].startedAt == nil)
        #expect(self.second(half.end) == 17)
        let id = try #require(WorkflowExecutionID(run))
        #expect(try self.reader.timeline(of: id, at: .position(whole.queuedPosition)) != nil)
        #expect(try self.reader.timeline(of: id, at: .position(Position(1))) == nil)
    }

    @Test("its context is what was in force when it was started first, not what came later")
    func context() throws {
        let timeline = try self.timeline()
        #expect(timeline.workflowName == "Stream")
        let context = try self.reader.context(of: timeline)
        #expect(context.position == timeline.startedPosition)
        #expect(context.workflow?.name == "Flow")
        #expect(context.agents.map(\.name) == ["Clerk"])
    }
}
