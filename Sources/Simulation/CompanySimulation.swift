import LedgerDomain
import LedgerEvents

/// The commands of a made-up company in the order in which they happen: organizations and their people, agents,
/// workflows, runs with all that can come of them, usage, invoices.
///
/// The same seed and first moment give the same commands, on every machine. The company begins small and grows, twice
/// as many runs every 60 days up to 1,000 a day; a longer simulation begins like a shorter one. All commands are
/// accepted by an empty ledger. Memory does not grow with the length: what is over is forgotten.
///
///     for request in CompanySimulation(seed: 1, until: .executions(1000)) { … }
package struct CompanySimulation: Sequence, IteratorProtocol {
    /// How much is simulated.
    package enum Extent: Hashable, Sendable {
        /// So many workflow executions, each to its end.
        case executions(Int)
        /// So many events or a few more: it ends between commands. Runs that are under way stay so.
        case events(Int)
    }

    /// What was given out so far.
    package struct Tally: Hashable, Sendable {
        package var commands = 0
        /// That the commands lead to.
        package var events = 0
        /// Workflow executions queued.
        package var executions = 0

        package init() {}
    }

    /// 2025-01-01T00:00:00Z, where a simulation begins unless it is told otherwise.
    package static let defaultStart = Instant(microseconds: 1_735_689_600_000_000)

    package private(set) var tally = Tally()
    private let extent: Extent
    private var company: Company
    private var agenda = Agenda()
    private var stories: [Story] = []
    private var freePlaces: [Int] = []
    /// Runs that were planned, and those of them that have not ended.
    private var runs = 0
    private var runsUnderWay = 0

    /// A script and how far it has been told.
    private struct Story {
        var script: Script
        var told = 0
    }

    package init(seed: UInt64, from start: Instant = defaultStart, until extent: Extent) {
        self.extent = extent
        self.company = Company(seed: seed, from: start)
        let tomorrow = start.day.advanced(byDays: 1).start
        // First, so that a day begins before all that happens at its first moment.
        self.agenda.enter(.midnight, at: tomorrow)
        self.agenda.enter(.arrivals, at: tomorrow)
        for script in self.company.begin(at: start) { self.enter(script) }
    }

    package mutating func next() -> CommandRequest? {
        while !self.isOver, let entry = self.agenda.first {
            switch entry.what {
            case .midnight:
                let day = entry.at.day
                self.agenda.postpone(to: day.advanced(byDays: 1).start)
                for script in self.company.midnight(of: day) { self.enter(script) }
            case .arrivals:
                self.agenda.postpone(to: self.company.nextArrivals(after: entry.at))
                for script in self.company.arrivals(at: entry.at, limit: self.runsLeft) { self.enter(script) }
            case .script(let place): return self.takeCommand(from: place)
            }
        }
        return nil
    }

    private var isOver: Bool {
        switch self.extent {
        case .executions(let count): self.runs >= count && self.runsUnderWay == 0
        case .events(let count): self.tally.events >= count
        }
    }

    private var runsLeft: Int {
        switch self.extent {
        case .executions(let count): Swift.max(0, count - self.runs)
        case .events: .max
        }
    }

    private mutating func enter(_ script: Script) {
        guard let first = script.requests.first else { return }
        if script.isRun {
            self.runs += 1
            self.runsUnderWay += 1
        }
        let place = self.freePlaces.popLast() ?? self.stories.count
        if place == self.stories.count {
            self.stories.append(Story(script: script))
        } else {
            self.stories[place] = Story(script: script)
        }
        self.agenda.enter(.script(place), at: first.occurredAt)
    }

    /// Returns the next command of the script at `place`, and schedules the one after it.
    private mutating func takeCommand(from place: Int) -> CommandRequest {
        let told = self.stories[place].told
        let request = self.stories[place].script.requests[told]
        let organization = self.stories[place].script.organization
        if organization != Company.nowhere { self.company.note(request.command, of: organization) }
        self.tally.commands += 1
        self.tally.events += request.command.eventsWhenAccepted
        if request.command.queuesExecution { self.tally.executions += 1 }
        if told + 1 < self.stories[place].script.requests.count {
            self.stories[place].told = told + 1
            self.agenda.postpone(to: self.stories[place].script.requests[told + 1].occurredAt)
        } else {
            self.agenda.removeFirst()
            if self.stories[place].script.isRun { self.runsUnderWay -= 1 }
            self.stories[place].script.forget()
            self.freePlaces.append(place)
        }
        return request
    }
}

extension DomainCommand {
    var queuesExecution: Bool {
        if case .workflowTrigger(.fire) = self { return true }
        if case .workflowExecution(.queue) = self { return true }
        return false
    }

    /// How many events the command leads to where it is accepted: with a call and the end of a run comes usage, with a
    /// timeout the release of resources, with the firing of a trigger a run.
    var eventsWhenAccepted: Int {
        switch self {
        case .modelCall(.record(let call)):
            1
                + [
                    call.inputTokens, call.cachedInputTokens, call.cacheWriteTokens, call.outputTokens,
                    call.reasoningTokens,
                ].count { $0 > 0 }
        case .workflowExecution(.complete), .workflowExecution(.fail), .workflowTrigger(.fire): 2
        case .workflowExecution(.timeOut): 3
        case .modelCall, .organization, .user, .membership, .agent, .workflow, .workflowExecution, .agentExecution,
            .toolCall,
            .logLine, .metric, .evaluation, .price, .usageRecord, .invoice, .projectionRebuild, .export, .replay,
            .accessDenial, .agentType, .containerAllocation, .marketplaceListing, .retentionPolicy, .alertRule, .alert,
            .workflowTrigger, .workflowNode, .integration, .conversation, .conversationMessage, .task, .taskComment,
            .project, .projectStep, .deliverable, .deliverableVersion, .documentCollection, .document, .documentChunk,
            .clock, .policy, .traceResource, .traceSpan, .logRecord, .refusedSpan, .unchangedLine,
            .traceAssembly, .modelAlias, .adoptedRow:
            1
        }
    }
}
