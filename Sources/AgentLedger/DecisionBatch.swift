import AgentDomain
import EventLog
import EventSourcing
import Views

/// Decides commands one after the other, each seeing what the ones before it did, and collects their events for one
/// append.
final class DecisionBatch {
    let world: TrackedWorld
    let events = EventBatch()
    let makeID: @Sendable () -> UInt128

    init(over recent: StateCache, isExclusive: Bool, makeID: @escaping @Sendable () -> UInt128) {
        self.world = TrackedWorld(over: recent, isExclusive: isExclusive)
        self.makeID = makeID
    }

    /// Whether the next command should go into another append.
    var isFull: Bool {
        self.events.count >= LogLimits.batchEvents / 2 || self.events.bytes.count >= LogLimits.batchBytes / 2
    }

    /// Adds the events that the command leads to. Throws `Rejection` for a refusal, which leaves the batch as it was,
    /// and `Denied` where it is refused because of who asks.
    func decide(_ request: Request) throws {
        var decision = Decision(batch: self, request: request)
        do {
            try request.command.accept(&decision)
        } catch let rejection as Rejection {
            guard rejection.reason == .notAuthorized else { throw rejection }
            throw try self.denied(request, rejection)
        }
        var recorder = Recorder(batch: self, request: request)
        for event in decision.events { try recorder.record(event) }
    }

    /// Asks whether the actor may, and the entity's rules. What there is not yet belongs to whom it would belong to.
    private struct Decision: EntityCommandVisitor {
        let batch: DecisionBatch
        let request: Request
        var events: [DomainEvent] = []

        mutating func visit<E: Entity>(
            _: E.Type, _ command: E.Rules.Command, _ embed: (E.Rules.Event) -> DomainEvent
        ) throws {
            let world = self.batch.world
            let state = world.find(ID<E>(bits: command.target))
            let order = Order(actor: self.request.actor, occurredAt: self.request.occurredAt)
            if order.actor.isSystem {
                self.events = try E.Rules.decide(command, given: state, order, in: world).map(embed)
                return
            }
            let terms = command.terms
            if let state { try self.authorize(terms, Belonging(of: state)) }
            let events = try E.Rules.decide(command, given: state, order, in: world)
            if state == nil, let first = events.first {
                var envelope = Envelope()
                envelope.actor = order.actor
                envelope.occurredAt = order.occurredAt
                var made: E?
                E.Rules.evolve(&made, by: first, envelope)
                try self.authorize(terms, made.map { Belonging(of: $0) } ?? Belonging(organization: nil, person: nil))
            }
            self.events = events.map(embed)
        }

        private func authorize(_ terms: CommandTerms, _ thing: Belonging) throws(Rejection) {
            let world = self.batch.world
            let standing = world.standing(of: self.request.actor, towards: thing)
            if terms.permission.isGranted(to: standing) { return }
            throw world.refusal(
                of: terms.name, asking: terms.permission, by: self.request.actor, standing, towards: thing)
        }
    }

    /// Writes events into the batch, each behind its effect on the states, with what it brings.
    private struct Recorder: EntityEventVisitor, PayloadVisitor {
        let batch: DecisionBatch
        let request: Request
        private var envelope = Envelope()
        private var tags: [Tag] = []
        /// That of the event which brought this one.
        private var inherited: CorrelationID?

        init(batch: DecisionBatch, request: Request) {
            self.batch = batch
            self.request = request
            self.envelope.occurredAt = request.occurredAt
            self.envelope.actor = request.actor
            self.envelope.onBehalfOf = request.onBehalfOf
            self.envelope.source = request.source
            self.envelope.idempotencyKey = request.idempotencyKey
        }

        mutating func record(_ event: DomainEvent) throws {
            self.envelope.causation = self.request.causation
            self.inherited = nil
            let cause = try self.write(event)
            if self.request.isHistory { return }
            self.inherited = self.envelope.correlation
            for consequence in Consequences.of(event, at: self.request.occurredAt, in: self.batch.world) {
                self.envelope.causation = cause
                _ = try self.write(consequence)
            }
        }

        private mutating func write(_ event: DomainEvent) throws -> EventID {
            self.envelope.id = EventID(bits: self.batch.makeID())
            self.envelope.position = self.batch.world.states.position.next
            self.tags = self.batch.world.apply(event, self.envelope)
            try event.accept(&self)
            return self.envelope.id
        }

        /// The state after the event says whose it is and which run it belongs to.
        mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) throws {
            let states = self.batch.world.states
            let (owner, correlation) = states.lend(ID<E>(bits: states.subject ?? event.target)) { state in
                (state?.owner, state?.correlation)
            }
            self.envelope.organization = owner.map { TenantID(bits: $0.bits) }
            self.envelope.correlation = self.request.correlation ?? correlation
            try event.accept(&self)
        }

        /// What is recorded about a run belongs to the run of things that it belongs to.
        private func correlation(by tags: [Tag]) -> CorrelationID? {
            for tag in tags where tag.kind == WorkflowExecution.kind {
                guard let id = tag.id else { continue }
                let run = WorkflowExecutionID(bits: id)
                if let found = self.batch.world.states.lend(run, { $0?.correlationID }) { return found }
            }
            return nil
        }

        mutating func visit<Payload: EntityPayload>(_ payload: consuming Payload) throws {
            var collector = TagCollector(tags: self.tags, mentions: Payload.mentions)
            try payload.fields(&collector)
            if let organization = self.envelope.organization { collector.add(organization.tag) }
            self.envelope.correlation =
                self.envelope.correlation ?? self.correlation(by: collector.tags) ?? self.inherited
            self.envelope.type = Payload.type
            self.envelope.schemaVersion = Payload.schemaVersion
            try self.batch.events.append(self.envelope, tags: collector.tags) { try payload.fields(&$0) }
            let size = self.batch.events.entries.last?.count ?? 0
            guard size <= LogLimits.recordBytes else {
                throw EventLogError(
                    .tooLarge, "the event \(Payload.type) takes \(size) bytes; the limit is \(LogLimits.recordBytes)")
            }
        }
    }
}

/// The tags of the ids in a payload, each once.
struct TagCollector: FieldVisitor {
    var tags: [Tag]
    let mentions: [Int]
    private var found: [Tag] = []

    init(tags: [Tag], mentions: [Int]) {
        self.tags = tags
        self.mentions = mentions
    }

    mutating func field<Value: FieldValue>(_ number: Int, _: StaticString, _ value: inout Value) {
        if self.mentions.contains(number) { return }
        value.collectTags(&self.found)
        for tag in self.found { self.add(tag) }
        self.found.removeAll(keepingCapacity: true)
    }

    mutating func add(_ tag: Tag) {
        if !self.tags.contains(tag) { self.tags.append(tag) }
    }
}
