import LedgerEvents

/// The time as the ledger was told it. What is due is judged by it, never by a machine's clock.
public struct PolicyClock: Entity {
    @usableFromInline package static let kind = "clock"
    @usableFromInline package typealias Rules = PolicyClockDecider

    /// There is one clock.
    package static let only = PolicyClockID(bits: 0x6E1D_9F02_4B7A_5C31_9A54_0D2E_8C77_B1F3)

    public var id = PolicyClockID.zero
    public var time = Instant.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "time", &self.time)
    }
}

public typealias PolicyClockID = ID<PolicyClock>

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum PolicyClockEvent: EntityEvent {
    case ticked(PolicyClockTicked)

    @usableFromInline package static let cases: [EventCase<Self>] = [EventCase(Self.ticked)]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .ticked(let payload): try visitor.visit(payload)
        }
    }
}

/// It became so late. Policies answer with what has become due.
public struct PolicyClockTicked: EntityPayload {
    @usableFromInline package static let type: EventType = "clock.ticked"
    public var id = PolicyClockID.zero
    /// Nil in a command means the time of the command.
    public var time: Instant?
    /// Of the tick before; nil for the first. Written by the decider.
    public var previous: Instant?

    @usableFromInline package init() {}

    @usableFromInline package func newID(_: UInt128) -> UInt128 { PolicyClock.only.bits }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "clock_id", &self.id)
        try v.field(2, "time", &self.time)
        try v.field(3, "previous_time", &self.previous)
    }
}

public indirect enum PolicyClockCommand: EntityCommand {
    case tick(PolicyClockTicked)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("clock.tick", permission: .platform, creates: true, Self.tick)
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .tick(let payload): try visitor.visit(payload)
        }
    }
}

@usableFromInline package enum PolicyClockDecider: Decider {
    /// A time that has passed by already changes nothing.
    @usableFromInline package static func decide(
        _ command: PolicyClockCommand, given state: PolicyClock?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [PolicyClockEvent] {
        switch command {
        case .tick(var ticked):
            guard ticked.id == PolicyClock.only else {
                throw .invalid(
                    "clock_id", "\(ticked.id) names no clock; there is one, \(PolicyClock.only): leave it out")
            }
            let time = ticked.time ?? order.occurredAt
            if let state, time <= state.time { return [] }
            if let now = order.now, time > now, !order.isAhead {
                throw .invalid(
                    "time",
                    "\(time) is ahead of this machine's clock, and a tick cannot be taken back; give --ahead if it is meant"
                )
            }
            ticked.time = time
            ticked.previous = state?.time
            return [.ticked(ticked)]
        }
    }

    @usableFromInline package static func evolve(
        _ state: inout PolicyClock?, by event: PolicyClockEvent, _ envelope: Envelope
    ) {
        switch event {
        case .ticked(let ticked):
            var clock = PolicyClock()
            clock.id = ticked.id
            clock.time = ticked.time ?? envelope.occurredAt
            state = clock
        }
    }
}
