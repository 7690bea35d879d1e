/// Keeps what comes in portions at a rate over real time: a token bucket, one token an event. Portions may be larger
/// than the bucket; what they owe is waited for.
package struct Pace {
    private let perSecond: Double
    /// Negative while something is owed.
    private var tokens = 0.0
    private var refilledAt = Duration.zero
    private let start = ContinuousClock.now

    /// After a pause, so much is let through at once.
    private static let burstSeconds = 0.1

    package init(eventsPerSecond: Double) {
        precondition(eventsPerSecond > 0, "a rate is above zero")
        self.perSecond = eventsPerSecond
    }

    /// Waits until so many events may pass.
    package mutating func pass(_ events: Int) async throws {
        let wait = self.wait(for: events, at: ContinuousClock.now - self.start)
        if wait > .zero { try await Task.sleep(for: wait) }
    }

    /// How long events have to wait that come so long after the beginning.
    mutating func wait(for events: Int, at elapsed: Duration) -> Duration {
        let passed = (elapsed - self.refilledAt) / .seconds(1)
        self.refilledAt = elapsed
        self.tokens = min(self.tokens + passed * self.perSecond, self.perSecond * Self.burstSeconds)
        self.tokens -= Double(events)
        return .seconds(max(0, -self.tokens / self.perSecond))
    }
}
