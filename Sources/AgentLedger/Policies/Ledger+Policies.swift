import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerViews

extension Ledger {
    /// Told after each event that a policy answered with commands, before its checkpoint moves.
    package typealias PolicyProgressed = @Sendable (_ policy: String, _ answered: Position) throws -> Void

    /// Lets policies answer what happened since they last ran, and then each other, until there is nothing left.
    ///
    /// What policies lead to stands in the log before their checkpoints do; when this ends in between, what is answered
    /// again leads to nothing new. What others append meanwhile is left to the next run.
    ///
    /// Throws `LedgerError` with code `.unsettled` when policies go on answering each other.
    /// Traces are assembled first: those that are complete, and those of which nothing arrived for a while.
    /// - Parameters:
    ///   - time: how late it is; recorded first, unless it is known already to be as late. Nil leaves the clock.
    ///   - quietSeconds: how long nothing may have arrived of a trace before it is assembled from what is known.
    package func runPolicies(
        _ policies: [any DomainPolicy.Type] = PolicyCatalog.policies, until time: Instant?,
        quietSeconds: Int64 = Ledger.quietSeconds, progress: PolicyProgressed? = nil
    ) async throws -> PolicyReport {
        let before = try self.log.head()
        if let time { try await self.tick(time) }
        let assembly = try await self.assembleTraces(quietAt: time, quietSeconds: quietSeconds)
        try self.advance()
        let states = self.recent
        var run = PolicyRun(policies, target: try self.log.head(), progress) {
            states.find(PolicyProgress.id(of: $0))?.through ?? .start
        }
        while run.cursor < run.target {
            let end = run.target
            let heard = try self.read(run.hears, after: run.cursor, through: end)
            for (event, envelope) in heard { try await self.answer(event, envelope, &run) }
            run.cursor = heard.count < PolicyRun.portion ? end : heard[heard.count - 1].envelope.position
            if heard.count == PolicyRun.portion { try await self.save(&run) }
        }
        try await self.save(&run)
        return PolicyReport(entries: [assembly] + run.policies.map(\.entry), before: before, after: try self.log.head())
    }

    private func tick(_ time: Instant) async throws {
        var ticked = PolicyClockTicked()
        ticked.id = PolicyClock.only
        ticked.time = time
        // Who calls this has judged the time.
        var request = CommandRequest(.clock(.tick(ticked)), actor: .system("policies"), occurredAt: time)
        request.isAhead = true
        if case .refused(let rejection) = try await self.execute(request) { throw rejection }
    }

    private func read(
        _ types: [EventType], after position: Position, through end: Position
    ) throws -> [(event: DomainEvent, envelope: Envelope)] {
        var heard: [(event: DomainEvent, envelope: Envelope)] = []
        try self.log.read(EventQuery(types: types), after: position, through: end, limit: PolicyRun.portion) {
            heard.append(try DomainEvent.decode($0))
        }
        return heard
    }

    /// Has every policy that hears of the event answer it, in the order of the catalogue.
    private func answer(_ event: DomainEvent, _ envelope: Envelope, _ run: inout PolicyRun) async throws {
        for place in run.places(hearing: envelope) {
            let policy = run.policies[place].policy
            try self.advance()
            let commands = policy.answer(event, envelope, in: PolicyWorld(self.recent))
            try self.views.throwIfFailed()
            if !commands.isEmpty {
                try run.requireSettling(place, envelope.position)
                let head = self.recent.position
                let requests = commands.map { policy.request($0, because: envelope) }
                for (request, outcome) in zip(requests, try await self.execute(requests)) {
                    run.note(outcome, of: request, place, cause: envelope.position, head: head)
                }
                try run.progress?(policy.name, envelope.position)
            }
            run.pass(place, envelope)
        }
    }

    /// Moves the checkpoints of the policies that heard something, all in one append.
    private func save(_ run: inout PolicyRun) async throws {
        let requests = run.checkpoints()
        if requests.isEmpty { return }
        for outcome in try await self.execute(requests) {
            if case .refused(let rejection) = outcome { throw rejection }
        }
        run.markSaved()
    }
}
