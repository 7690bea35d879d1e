import Dispatch
import LedgerDomain
import LedgerEvents

/// Batches in a row, each decided while the one before is written to the disk. A batch holds only when nothing else was
/// appended since the one before; when something was, it is decided again, and waits for no other.
extension Ledger {
    /// A batch that was taken but not answered for.
    enum Flight {
        case appending([CommandRequest], Proposal, Task<[Outcome]?, any Error>)
        case done([Outcome])
    }

    /// Takes a batch as `execute` does and answers for the batch before: none the first time. `drain` answers for the
    /// last. Meant for one caller at a time.
    func pipe(_ requests: [CommandRequest]) async throws -> [Outcome] {
        guard case .appending(_, let before, _)? = self.flight else {
            let outcomes = try await self.drain()
            try self.advance()
            let proposal = try? self.propose(requests[...], over: self.recent, isExclusive: true)
            self.flight = try await self.launch(requests, proposal)
            return outcomes
        }
        // What cannot be recorded, or was decided upon something else than what came to stand, is decided again alone.
        let proposal = try? self.propose(requests[...], over: before.batch.world.states, isExclusive: true)
        let outcomes = try await self.drain()
        try self.advance()
        // What the batch before changed is in `recent` now; its own memory of it can go.
        proposal?.batch.world.states.rebase(on: self.recent)
        self.flight = try await self.launch(requests, before.standsAsDecided ? proposal : nil)
        return outcomes
    }

    /// Answers for the last batch, once it stands.
    func drain() async throws -> [Outcome] {
        let flight = self.flight
        self.flight = nil
        switch flight {
        case nil: return []
        case .done(let outcomes): return outcomes
        case .appending(let requests, let proposal, let append):
            defer { self.landing = nil }
            let outcomes = try await append.value
            let denials = proposal.denials
            self.letGo(of: requests, proposal)
            // Lost to another writer: decided again, and again if need be.
            guard let outcomes else { return try await self.execute(requests) }
            try await self.record(denials)
            return outcomes
        }
    }

    /// Waits until the batch that is on its way stands and its states are taken over: read before, they would be folded
    /// from the log a second time.
    func awaitLanding() async { _ = try? await self.landing?.value }

    /// Thousands of states are freed with a batch; that need not hold up the decisions of the next.
    private func letGo(of requests: [CommandRequest], _ proposal: Proposal) {
        // SAFETY: nothing uses the proposal any more; the queue only drops the last references.
        nonisolated(unsafe) let dropped = (requests, proposal)
        DispatchQueue.global().async { withExtendedLifetime(dropped) {} }
    }

    /// Sends a proposal for all the requests on its way; without one, executes them at once.
    private func launch(_ requests: [CommandRequest], _ proposal: Proposal?) async throws -> Flight {
        guard let proposal, proposal.decisions.count == requests.count, proposal.idempotency == nil else {
            return .done(try await self.execute(requests))
        }
        let append = Task { try await self.submit(proposal) }
        self.landing = append
        return .appending(requests, proposal, append)
    }
}
