import LedgerEvents

/// A replay that somebody wanted to be on record: the views folded anew from the first event, and whether those that
/// are kept say the same.
public struct LedgerReplay: Fact {
    @usableFromInline package static let kind = "replay"
    @usableFromInline package static let type: EventType = "replay.performed"
    @usableFromInline package static let command = "replay.record"
    @usableFromInline package static let permission = Permission.platform
    @usableFromInline package typealias Rules = FactRules<LedgerReplay>

    public var id = LedgerReplayID.zero
    /// As far as it went.
    public var position = Position.start
    /// SHA-256 over all views, folded anew.
    public var digest = ""
    /// The same over the kept views; nil where the replay went to a past moment, of which none are kept.
    public var liveDigest: String?
    /// The views whose digests differ.
    public var differences: [String] = []
    public var durationMilliseconds = 0

    @usableFromInline package init() {}

    /// Nil where there was nothing to compare with.
    package var matches: Bool? { self.liveDigest.map { $0 == self.digest } }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "replay_id", &self.id)
        try v.field(2, "position", &self.position)
        try v.field(3, "digest", &self.digest)
        try v.field(4, "live_digest", &self.liveDigest)
        try v.field(5, "differences", &self.differences)
        try v.field(6, "duration_ms", &self.durationMilliseconds)
    }

    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        try Require.position(self.position, "position", in: world)
        try Require.digest(self.digest, "digest")
        if let live = self.liveDigest { try Require.digest(live, "live_digest") }
        try Require.names(self.differences, "differences")
        guard self.differences.isEmpty == (self.matches ?? true) else {
            throw .broken("digests differ exactly where differences names a view")
        }
        try Require.quantity(self.durationMilliseconds, "duration_ms")
    }
}

public typealias LedgerReplayID = ID<LedgerReplay>
@usableFromInline package typealias LedgerReplayEvent = FactEvent<LedgerReplay>
@usableFromInline package typealias LedgerReplayCommand = FactCommand<LedgerReplay>
