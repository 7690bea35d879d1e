import LedgerEvents

/// How far a policy has come: its checkpoint, kept in the log like all that it did.
@usableFromInline package struct PolicyProgress: Entity {
    @usableFromInline package static let kind = "policy"
    @usableFromInline package typealias Rules = PolicyProgressDecider

    /// Namespace of the ids that policies have by their names.
    static let namespace: UInt128 = 0x2C90_7B61_A3D8_5E4F_B1C6_47F0_93E2_5D08

    @usableFromInline package var id = PolicyID.zero
    package var name = ""
    /// The last position that it has gone by.
    package var through = Position.start
    package var advancedAt = Instant.zero

    @usableFromInline package init() {}

    package static func id(of policy: String) -> PolicyID {
        PolicyID(bits: UUIDv5.named(policy, in: Self.namespace))
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "name", &self.name)
        try v.field(3, "through_position", &self.through)
        try v.field(4, "advanced_at", &self.advancedAt)
    }
}

package typealias PolicyID = ID<PolicyProgress>

// Field numbers and names are stored. Add; never rename, reuse or remove.

@usableFromInline package indirect enum PolicyProgressEvent: EntityEvent {
    case advanced(PolicyAdvanced)

    @usableFromInline package static let cases: [EventCase<Self>] = [EventCase(Self.advanced)]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .advanced(let payload): try visitor.visit(payload)
        }
    }
}

/// A policy has answered all that it hears of up to a position.
@usableFromInline package struct PolicyAdvanced: EntityPayload {
    @usableFromInline package static let type: EventType = "policy.advanced"
    @usableFromInline package var id = PolicyID.zero
    package var name = ""
    package var through = Position.start

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "policy_id", &self.id)
        try v.field(2, "name", &self.name)
        try v.field(3, "through_position", &self.through)
    }
}

@usableFromInline package indirect enum PolicyProgressCommand: EntityCommand {
    case advance(PolicyAdvanced)

    /// None that a client could give: a checkpoint is moved by whoever runs the policy.
    @usableFromInline package static let cases: [CommandCase<Self>] = []

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .advance(let payload): try visitor.visit(payload)
        }
    }
}

@usableFromInline package enum PolicyProgressDecider: Decider {
    @usableFromInline package static func decide(
        _ command: PolicyProgressCommand, given state: PolicyProgress?, _ order: CommandContext,
        in world: any DecisionContext
    ) throws(Rejection) -> [PolicyProgressEvent] {
        switch command {
        case .advance(let advanced):
            guard advanced.id == PolicyProgress.id(of: advanced.name) else {
                throw .invalid("policy_id", "\(advanced.id) is not that of the policy \"\(advanced.name)\"")
            }
            return advanced.through <= state?.through ?? .start ? [] : [.advanced(advanced)]
        }
    }

    @usableFromInline package static func evolve(
        _ state: inout PolicyProgress?, by event: PolicyProgressEvent, _ envelope: Envelope
    ) {
        switch event {
        case .advanced(let advanced):
            var progress = PolicyProgress()
            progress.id = advanced.id
            progress.name = advanced.name
            progress.through = advanced.through
            progress.advancedAt = envelope.occurredAt
            state = progress
        }
    }
}
