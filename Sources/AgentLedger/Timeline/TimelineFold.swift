import LedgerDomain
import LedgerEvents

/// Makes a timeline of a run's events.
struct TimelineFold {
    private(set) var timeline: RunTimeline
    private var attempts: [Node] = []
    private let nameOf: (AgentID) throws -> String

    /// A span with those that lie in it.
    private final class Node {
        var span: RunTimeline.Span
        var children: [Node] = []

        init(_ span: RunTimeline.Span) { self.span = span }
    }

    private var agentExecutions: [AgentExecutionID: Node] = [:]
    /// What each call lies in, by the call's id.
    private var calls: [UInt128: Node] = [:]
    private var modelCalls: [ModelCall] = []

    init(of run: WorkflowExecutionID, nameOf: @escaping (AgentID) throws -> String) {
        self.timeline = RunTimeline(of: run)
        self.nameOf = nameOf
    }

    mutating func take(_ event: DomainEvent, _ envelope: Envelope) throws {
        if case .workflowExecution(let change) = event, change.target == self.timeline.run.bits {
            self.take(change, envelope)
        } else if case .agentExecution(let change) = event {
            try self.take(change, envelope)
        } else if case .modelCall(let change) = event {
            self.take(change, envelope)
        } else if case .toolCall(let change) = event {
            self.take(change, envelope)
        }
    }

    private mutating func take(_ event: ModelCallEvent, _ envelope: Envelope) {
        switch event {
        case .recorded(let call): self.take(call, envelope)
        case .revised(let revised):
            self.removeCall(revised.id.bits)
            if revised.fact.workflowExecution == self.timeline.run { self.take(revised.fact, envelope) }
        case .withdrawn(let withdrawn): self.removeCall(withdrawn.id.bits)
        }
    }

    private mutating func take(_ event: ToolCallEvent, _ envelope: Envelope) {
        switch event {
        case .recorded(let call): self.take(call, envelope)
        case .revised(let revised):
            self.removeCall(revised.id.bits)
            if revised.fact.workflowExecution == self.timeline.run { self.take(revised.fact, envelope) }
        case .withdrawn(let withdrawn): self.removeCall(withdrawn.id.bits)
        }
    }

    /// Removes what was said of a call before it was corrected.
    private mutating func removeCall(_ id: UInt128) {
        self.modelCalls.removeAll { $0.id.bits == id }
        self.calls.removeValue(forKey: id)?.children.removeAll { $0.span.id == id }
    }

    private mutating func take(_ event: WorkflowExecutionEvent, _ envelope: Envelope) {
        let now = envelope.occurredAt
        switch event {
        case .queued(let queued):
            self.timeline.workflow = queued.workflow
            self.timeline.agents = queued.agent.map { [$0] } ?? []
            self.timeline.queuedPosition = envelope.position
            self.timeline.start = now
            self.timeline.end = now
            self.addAttempt(envelope)
        case .retryScheduled:
            self.timeline.status = .queued
            self.addAttempt(envelope)
        case .dispatched: self.change(.pending)
        case .started:
            self.timeline.startedPosition = self.timeline.startedPosition ?? envelope.position
            self.attempts.last?.span.startedAt = now
            self.change(.running)
        case .paused:
            self.attempts.last?.span.pauses.append(.init(from: now, to: nil))
            self.change(.paused)
        case .resumed:
            self.endPause(now)
            self.change(.running)
        case .completed: self.end(.completed, now)
        case .failed(let failed):
            self.end(.failed, now, failed.errorCode.map { "\($0): \(failed.errorMessage)" } ?? failed.errorMessage)
        case .timedOut(let timedOut): self.end(.timeout, now, timedOut.message)
        case .cancelled(let cancelled): self.end(.cancelled, now, cancelled.reason)
        case .reattributed(let run): self.correct(run)
        case .resourcesReleased, .resourceUsageReported, .withdrawn: return
        }
        self.reach(now)
    }

    private mutating func correct(_ run: WorkflowExecutionReattributed) {
        self.timeline.workflow = run.workflow
        self.timeline.start = run.startedAt
        self.attempts.last?.span.queuedAt = run.startedAt
        self.attempts.last?.span.startedAt = run.startedAt
        guard let end = run.completedAt else {
            self.attempts.last?.span.endedAt = nil
            return self.change(.running)
        }
        let reason = run.errorCode.map { "\($0): \(run.errorMessage ?? "failed")" } ?? run.errorMessage
        self.end(run.hasFailed ? .failed : .completed, end, reason)
    }

    /// The axis ends with the last that the run, its agents or its calls say.
    private mutating func reach(_ instant: Instant) { self.timeline.end = max(self.timeline.end, instant) }

    private mutating func addAttempt(_ envelope: Envelope) {
        self.attempts.append(
            Node(
                RunTimeline.Span(
                    kind: .attempt, name: "attempt \(self.attempts.count + 1)", depth: 0, id: self.timeline.run.bits,
                    position: envelope.position, queuedAt: envelope.occurredAt,
                    status: WorkflowExecution.Status.queued.rawValue)))
    }

    private mutating func change(_ status: WorkflowExecution.Status) {
        self.timeline.status = status
        self.attempts.last?.span.status = status.rawValue
    }

    private func endPause(_ now: Instant) {
        guard let attempt = self.attempts.last, let last = attempt.span.pauses.indices.last,
            attempt.span.pauses[last].to == nil
        else { return }
        attempt.span.pauses[last].to = now
    }

    private mutating func end(_ status: WorkflowExecution.Status, _ now: Instant, _ reason: String? = nil) {
        self.endPause(now)
        self.change(status)
        guard let attempt = self.attempts.last else { return }
        attempt.span.endedAt = now
        attempt.span.hasFailed = status == .failed || status == .timeout
        attempt.span.reason = reason
    }

    private mutating func take(_ event: AgentExecutionEvent, _ envelope: Envelope) throws {
        let now = envelope.occurredAt
        self.reach(now)
        switch event {
        case .queued(let queued):
            if let agent = queued.agent, !self.timeline.agents.contains(agent) { self.timeline.agents.append(agent) }
            let name = try queued.agent.map { try self.nameOf($0) } ?? "agent"
            self.add(
                RunTimeline.Span(
                    kind: .agentExecution, name: name, depth: 0, id: queued.id.bits, position: envelope.position,
                    queuedAt: now, status: AgentExecution.Status.queued.rawValue), queued.id, under: queued.parent)
        case .retried(let retried):
            guard let last = self.agentExecutions[retried.id]?.span else { return }
            var again = RunTimeline.Span(
                kind: .agentExecution, name: last.name, depth: 0, id: last.id, position: envelope.position,
                queuedAt: now, status: AgentExecution.Status.queued.rawValue)
            again.reason = "again (\(retried.retryCount))"
            self.add(again, retried.id, under: nil)
        case .started(let started):
            self.change(started.id, .running) { $0.startedAt = now }
        case .completed(let completed): self.change(completed.id, .completed) { $0.endedAt = now }
        case .failed(let failed):
            self.change(failed.id, .failed) {
                $0.endedAt = now
                $0.hasFailed = true
                $0.reason = failed.reason
            }
        case .skipped(let skipped):
            self.change(skipped.id, .skipped) {
                $0.endedAt = now
                $0.reason = skipped.reason
            }
        case .reattributed(let part): try self.correct(part, envelope)
        case .withdrawn(let withdrawn):
            guard let node = self.agentExecutions.removeValue(forKey: withdrawn.id) else { return }
            self.remove(node)
        }
    }

    /// Puts an agent's part where it belongs now, with all that lies in it.
    private mutating func correct(_ part: AgentExecutionReattributed, _ envelope: Envelope) throws {
        let name = try part.agent.map { try self.nameOf($0) } ?? "agent"
        let node =
            self.agentExecutions[part.id]
            ?? Node(
                RunTimeline.Span(
                    kind: .agentExecution, name: name, depth: 0, id: part.id.bits, position: envelope.position,
                    status: AgentExecution.Status.running.rawValue))
        self.remove(node)
        node.span.name = name
        node.span.queuedAt = part.startedAt
        node.span.startedAt = part.startedAt
        node.span.endedAt = part.completedAt
        node.span.hasFailed = part.hasFailed
        node.span.reason = part.reason
        let status: AgentExecution.Status = part.completedAt == nil ? .running : part.hasFailed ? .failed : .completed
        node.span.status = status.rawValue
        guard part.workflowExecution == self.timeline.run else { return }
        (part.parent.flatMap { self.agentExecutions[$0] } ?? self.attempts.last)?.children.append(node)
        self.agentExecutions[part.id] = node
    }

    private func remove(_ node: Node) {
        for other in self.attempts + Array(self.agentExecutions.values) {
            other.children.removeAll { $0 === node }
        }
    }

    private func change(
        _ id: AgentExecutionID, _ status: AgentExecution.Status, _ body: (inout RunTimeline.Span) -> Void
    ) {
        guard let node = self.agentExecutions[id] else { return }
        node.span.status = status.rawValue
        body(&node.span)
    }

    private mutating func add(_ span: RunTimeline.Span, _ id: AgentExecutionID, under parent: AgentExecutionID?) {
        let node = Node(span)
        (parent.flatMap { self.agentExecutions[$0] } ?? self.attempts.last)?.children.append(node)
        self.agentExecutions[id] = node
    }

    private mutating func take(_ call: ModelCall, _ envelope: Envelope) {
        var span = Self.span(
            .modelCall, call.model, call.id.bits, envelope, call.startedAt, call.latencyMilliseconds)
        span.hasFailed = call.errorType != nil
        span.reason = call.errorType
        span.inputTokens = call.totalInputTokens
        span.outputTokens = call.totalOutputTokens
        span.cost = call.computedCost ?? call.reportedCost
        self.modelCalls.append(call)
        self.add(span, to: call.agentExecution)
    }

    private mutating func take(_ call: ToolCall, _ envelope: Envelope) {
        var span = Self.span(.toolCall, call.name, call.id.bits, envelope, call.startedAt, call.durationMilliseconds)
        span.hasFailed = call.outcome == .error
        span.reason = call.errorType
        self.add(span, to: call.agentExecution)
    }

    private static let longestMilliseconds = 100_000_000_000_000

    /// A call is told of when it is over: it began so much earlier as it took.
    private static func span(
        _ kind: RunTimeline.Span.Kind, _ name: String, _ id: UInt128, _ envelope: Envelope, _ startedAt: Instant?,
        _ milliseconds: Int?
    ) -> RunTimeline.Span {
        // Ledgers of earlier versions may hold any number.
        let taken = min(max(milliseconds ?? 0, -Self.longestMilliseconds), Self.longestMilliseconds)
        let start = startedAt ?? envelope.occurredAt.advanced(byMilliseconds: -taken)
        let end = milliseconds == nil ? envelope.occurredAt : start.advanced(byMilliseconds: taken)
        return RunTimeline.Span(
            kind: kind, name: name, depth: 0, id: id, position: envelope.position, startedAt: start, endedAt: end,
            status: "recorded")
    }

    private mutating func add(_ span: RunTimeline.Span, to agent: AgentExecutionID?) {
        if let end = span.endedAt { self.reach(end) }
        var span = span
        if span.hasFailed { span.status = "failed" } else { span.status = "completed" }
        let parent = agent.flatMap { self.agentExecutions[$0] } ?? self.attempts.last
        parent?.children.append(Node(span))
        self.calls[span.id] = parent
    }

    /// The timeline with its spans in order.
    func finished() -> RunTimeline {
        var timeline = self.timeline
        for call in self.modelCalls { timeline.add(call) }
        func add(_ node: Node, _ depth: Int) {
            var span = node.span
            span.depth = depth
            timeline.spans.append(span)
            if span.kind == .toolCall { timeline.toolCalls += 1 }
            for child in node.children { add(child, depth + 1) }
        }
        for attempt in self.attempts { add(attempt, 0) }
        return timeline
    }
}
