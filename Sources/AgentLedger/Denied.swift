import LedgerDomain
import LedgerEvents

/// A command was refused because of who gave it.
struct Denied: Error {
    var rejection: Rejection
    /// The command that puts it on record.
    var record: CommandRequest
}

extension DecisionBatch {
    /// What is to be said of a refusal. An attempt under an idempotency key, or by one line of a
    /// file, is one attempt, however often it is made.
    func denied(_ request: CommandRequest, _ rejection: Rejection) throws -> Denied {
        var attempt = AttemptReader(world: self.world)
        try request.command.accept(&attempt)
        let standing = self.world.standing(of: request.actor, towards: attempt.thing)
        var denial = AccessDenial()
        denial.id = AccessDenialID(
            bits: (request.idempotencyKey ?? request.line?.description).map {
                UUIDv5.named("access_denial/\(request.actor)/\(request.name)/\($0)", in: 0)
            } ?? self.makeID())
        denial.organization = attempt.thing.organization
        denial.actor = request.actor.description
        denial.onBehalfOf = request.onBehalfOf?.description
        denial.refusedCommand = attempt.terms?.name ?? request.name
        denial.entityKind = attempt.kind
        denial.entity = EventID(bits: attempt.target)
        denial.role = standing.role
        denial.requiredRole = attempt.terms?.permission.words
        denial.reason = SecretShape.masking(rejection.message)?.text ?? rejection.message
        var said = RequestText()
        let command = request.keepsSecrets ? nil : try request.command.masked()?.command
        try (command ?? request.command).accept(&said)
        denial.request = said.text
        var record = CommandRequest(
            .accessDenial(.record(denial)), actor: .system("authorization"),
            occurredAt: request.occurredAt)
        record.onBehalfOf = request.actor
        record.correlation = request.correlation
        record.causation = request.causation
        record.source = request.source
        return Denied(rejection: rejection, record: record)
    }
}

/// What a command said, where that is short enough to be put on record.
private struct RequestText: EntityCommandVisitor, TargetedVisitor {
    var text: JSONText?

    mutating func visit<E: Entity>(
        _: E.Type, _ command: E.Rules.Command, _: (E.Rules.Event) -> DomainEvent
    ) throws {
        try command.accept(&self)
    }

    mutating func visit<Payload: Targeted>(_ payload: consuming Payload) {
        let text = JSONWriter.text(payload)
        if text.utf8.count <= AccessDenial.longestRequest { self.text = JSONText(uncheckedCanonical: text) }
    }
}

/// What a command was about, whether it exists or not.
struct AttemptReader: EntityCommandVisitor, TargetedVisitor {
    let world: any DecisionContext
    var kind = ""
    var target: UInt128 = 0
    var thing = Belonging(organization: nil, person: nil)
    var terms: CommandTerms?
    /// Whether it makes no difference that a new thing exists already.
    private let isForAnyAttempt: Bool

    init(world: any DecisionContext, isForAnyAttempt: Bool = false) {
        self.world = world
        self.isForAnyAttempt = isForAnyAttempt
    }

    mutating func visit<E: Entity>(
        _: E.Type, _ command: E.Rules.Command, _: (E.Rules.Event) -> DomainEvent
    ) throws {
        self.kind = E.kind
        self.target = command.target
        self.terms = command.terms
        let isNew = self.isForAnyAttempt && self.terms?.creates == true
        if !isNew, let state = self.world.peek(ID<E>(bits: command.target)) {
            self.thing = Belonging(of: state)
        } else {
            try command.accept(&self)
        }
    }

    /// The organization that a new thing names, or the one of the run or workflow that it names.
    mutating func visit<Payload: Targeted>(_ payload: consuming Payload) throws {
        var collector = TagCollector(mentions: [])
        try payload.fields(&collector)
        for tag in collector.tags where self.thing.organization == nil {
            guard let id = tag.id, id != self.target else { continue }
            switch tag.kind {
            case Organization.kind where self.world.peek(OrganizationID(bits: id)) != nil:
                self.thing.organization = OrganizationID(bits: id)
            case Workflow.kind: self.thing.organization = self.world.peek(WorkflowID(bits: id))?.organization
            case WorkflowExecution.kind:
                self.thing.organization = self.world.peek(WorkflowExecutionID(bits: id))?.organization
            case Agent.kind: self.thing.organization = self.world.peek(AgentID(bits: id))?.owner
            case _: continue
            }
        }
    }
}

extension Ledger {
    /// Puts on record who was denied what, in an append of its own.
    func record(_ denials: [CommandRequest]) async throws {
        for case .refused(let rejection) in try await self.execute(denials) {
            throw LedgerError(.denial, "that a command was denied cannot be recorded: \(rejection.message)")
        }
    }
}
