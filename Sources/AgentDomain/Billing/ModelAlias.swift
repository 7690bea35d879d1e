import LedgerEvents

/// Another name for a model: the provider and model as prices spell them, for a name as a source spells it.
///
/// Used where no price is spelled as the source spells the model: see `PriceMatching`, step 2.
public struct ModelAlias: Entity {
    @usableFromInline package static let kind = "model_alias"
    @usableFromInline package typealias Rules = ModelAliasDecider

    /// Namespace of the ids that aliases get from the name that they are set for.
    static let namespace: UInt128 = 0x51C3_0E7B_64D2_5A8F_9B1E_7F20_C48A_6D35

    /// What the alias stood for from a position on. Field numbers are the view's format.
    public struct Change: NestedRecord {
        package var position = Position.start
        /// Nil: the source's own.
        package var provider: String?
        /// Nil: from here on the alias is removed.
        package var model: String?

        @usableFromInline package init() {}

        @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
            try v.field(1, "position", &self.position)
            try v.field(2, "price_provider", &self.provider)
            try v.field(3, "price_model", &self.model)
        }
    }

    public var id = ModelAliasID.zero
    /// As the source spells it; nil: whatever the provider.
    public var provider: String?
    /// As the source spells it.
    public var model = ""
    /// As prices spell it; nil: the source's own.
    public var priceProvider: String?
    /// As prices spell it; kept after the alias is removed.
    public var priceModel = ""
    /// Oldest first: an invoice recomputes with the aliases that it was drafted with.
    public var changes: [Change] = []
    public var createdAt = Instant.zero
    public var updatedAt = Instant.zero
    public var removedAt: Instant?
    public var removalReason: String?

    @usableFromInline package init() {}

    /// The id of the alias for a name, whether it is set or not.
    static func id(provider: String?, model: String) -> ModelAliasID {
        // A separator that no name has: slashes are part of many.
        ModelAliasID(bits: UUIDv5.named("\(provider ?? "")\u{1F}\(model)", in: Self.namespace))
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "id", &self.id)
        try v.field(2, "provider", &self.provider)
        try v.field(3, "model", &self.model)
        try v.field(4, "price_provider", &self.priceProvider)
        try v.field(5, "price_model", &self.priceModel)
        try v.field(6, "changes", &self.changes)
        try v.field(7, "created_at", &self.createdAt)
        try v.field(8, "updated_at", &self.updatedAt)
        try v.field(9, "removed_at", &self.removedAt)
        try v.field(10, "removal_reason", &self.removalReason)
    }

    /// What the alias stood for at a position; nil where it was not set.
    func target(at position: Position) -> (provider: String?, model: String)? {
        guard let change = self.changes.last(where: { $0.position <= position }), let model = change.model else {
            return nil
        }
        return (change.provider, model)
    }
}

public typealias ModelAliasID = ID<ModelAlias>

// Field numbers and names are stored. Add; never rename, reuse or remove.

public indirect enum ModelAliasEvent: EntityEvent {
    case set(ModelAliasSet)
    case removed(ModelAliasRemoved)

    @usableFromInline package static let cases: [EventCase<Self>] = [EventCase(Self.set), EventCase(Self.removed)]

    @inlinable
    package func accept<V: PayloadVisitor>(_ visitor: inout V) throws {
        switch self {
        case .set(let payload): try visitor.visit(payload)
        case .removed(let payload): try visitor.visit(payload)
        }
    }
}

/// From here on the model is priced under another name. Setting it again replaces the name.
public struct ModelAliasSet: EntityPayload {
    @usableFromInline package static let type: EventType = "model_alias.set"
    /// Follows from `provider` and `model`; left out in a command.
    public var id = ModelAliasID.zero
    /// As the source spells it, exactly. Nil: whatever the provider, where the provider has no alias of its own.
    public var provider: String?
    /// As the source spells it, exactly.
    public var model = ""
    /// As prices spell it. Nil: the source's own provider.
    public var priceProvider: String?
    /// As prices spell it.
    public var priceModel = ""

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "model_alias_id", &self.id)
        try v.field(2, "provider", &self.provider)
        try v.field(3, "model", &self.model)
        try v.field(4, "price_provider", &self.priceProvider)
        try v.field(5, "price_model", &self.priceModel)
    }

    @usableFromInline package func newID(_ fresh: UInt128) -> UInt128 {
        ModelAlias.id(provider: self.provider, model: self.model).bits
    }
}

/// From here on the model is priced under its own name again.
public struct ModelAliasRemoved: EntityPayload {
    @usableFromInline package static let type: EventType = "model_alias.removed"
    public var id = ModelAliasID.zero
    public var reason: String?

    @usableFromInline package init() {}

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @_specialize(where V == TagCollector)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "model_alias_id", &self.id)
        try v.field(2, "reason", &self.reason)
    }
}
