import LedgerEvents

/// A projection that was thrown away and folded anew, here or where it was exported to.
public struct ProjectionRebuild: Fact {
    @usableFromInline package static let kind = "projection_rebuild"
    @usableFromInline package static let type: EventType = "projection_rebuild.performed"
    @usableFromInline package static let command = "projection_rebuild.record"
    @usableFromInline package static let permission = Permission.platform
    @usableFromInline package typealias Rules = FactRules<ProjectionRebuild>

    public var id = ProjectionRebuildID.zero
    /// What was rebuilt: `views`, a schema, a warehouse's table, …
    public var projection = ""
    /// As far as the log was folded.
    public var position = Position.start
    /// SHA-256 of what came of it, where one is known.
    public var digest: String?
    public var reason: String?
    public var durationMilliseconds: Int?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "projection_rebuild_id", &self.id)
        try v.field(2, "projection", &self.projection)
        try v.field(3, "position", &self.position)
        try v.field(4, "digest", &self.digest)
        try v.field(5, "reason", &self.reason)
        try v.field(6, "duration_ms", &self.durationMilliseconds)
    }

    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        try Require.name(self.projection, "projection")
        try Require.position(self.position, "position", in: world)
        if let digest = self.digest { try Require.digest(digest, "digest") }
        if let duration = self.durationMilliseconds { try Require.quantity(duration, "duration_ms") }
    }
}

public typealias ProjectionRebuildID = ID<ProjectionRebuild>
@usableFromInline package typealias ProjectionRebuildEvent = FactEvent<ProjectionRebuild>
@usableFromInline package typealias ProjectionRebuildCommand = FactCommand<ProjectionRebuild>
