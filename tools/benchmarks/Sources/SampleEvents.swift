import LedgerDomain
import LedgerEvents
import LedgerLog

/// Synthetic events such as a platform of agents brings: one of 16 organizations, one of 1,000 agents and a run whose
/// time-ordered id a number of events share; one of 8 types; records of 200 to 250 bytes. Always the same ones behind
/// the same position.
struct SampleEvents {
    private var random: SplitMix64
    /// How many events there are before the next one.
    private var count: Int
    private let eventsPerRun: Int
    private var run: UInt128 = 0
    private let organizations: [UInt128]
    private let agents: [UInt128]
    private let actor = Principal.system("bench")

    private static let types: [EventType] = [
        "workflow_execution.started", "workflow_execution.progressed", "agent_execution.started",
        "agent_execution.completed", "model_call.recorded", "tool_call.recorded", "log_line.recorded",
        "metric.recorded",
    ]

    init(eventsPerRun: Int, behind position: Position = .start) {
        self.eventsPerRun = eventsPerRun
        self.count = Int(position.value)
        self.random = SplitMix64(state: 42 + position.value)
        var random = SplitMix64(state: 7)
        self.organizations = (0..<16).map { Self.timeOrdered($0, &random) }
        self.agents = (0..<1000).map { Self.timeOrdered(1000 + $0, &random) }
    }

    /// A batch of the next events; `run` takes the place of their runs.
    mutating func batch(of count: Int, run: UInt128? = nil) throws -> sending EventBatch {
        let batch = EventBatch()
        for _ in 0..<count { try self.add(to: batch, run) }
        return batch
    }

    private mutating func add(to batch: EventBatch, _ run: UInt128?) throws {
        if self.run == 0 || self.count % self.eventsPerRun == 0 {
            self.run = Self.timeOrdered(100_000 + self.count, &self.random)
        }
        let bits = self.random.next()
        var envelope = Envelope()
        envelope.id = EventID(bits: Self.timeOrdered(200_000 + self.count, &self.random))
        envelope.type = Self.types[Int(bits & 7)]
        envelope.occurredAt = Instant(microseconds: 1_754_000_000_000_000 + Int64(self.count) * 100)
        envelope.actor = self.actor
        let organization = OrganizationID(bits: self.organizations[Int(bits >> 8 & 15)])
        let agent = AgentID(bits: self.agents[Int(bits >> 16 & 0xFFFF) % 1000])
        var facts = Facts()
        facts.run = WorkflowExecutionID(bits: run ?? self.run)
        facts.tokens = Int(bits >> 40 & 0xFFFF)
        facts.message = Self.messages[Int(bits >> 32 & 3)]
        try batch.append(&envelope, tags: [organization.tag, agent.tag, facts.run.tag]) { try facts.fields(&$0) }
        self.count += 1
    }

    private static let messages = ["searched the flights", "asked for the booking", "answered the customer", "retried"]

    private struct Facts: Record {
        var run = WorkflowExecutionID.zero
        var tokens = 0
        var message = ""

        mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
            try v.field(1, "execution_id", &self.run)
            try v.field(2, "tokens", &self.tokens)
            try v.field(3, "message", &self.message)
        }
    }

    /// A UUIDv7 (RFC 9562 section 5.7): 16 to a millisecond.
    private static func timeOrdered(_ number: Int, _ random: inout SplitMix64) -> UInt128 {
        let milliseconds = UInt64(1_754_000_000_000 + number / 16)
        let high = milliseconds << 16 | 0x7000 | UInt64(number % 16)
        return UInt128(high) << 64 | UInt128(0x8000_0000_0000_0000 | random.next() >> 2)
    }
}

/// Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators (SplitMix64).
struct SplitMix64: RandomNumberGenerator, Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var z = self.state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
