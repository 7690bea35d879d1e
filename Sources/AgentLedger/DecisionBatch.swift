import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerViews

/// Decides commands one after the other, each seeing what the ones before it did, and collects their events for one
/// append.
final class DecisionBatch {
    let world: TrackedWorld
    let events: EventBatch
    let makeID: @Sendable () -> UInt128
    /// The time when the batch began by the machine's clock, or by the ledger's where that is ahead.
    private(set) var now: Instant
    /// How many secrets were masked in what is recorded.
    private(set) var maskedSecrets = 0

    /// - Parameter count: how many commands there are to decide.
    init(
        over recent: StateCache, log: any EventLog, count: Int, isExclusive: Bool, now: Instant,
        makeID: @escaping @Sendable () -> UInt128
    ) {
        self.events = EventBatch(expecting: min(count * 3 / 2, LogLimits.batchEvents / 2))
        self.world = TrackedWorld(over: recent, log: log, events: self.events, isExclusive: isExclusive)
        self.makeID = makeID
        self.log = log
        self.now = max(now, self.world.peek(PolicyClock.only)?.time ?? now)
    }

    /// Whether the next command should go into another append.
    var isFull: Bool {
        self.events.count >= LogLimits.batchEvents / 2 || self.events.bytes.count >= LogLimits.batchBytes / 2
    }

    private let log: any EventLog
    private var envelopes = EnvelopeSecrets()
    /// The places of the events of this batch that made something new, by its tag.
    private var creations: [EventTag: Int] = [:]

    /// The tags of the event that is being recorded; kept for their room.
    @exclusivity(unchecked) private var tags: [EventTag] = []

    /// Adds the events that the command leads to. Throws `Rejection` for a refusal, which leaves the batch as it was,
    /// and `Denied` where it is refused because of who asks.
    ///
    /// - Returns: whether it changes anything.
    @discardableResult
    func decide(_ request: UnsafePointer<CommandRequest>) throws -> Bool {
        let before = self.events.count
        if self.isOnRecord(request.pointee.line) || self.isOnRecord(request.pointee.formerLine) { return false }
        try self.decideAnew(request)
        if self.events.count > before {
            self.maskedSecrets += self.envelopes.takeCount()
            return true
        }
        try self.noteUnchanged(request)
        return false
    }

    /// Puts on record that a line of a file asked for what stands already: it may not stand when the file is imported
    /// again. A new thing is known by its id whenever that is.
    private func noteUnchanged(_ request: UnsafePointer<CommandRequest>) throws {
        guard let line = request.pointee.line else { return }
        var attempt = AttemptReader(world: self.world)
        try request.pointee.command.accept(&attempt)
        if attempt.terms?.creates == true { return }
        var unchanged = UnchangedLine()
        unchanged.id = ID(bits: line.bits)
        unchanged.organization = attempt.thing.organization
        unchanged.unchangedBy = request.pointee.name
        unchanged.entityKind = attempt.kind
        unchanged.entity = EventID(bits: attempt.target)
        var recorder = Recorder(batch: self, request: request)
        try recorder.record(.unchangedLine(.recorded(unchanged)))
    }

    private func isOnRecord(_ line: ID<ImportedLine>?) -> Bool { line.map { self.world.peek($0) != nil } ?? false }

    private func decideAnew(_ request: UnsafePointer<CommandRequest>) throws {
        try self.envelopes.check(request)
        do {
            guard !request.pointee.keepsSecrets, let masked = try request.pointee.command.masked() else {
                return try self.decide(request, request.pointee.command)
            }
            // A configuration with a secret is refused; anything else is recorded without it.
            try self.decide(request, request.pointee.command, isTrial: true)
            if request.pointee.isChecked, Activity.isConfiguration(request.pointee.name) {
                throw Rejection.secretFound(masked.field)
            }
            let before = self.events.count
            try self.decide(request, masked.command)
            if self.events.count > before { self.maskedSecrets += masked.count }
        } catch let rejection as Rejection {
            guard rejection.reason == .notAuthorized else { throw rejection }
            throw try self.denied(request.pointee, rejection)
        }
    }

    private func decide(
        _ request: UnsafePointer<CommandRequest>, _ command: DomainCommand, isTrial: Bool = false
    ) throws {
        var decision = Decision(recorder: Recorder(batch: self, request: request), isTrial: isTrial)
        try command.accept(&decision)
    }

    /// Asks whether the actor may, and the entity's rules, and has recorded what they say. What there is not yet
    /// belongs to whom it would belong to.
    private struct Decision: EntityCommandVisitor {
        var recorder: Recorder
        /// Whether nothing is recorded.
        let isTrial: Bool

        mutating func visit<E: Entity>(
            _: E.Type, _ command: E.Rules.Command, _ embed: (E.Rules.Event) -> DomainEvent
        ) throws {
            let world = self.recorder.batch.world
            let order = self.recorder.order
            let terms = command.terms
            var belonging: Belonging?
            var isNew = true
            var known: (any EntityPayload)?
            let isAbsent = E.isKeptInLog && command.isOfUnknown(in: world)
            let events = try world.look(ID<E>(bits: command.target), isAbsent: isAbsent) { state in
                if let state {
                    isNew = false
                    known = (state as? any CreatedOnce)?.creation
                    belonging = Belonging(of: state)
                    try self.authorize(terms, order.actor, Belonging(of: state))
                }
                return try E.Rules.decide(command, given: state, order, in: world)
            }
            guard let first = events.first else {
                if !isNew, order.isChecked, !self.isTrial, terms.creates {
                    try self.requireSame(E.self, command, as: known)
                }
                return
            }
            if isNew, !E.isKeptInLog { try world.requireUnknown(ID<E>(bits: command.target)) }
            if self.recorder.isChecked {
                try StatedFields(of: command).require(in: StatedFields(of: first))
            }
            let principal = self.recorder.onBehalfOf
            // Facts from telemetry come in millions; their run says where they belong.
            let isTelemetry = self.recorder.isReport && self.recorder.keepsSecrets && order.actor.isSystem
            if isTelemetry, principal == nil, terms.activity != .work, belonging == nil {
                return try self.record(events, embed)
            }
            if belonging == nil {
                var envelope = Envelope()
                envelope.actor = order.actor
                envelope.occurredAt = order.occurredAt
                var made: E?
                E.Rules.evolve(&made, by: first, envelope)
                let thing = made.map { Belonging(of: $0) } ?? Belonging(organization: nil, person: nil)
                try self.authorize(terms, order.actor, thing)
                belonging = thing
            }
            let organization = belonging?.organization
            if order.isChecked {
                try world.requireOwn(
                    correlation: self.recorder.statedCorrelation, causation: self.recorder.causation, of: organization,
                    order)
            }
            if let principal, terms.activity != .always {
                try world.requirePrincipal(principal, in: organization, order)
            }
            if let organization { try world.requireActivity(terms, in: organization, order) }
            if isNew, terms.creates, !self.isTrial, !(E.self is any CreatedOnce.Type) {
                self.recorder.batch.creations[EventTag(kind: E.kind, id: command.target)] =
                    self.recorder.batch.events.count
            }
            try self.record(events, embed)
        }

        /// Refuses a command that would make what there is already with other contents.
        private func requireSame<E: Entity>(
            _: E.Type, _ command: E.Rules.Command, as known: (any EntityPayload)?
        ) throws {
            // What is set again and again keeps its id.
            if E.self == PolicyClock.self || E.self == ModelAlias.self { return }
            let stated = try StatedFields(of: command)
            let id = ID<E>(bits: command.target)
            let recorded =
                if let known { try StatedFields(of: known) } else {
                    try self.recorder.batch.creation(of: id.tag, stated.type)
                }
            guard let recorded, let field = stated.firstDifference(from: recorded, withChoices: true) else { return }
            throw Rejection(
                .alreadyExists, "\(E.kind) \(id) exists already, with other contents: it has another \(field)")
        }

        private mutating func record<Event>(_ events: [Event], _ embed: (Event) -> DomainEvent) throws {
            if self.isTrial { return }
            for event in events { try self.recorder.record(embed(event)) }
        }

        private func authorize(_ terms: CommandTerms, _ actor: Principal, _ thing: Belonging) throws(Rejection) {
            let world = self.recorder.batch.world
            if actor.isSystem { return }
            let standing = world.standing(of: actor, towards: thing)
            if terms.permission.isGranted(to: standing) { return }
            throw world.refusal(of: terms.name, asking: terms.permission, by: actor, standing, towards: thing)
        }
    }

    /// What the event says that made a thing.
    private func creation(of tag: EventTag, _ type: EventType?) throws -> StatedFields? {
        guard let type else { return nil }
        var event: DomainEvent?
        if let place = self.creations[tag] {
            event = try self.world.event(at: place)
        } else {
            let query = EventQuery(types: [type], tags: [tag])
            try self.log.read(query, after: .start, through: self.world.base, limit: 1) {
                event = try DomainEvent.decode($0).event
            }
            // It may be on its way into the log with the batch before.
            if event == nil, try self.log.head() < self.world.base { throw Disturbed() }
        }
        return try event.flatMap { try StatedFields(of: $0) }
    }

    /// Writes events into the batch, each behind its effect on the states, with what it brings.
    private struct Recorder: EntityEventVisitor, PayloadVisitor {
        let batch: DecisionBatch
        /// What the request states.
        let statedCorrelation: CorrelationID?
        let causation: EventID?
        let isHistory: Bool
        let isReport: Bool
        let onBehalfOf: Principal?
        let isChecked: Bool
        let isAhead: Bool
        let keepsSecrets: Bool
        /// Names the first event of what a line asks for.
        private var line: ID<ImportedLine>?
        private var envelope = Envelope()
        /// That of the event which brought this one.
        private var inherited: CorrelationID?

        init(batch: DecisionBatch, request: UnsafePointer<CommandRequest>) {
            self.batch = batch
            self.statedCorrelation = request.pointee.correlation
            self.causation = request.pointee.causation
            self.isHistory = request.pointee.isHistory
            self.isReport = request.pointee.isReport
            self.onBehalfOf = request.pointee.onBehalfOf
            self.isChecked = request.pointee.isChecked
            self.isAhead = request.pointee.isAhead
            self.keepsSecrets = request.pointee.keepsSecrets
            self.line = request.pointee.line
            self.envelope.occurredAt = request.pointee.occurredAt
            self.envelope.actor = request.pointee.actor
            self.envelope.onBehalfOf = request.pointee.onBehalfOf
            self.envelope.source = batch.envelopes.masked(request)
            self.envelope.idempotencyKey = request.pointee.idempotencyKey
        }

        var order: CommandContext {
            CommandContext(
                actor: self.envelope.actor, occurredAt: self.envelope.occurredAt, isReport: self.isReport,
                isHistory: self.isHistory, isChecked: self.isChecked, now: self.batch.now, isAhead: self.isAhead)
        }

        mutating func record(_ event: DomainEvent) throws {
            self.envelope.causation = self.causation
            self.inherited = nil
            let cause = try self.write(event)
            if self.isHistory { return }
            self.inherited = self.envelope.correlation
            for consequence in Consequences.of(event, at: self.envelope.occurredAt, in: self.batch.world) {
                self.envelope.causation = cause
                _ = try self.write(consequence)
            }
        }

        private mutating func write(_ event: DomainEvent) throws -> EventID {
            self.envelope.id = event.identity ?? self.nextID()
            self.envelope.position = self.batch.world.states.position.next
            self.batch.tags.removeAll(keepingCapacity: true)
            self.batch.tags += self.batch.world.apply(event, self.envelope)
            if case .clock(.ticked(let tick)) = event {
                self.batch.now = max(self.batch.now, tick.time ?? self.batch.now)
            }
            try event.accept(&self)
            return self.envelope.id
        }

        private mutating func nextID() -> EventID {
            defer { self.line = nil }
            return EventID(bits: self.line?.bits ?? self.batch.makeID())
        }

        /// The state after the event says whose it is and which run it belongs to.
        mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) throws {
            let (owner, correlation) = self.belonging(of: E.self, event)
            self.envelope.organization = owner.map { TenantID(bits: $0.bits) }
            self.envelope.correlation = self.statedCorrelation ?? correlation
            try event.accept(&self)
        }

        private func belonging<E: Entity>(
            of _: E.Type, _ event: E.Rules.Event
        ) -> (owner: OrganizationID?, correlation: CorrelationID?) {
            if E.isKeptInLog {
                var fact: E?
                E.Rules.evolve(&fact, by: event, self.envelope)
                // A later event about a fact tells nothing of it, and it is known then.
                if let fact { return (fact.owner, fact.correlation) }
                return self.batch.world.lend(ID<E>(bits: event.target)) { ($0?.owner, $0?.correlation) }
            }
            let states = self.batch.world.states
            return states.lend(ID<E>(bits: states.subject ?? event.target)) { ($0?.owner, $0?.correlation) }
        }

        /// What is recorded about a run belongs to the run of things that it belongs to.
        private func correlation(by tags: [EventTag]) -> CorrelationID? {
            for tag in tags where tag.kind == WorkflowExecution.kind {
                guard let id = tag.id else { continue }
                let run = WorkflowExecutionID(bits: id)
                if let found = self.batch.world.states.lend(run, { $0?.correlationID }) { return found }
            }
            return nil
        }

        mutating func visit<Payload: EntityPayload>(_ payload: consuming Payload) throws {
            var collector = TagCollector(mentions: Payload.mentions)
            // The room moves into the collector and back.
            swap(&collector.tags, &self.batch.tags)
            defer { swap(&collector.tags, &self.batch.tags) }
            try payload.fields(&collector)
            if let further = payload.furtherTag { collector.add(further) }
            if self.envelope.organization == nil, let owner = ((copy payload) as? any Withdrawal)?.owner {
                self.envelope.organization = TenantID(bits: owner.bits)
            }
            if let organization = self.envelope.organization { collector.add(organization.tag) }
            self.envelope.correlation =
                self.envelope.correlation ?? self.correlation(by: collector.tags) ?? self.inherited
            self.envelope.type = Payload.type
            self.envelope.schemaVersion = Payload.schemaVersion
            try self.batch.events.append(&self.envelope, tags: collector.tags) { try payload.fields(&$0) }
            let size = self.batch.events.entries.last?.count ?? 0
            guard size <= LogLimits.recordBytes else {
                throw EventLogError(
                    .tooLarge, "the event \(Payload.type) takes \(size) bytes; the limit is \(LogLimits.recordBytes)")
            }
        }
    }
}
