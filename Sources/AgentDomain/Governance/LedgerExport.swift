import LedgerEvents

/// Rows that left the ledger: an export that somebody wanted to be on record.
public struct LedgerExport: Fact {
    @usableFromInline package static let kind = "export"
    @usableFromInline package static let type: EventType = "export.performed"
    @usableFromInline package static let command = "export.record"
    @usableFromInline package static let permission = Permission.platform
    @usableFromInline package typealias Rules = FactRules<LedgerExport>

    public var id = LedgerExportID.zero
    /// The relational schema that was written: `ledger`, …
    public var schema = ""
    /// Where the rows went, without passwords.
    public var target = ""
    /// What the target stood at before; 0 when it held nothing.
    public var fromPosition = Position.start
    public var toPosition = Position.start
    public var tables = 0
    /// Inserted, updated and removed.
    public var rows = 0
    public var durationMilliseconds = 0

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "export_id", &self.id)
        try v.field(2, "schema", &self.schema)
        try v.field(3, "target", &self.target)
        try v.field(4, "from_position", &self.fromPosition)
        try v.field(5, "to_position", &self.toPosition)
        try v.field(6, "tables", &self.tables)
        try v.field(7, "rows", &self.rows)
        try v.field(8, "duration_ms", &self.durationMilliseconds)
    }

    @usableFromInline package mutating func settle(_ order: CommandContext, in world: any DecisionContext)
        throws(Rejection)
    {
        try Require.name(self.schema, "schema")
        try Require.text(self.target, "target", upTo: 4000)
        try Require.noSecret(self.target, "target")
        try Require.position(self.toPosition, "to_position", in: world)
        guard self.fromPosition <= self.toPosition else {
            throw .invalid("from_position", "is \(self.fromPosition), behind to_position, \(self.toPosition)")
        }
        try Require.quantity(self.tables, "tables")
        try Require.quantity(self.rows, "rows")
        try Require.quantity(self.durationMilliseconds, "duration_ms")
    }
}

extension Require {
    /// A position that the log has reached.
    static func position(_ value: Position, _ field: String, in world: any DecisionContext) throws(Rejection) {
        guard value <= world.position else {
            throw .invalid(field, "is \(value); the log ends at \(world.position)")
        }
    }
}

public typealias LedgerExportID = ID<LedgerExport>
@usableFromInline package typealias LedgerExportEvent = FactEvent<LedgerExport>
@usableFromInline package typealias LedgerExportCommand = FactCommand<LedgerExport>
