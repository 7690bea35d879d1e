import LedgerEvents

public indirect enum ModelAliasCommand: EntityCommand {
    case set(ModelAliasSet)
    case remove(ModelAliasRemoved)

    @usableFromInline package static let cases: [CommandCase<Self>] = [
        CommandCase("model_alias.set", permission: .platform, creates: true, Self.set),
        CommandCase("model_alias.remove", permission: .platform, Self.remove),
    ]

    @inlinable
    package func accept<V: TargetedVisitor>(_ visitor: inout V) throws {
        switch self {
        case .set(let payload): try visitor.visit(payload)
        case .remove(let payload): try visitor.visit(payload)
        }
    }
}

@usableFromInline package enum ModelAliasDecider: Decider {
    @usableFromInline package static func decide(
        _ command: ModelAliasCommand, given state: ModelAlias?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [ModelAliasEvent] {
        switch command {
        case .set(let set): return try self.set(set, state)
        case .remove(let removed):
            guard let state else { throw .notFound(ModelAlias.kind, removed.id.description) }
            return state.removedAt == nil ? [.removed(removed)] : []
        }
    }

    private static func set(_ command: ModelAliasSet, _ state: ModelAlias?) throws(Rejection) -> [ModelAliasEvent] {
        try Require.text(command.model, "model")
        try Require.text(command.priceModel, "price_model")
        if let provider = command.provider { try Require.text(provider, "provider") }
        if let provider = command.priceProvider { try Require.text(provider, "price_provider") }
        let id = ModelAlias.id(provider: command.provider, model: command.model)
        guard command.id == id else {
            throw .invalid("model_alias_id", "is \(command.id); leave it out, it follows from provider and model")
        }
        let keepsProvider = command.priceProvider == nil || command.priceProvider == command.provider
        if keepsProvider, command.priceModel == command.model {
            throw .invalid("price_model", "must be another name than the model's own")
        }
        let isSet =
            state.map {
                $0.removedAt == nil && $0.priceProvider == command.priceProvider && $0.priceModel == command.priceModel
            } ?? false
        return isSet ? [] : [.set(command)]
    }

    @usableFromInline package static func evolve(
        _ state: inout ModelAlias?, by event: ModelAliasEvent, _ envelope: Envelope
    ) {
        if case .set(let set) = event, state == nil { state = ModelAlias(set, at: envelope.occurredAt) }
        state?.apply(event, envelope)
    }
}

extension ModelAlias {
    init(_ set: ModelAliasSet, at instant: Instant) {
        self.id = set.id
        self.provider = set.provider
        self.model = set.model
        self.createdAt = instant
    }

    mutating func apply(_ event: ModelAliasEvent, _ envelope: Envelope) {
        self.updatedAt = envelope.occurredAt
        var change = Change()
        change.position = envelope.position
        switch event {
        case .set(let set):
            self.priceProvider = set.priceProvider
            self.priceModel = set.priceModel
            self.removedAt = nil
            self.removalReason = nil
            change.provider = set.priceProvider
            change.model = set.priceModel
        case .removed(let removed):
            self.removedAt = envelope.occurredAt
            self.removalReason = removed.reason
        }
        self.changes.append(change)
    }
}

extension DecisionContext {
    /// The name that an alias gives a thing: that of its provider and model, else that of its model whatever the
    /// provider. Guards the append.
    /// - Parameter position: aliases count as they stood there.
    func alias(of thing: PricedThing, at position: Position = .end) -> PricedThing? {
        guard let model = thing.model, !model.isEmpty else { return nil }
        let provider = thing.provider ?? ""
        for source in provider.isEmpty ? [nil] : [provider, nil] {
            let alias = self.find(ModelAlias.id(provider: source, model: model))
            guard let target = alias?.target(at: position) else { continue }
            return PricedThing(
                usageType: thing.usageType, provider: target.provider ?? thing.provider, model: target.model)
        }
        return nil
    }
}
