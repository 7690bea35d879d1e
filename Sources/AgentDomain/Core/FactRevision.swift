import LedgerEvents

/// A fact was corrected by what its source sent later: what holds from now on, and what held before.
@usableFromInline package struct FactRevised<F: Recordable>: EntityPayload {
    @usableFromInline package static var type: EventType { EventType("\(F.kind).revised") }
    @usableFromInline package static var schemaVersion: UInt32 { F.schemaVersion }
    @usableFromInline package static var mentions: [Int] { F.mentions }

    /// Its fields are the event's own.
    @usableFromInline package var fact = F()
    /// What held before, or another version that arrived too late to hold. Nil where the fact had been withdrawn.
    @usableFromInline package var previous: FactContent<F>?
    /// The run that it belonged to before, where it belongs to another now.
    package var previousRun: WorkflowExecutionID?

    @usableFromInline package init() {}

    @usableFromInline package var id: ID<F> { self.fact.id }

    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try self.fact.fields(&v)
        try v.field(200, "previous", &self.previous)
        try v.field(201, "previous_execution_id", &self.previousRun)
    }

    @usableFromInline package mutating func upcast(from version: UInt32) {
        self.fact.upcast(from: version)
        self.previous?.fact.upcast(from: version)
    }
}

/// A fact turned out to be none: the present does not know it any more.
@usableFromInline package struct FactWithdrawn<F: Recordable>: EntityPayload {
    @usableFromInline package static var type: EventType { EventType("\(F.kind).withdrawn") }
    /// That of the fact: the event holds one.
    @usableFromInline package static var schemaVersion: UInt32 { F.schemaVersion }

    @usableFromInline package var id = ID<F>.zero
    package var reason = ""
    /// What held before. Written by the decider, as is the rest.
    @usableFromInline package var previous: FactContent<F>?
    /// The run that it belonged to.
    package var previousRun: WorkflowExecutionID?

    @usableFromInline package init() {}

    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, F.withdrawnIDName ?? "id", &self.id)
        try v.field(2, "reason", &self.reason)
        try v.field(200, "previous", &self.previous)
        try v.field(201, "previous_execution_id", &self.previousRun)
    }

    @usableFromInline package mutating func upcast(from version: UInt32) { self.previous?.fact.upcast(from: version) }
}

/// A fact inside another record.
@usableFromInline package struct FactContent<F: Recordable>: NestedRecord {
    @usableFromInline package var fact = F()

    @usableFromInline package init() {}
    package init(_ fact: F) { self.fact = fact }

    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws { try self.fact.fields(&v) }

    /// Named after the fact, as a schema in protobuf cannot name a generic type.
    @usableFromInline package static var kind: FieldKind {
        .record(String(describing: F.self), FieldDescription.list(F.self))
    }
}

/// What holds of a fact that was revised or withdrawn, under the fact's id. Facts that never were have none.
@usableFromInline package struct FactRevision<F: Recordable>: Stored {
    @usableFromInline package static var kind: String { "\(F.kind)_revision" }

    /// Nil: withdrawn.
    package private(set) var content: FactContent<F>?
    package private(set) var occurredAt = Instant.zero
    /// Digests of the versions that do not hold, of facts of which the best version does.
    package private(set) var otherVersions: [Int] = []

    @usableFromInline package init() {}

    package var fact: F? { self.content?.fact }

    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "content", &self.content)
        try v.field(2, "occurred_at", &self.occurredAt)
        try v.field(3, "other_versions", &self.otherVersions)
    }

    @usableFromInline
    static func set(
        _ fact: F?, besides other: F? = nil, of id: ID<F>, _ envelope: Envelope, in store: some StateStore
    ) {
        store.update(ID<FactRevision<F>>(bits: id.bits)) {
            var revision = FactRevision()
            if F.holdsBestVersion {
                revision.otherVersions = $0?.otherVersions ?? []
                if let other { revision.otherVersions.append(self.digest(of: other)) }
            }
            revision.content = fact.map { FactContent($0) }
            revision.occurredAt = envelope.occurredAt
            $0 = revision
        }
    }

    @usableFromInline
    static func digest(of fact: F) -> Int {
        do {
            var fingerprint = Fingerprint()
            for byte in try WireEncoder.encode(fact) { fingerprint.add(byte) }
            return Int(truncatingIfNeeded: fingerprint.value)
        } catch {
            preconditionFailure("what was decoded can be encoded: \(error)")
        }
    }
}

extension DecisionContext {
    /// What holds of a fact that the log alone keeps, given what was recorded of it first. Guards nothing: a revision
    /// carries the fact's own tag.
    @usableFromInline
    func present<F: Recordable>(_ id: ID<F>, recorded: F?) -> F? {
        guard F.isKeptInLog, recorded != nil, let revision = self.peek(ID<FactRevision<F>>(bits: id.bits)) else {
            return recorded
        }
        return revision.fact
    }
}

extension FactRules {
    @usableFromInline
    @_specialize(where Recorded == TraceSpan)
    static func revise(
        _ fact: Recorded, given state: Recorded?, _ order: CommandContext, in world: any DecisionContext
    ) throws(Rejection) -> [FactEvent<Recorded>] {
        try Require.id(fact.id, "\(Recorded.kind)_id")
        var fact = fact
        try fact.settle(order, in: world)
        guard case .some = state else { return [.recorded(fact)] }
        let present = world.present(fact.id, recorded: state)
        if let present { fact.keep(from: present) }
        if present == fact { return [] }
        var revised = FactRevised<Recorded>()
        if Recorded.holdsBestVersion, let present {
            let revision = world.peek(ID<FactRevision<Recorded>>(bits: fact.id.bits))
            let digest = FactRevision<Recorded>.digest(of: fact)
            if revision?.otherVersions.contains(digest) == true { return [] }
            if fact.isOutdated(by: present) {
                revised.fact = present
                revised.previous = FactContent(fact)
                return [.revised(revised)]
            }
        }
        revised.fact = fact
        revised.previous = present.map { FactContent($0) }
        revised.previousRun = present?.run == fact.run ? nil : present?.run
        return [.revised(revised)]
    }

    @usableFromInline
    static func withdraw(
        _ command: FactWithdrawn<Recorded>, given state: Recorded?, in world: any DecisionContext
    ) -> [FactEvent<Recorded>] {
        guard let present = world.present(command.id, recorded: state) else { return [] }
        var withdrawn = command
        withdrawn.previous = FactContent(present)
        withdrawn.previousRun = present.run
        return [.withdrawn(withdrawn)]
    }
}

/// After such an event no state says whose the thing was: the event itself does.
@usableFromInline package protocol Withdrawal: EntityPayload {
    var owner: OrganizationID? { get }
}

extension FactWithdrawn: Withdrawal {
    @usableFromInline package var owner: OrganizationID? { (self.previous?.fact as? any Entity)?.owner }
}

extension WorkflowExecutionWithdrawn: Withdrawal {
    @usableFromInline package var owner: OrganizationID? { self.organization }
}

extension AgentExecutionWithdrawn: Withdrawal {
    @usableFromInline package var owner: OrganizationID? { self.organization }
}

extension WorkflowWithdrawn: Withdrawal {
    @usableFromInline package var owner: OrganizationID? { self.organization }
}

extension AgentWithdrawn: Withdrawal {
    @usableFromInline package var owner: OrganizationID? { self.organization }
}

/// States that telemetry makes, and that later telemetry may take back.
@usableFromInline package protocol Withdrawable: Stored {
    /// The type of the event that takes one back.
    static var withdrawal: EventType { get }
}

extension Workflow: Withdrawable {
    @usableFromInline package static var withdrawal: EventType { WorkflowWithdrawn.type }
}

extension Agent: Withdrawable {
    @usableFromInline package static var withdrawal: EventType { AgentWithdrawn.type }
}

extension WorkflowExecution: Withdrawable {
    @usableFromInline package static var withdrawal: EventType { WorkflowExecutionWithdrawn.type }
}

extension AgentExecution: Withdrawable {
    @usableFromInline package static var withdrawal: EventType { AgentExecutionWithdrawn.type }
}

extension Evaluation: Withdrawable {
    @usableFromInline package static var withdrawal: EventType { FactWithdrawn<Evaluation>.type }
}
