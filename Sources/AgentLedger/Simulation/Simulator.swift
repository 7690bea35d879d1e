import LedgerDomain
import LedgerEvents
import LedgerSimulation

/// What a simulation brought into a ledger.
package struct SimulationReport: Hashable, Sendable {
    package var tally: CompanySimulation.Tally
    /// The log's end; the start where it went into none.
    package var position: Position
    package var seconds: Double

    package init(tally: CompanySimulation.Tally, position: Position = .start, seconds: Double) {
        self.tally = tally
        self.position = position
        self.seconds = seconds
    }
}

/// Lets a made-up company happen in an empty ledger, as fast as it can be written or at a rate.
package struct Simulator: Sendable {
    package typealias Progress = @Sendable (CompanySimulation.Tally) -> Void

    let ledger: Ledger
    /// Events a second; nil: as many as can be.
    var rate: Double?

    /// Commands decided together and appended at once.
    private static let batch = 6144
    /// A slow simulation is written in portions of so many seconds.
    private static let portionSeconds = 0.05

    package init(_ ledger: Ledger, eventsPerSecond rate: Double? = nil) {
        self.ledger = ledger
        self.rate = rate
    }

    /// Executes all commands of the simulation. One batch is made while the one before is decided, and the one before
    /// that is written.
    ///
    /// Throws where the ledger holds something already: only in an empty one is every command accepted, and does the
    /// same seed give the same states. Throws, too, when a command is refused; what was executed before stands.
    package func run(_ simulation: CompanySimulation, progress: Progress? = nil) async throws -> SimulationReport {
        let head = try self.ledger.log.head()
        guard head == .start else {
            throw LedgerError(
                .notEmpty,
                "\(self.ledger.path) holds \(head) events already, and a simulation wants a ledger of its own; name one "
                    + "that does not exist yet")
        }
        let started = ContinuousClock.now
        var simulation = simulation
        var pace = self.rate.map { Pace(eventsPerSecond: $0) }
        var queue = BatchQueue<[CommandRequest]>(self.ledger)
        while true {
            let before = simulation.tally.events
            let requests = self.nextBatch(of: &simulation)
            try await pace?.pass(simulation.tally.events - before)
            if requests.isEmpty { break }
            if queue.isFull, let (batch, answer) = queue.pop() { try Self.check(batch ?? [], try await answer.value) }
            queue.push(requests, requests)
            progress?(simulation.tally)
        }
        while let (batch, answer) = queue.pop() { try Self.check(batch ?? [], try await answer.value) }
        try await self.ledger.settle()
        return SimulationReport(
            tally: simulation.tally, position: try self.ledger.log.head(),
            seconds: (ContinuousClock.now - started) / .seconds(1))
    }

    private func nextBatch(of simulation: inout CompanySimulation) -> [CommandRequest] {
        let portion = self.rate.map { Int(min(Double(Self.batch), $0 * Self.portionSeconds)) } ?? Self.batch
        var requests: [CommandRequest] = []
        requests.reserveCapacity(max(1, portion))
        while requests.count < max(1, portion), let request = simulation.next() { requests.append(request) }
        return requests
    }

    private static func check(_ requests: [CommandRequest], _ outcomes: [Ledger.Outcome]) throws {
        for (request, outcome) in zip(requests, outcomes) {
            switch outcome {
            case .accepted: continue
            case .unchanged:
                throw LedgerError(.simulation, "\(request.name) at \(request.occurredAt) changed nothing")
            case .refused(let rejection):
                throw LedgerError(.simulation, "\(request.name) at \(request.occurredAt) was refused: \(rejection)")
            }
        }
    }
}
