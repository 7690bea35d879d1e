import LedgerEvents

/// A line of a command file that asked for what stood already. On record, because the file may be imported again when
/// that stands no more.
public struct UnchangedLine: Fact {
    @usableFromInline package static let kind = "unchanged_line"
    @usableFromInline package static let type: EventType = "unchanged_line.recorded"
    @usableFromInline package static let command = "unchanged_line.record"
    @usableFromInline package static let isForClients = false
    @usableFromInline package typealias Rules = FactRules<UnchangedLine>

    /// The line's id.
    public var id = ID<UnchangedLine>.zero
    public var organization: OrganizationID?
    /// The command of the line, and what it was about.
    public var unchangedBy = ""
    public var entityKind = ""
    public var entity = EventID.zero

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "unchanged_line_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "command", &self.unchangedBy)
        try v.field(4, "entity_kind", &self.entityKind)
        try v.field(5, "entity_id", &self.entity)
    }

    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        try Require.text(self.unchangedBy, "command")
        try Require.text(self.entityKind, "entity_kind")
    }
}

@usableFromInline package typealias UnchangedLineEvent = FactEvent<UnchangedLine>
@usableFromInline package typealias UnchangedLineCommand = FactCommand<UnchangedLine>
