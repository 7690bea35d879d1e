import LedgerEvents

/// A row of a platform's database that was adopted, with the values that no entity of ours has a field for.
public struct AdoptedRow: Entity {
    @usableFromInline package static let kind = "adopted_row"
    @usableFromInline package typealias Rules = AdoptedRowDecider

    /// Namespace of the ids that rows get from their place.
    static let namespace: UInt128 = 0x7A41_C2D5_90E3_5B17_A6F8_2E94_D07B_136C

    public var id = AdoptedRowID.zero
    public var organization: OrganizationID?
    /// Database and schema.
    public var source = ""
    public var table = ""
    /// The values of the row's key.
    public var key = ""
    /// The entity that the row became, such as `workflow:01944df9-…`; nil where there is none.
    public var subject: String?
    /// Changes with every value of the row.
    public var digest = ""
    /// By column: values that were adopted in another form, and values that were not adopted.
    public var extra = JSONText.emptyObject
    public var adoptedAt = Instant.zero
    public var updatedAt = Instant.zero
    /// When an import found that the source has the row no more.
    public var goneAt: Instant?

    @usableFromInline package init() {}

    @usableFromInline package var owner: OrganizationID? { self.organization }

    /// The id of a row by its place.
    package static func id(source: String, table: String, key: String) -> AdoptedRowID {
        AdoptedRowID(bits: UUIDv5.named("\(source)\u{1F}\(table)\u{1F}\(key)", in: Self.namespace))
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "source", &self.source)
        try v.field(4, "table_name", &self.table)
        try v.field(5, "row_key", &self.key)
        try v.field(6, "subject", &self.subject)
        try v.field(7, "digest", &self.digest)
        try v.field(8, "extra", &self.extra)
        try v.field(9, "adopted_at", &self.adoptedAt)
        try v.field(10, "updated_at", &self.updatedAt)
        try v.field(11, "gone_at", &self.goneAt)
    }
}

package typealias AdoptedRowID = ID<AdoptedRow>

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum AdoptedRowEvent: EntityEvent {
    case recorded(AdoptedRowRecorded)
    case vanished(AdoptedRowVanished)

    @usableFromInline package static let cases: [EventCase<Self>] = [
        EventCase(Self.recorded), EventCase(Self.vanished),
    ]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .recorded(let payload): try visitor.visit(payload)
        case .vanished(let payload): try visitor.visit(payload)
        }
    }
}

/// A row was adopted, or adopted again after it had changed.
public struct AdoptedRowRecorded: EntityPayload {
    @usableFromInline package static let type: EventType = "adopted_row.recorded"
    /// Follows from source, table and key.
    public var id = AdoptedRowID.zero
    public var organization: OrganizationID?
    public var source = ""
    public var table = ""
    public var key = ""
    public var subject: String?
    public var digest = ""
    public var extra = JSONText.emptyObject

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "adopted_row_id", &self.id)
        try v.field(2, "organization_id", &self.organization)
        try v.field(3, "source", &self.source)
        try v.field(4, "table_name", &self.table)
        try v.field(5, "row_key", &self.key)
        try v.field(6, "subject", &self.subject)
        try v.field(7, "digest", &self.digest)
        try v.field(8, "extra", &self.extra)
    }
}

/// An import found that the source has the row no more. What was adopted from it stays.
public struct AdoptedRowVanished: EntityPayload {
    @usableFromInline package static let type: EventType = "adopted_row.vanished"
    public var id = AdoptedRowID.zero

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "adopted_row_id", &self.id)
    }
}

/// Given by imports alone.
public indirect enum AdoptedRowCommand: EntityCommand {
    case record(AdoptedRowRecorded)
    case vanish(AdoptedRowVanished)

    @usableFromInline package static let cases: [CommandCase<Self>] = []

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .record(let payload): try visitor.visit(payload)
        case .vanish(let payload): try visitor.visit(payload)
        }
    }
}

@usableFromInline package enum AdoptedRowDecider: Decider {
    @usableFromInline package static func decide(
        _ command: AdoptedRowCommand, given state: AdoptedRow?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [AdoptedRowEvent] {
        switch command {
        case .record(let recorded):
            let id = AdoptedRow.id(source: recorded.source, table: recorded.table, key: recorded.key)
            guard recorded.id == id else {
                throw .invalid("adopted_row_id", "is \(recorded.id); by source, table and key it is \(id)")
            }
            try Require.object(recorded.extra, "extra")
            var recorded = recorded
            // What a row says of its organization need not be true.
            if let organization = recorded.organization, world.peek(organization) == nil { recorded.organization = nil }
            return state?.holds(recorded) ?? false ? [] : [.recorded(recorded)]
        case .vanish(let vanished):
            guard let state else { throw .notFound(AdoptedRow.kind, vanished.id.description) }
            return state.goneAt == nil ? [.vanished(vanished)] : []
        }
    }

    @usableFromInline package static func evolve(
        _ state: inout AdoptedRow?, by event: AdoptedRowEvent, _ envelope: Envelope
    ) {
        switch event {
        case .recorded(let recorded):
            var row = state ?? AdoptedRow(recorded, at: envelope.occurredAt)
            row.organization = recorded.organization
            row.subject = recorded.subject
            row.digest = recorded.digest
            row.extra = recorded.extra
            row.updatedAt = envelope.occurredAt
            row.goneAt = nil
            state = row
        case .vanished:
            state?.goneAt = envelope.occurredAt
            state?.updatedAt = envelope.occurredAt
        }
    }
}

extension AdoptedRow {
    init(_ recorded: AdoptedRowRecorded, at instant: Instant) {
        self.id = recorded.id
        self.source = recorded.source
        self.table = recorded.table
        self.key = recorded.key
        self.adoptedAt = instant
    }

    fileprivate func holds(_ recorded: AdoptedRowRecorded) -> Bool {
        self.goneAt == nil && self.digest == recorded.digest && self.extra == recorded.extra
            && self.subject == recorded.subject
    }
}
