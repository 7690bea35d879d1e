import Foundation
import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerViews
import Testing

/// A company whose commands are decided in memory and whose events are kept in a log in memory.
final class Company {
    let log = InMemoryEventLog(now: { Instant(microseconds: 1_754_000_000_000_000) })
    private let told = Told()
    private let states: StateCache
    /// Moves on by a second with each command.
    var now = Instant("2025-08-01T10:00:00Z") ?? .zero
    private var lastID: UInt128 = 0
    private var lastEvent: UInt128 = 0

    init() { self.states = StateCache(over: Nothing(), at: .start, pending: self.told) }

    func newID<E>(_: E.Type = E.self) -> ID<E> {
        self.lastID += 1
        return ID(bits: UInt128(0x0198) << 112 | self.lastID)
    }

    /// Gives a command that is accepted.
    func execute(_ command: DomainCommand, at location: SourceLocation = #_sourceLocation) async throws {
        do {
            try await self.attempt(command)
        } catch let rejection as Rejection {
            Issue.record("refused: \(rejection)", sourceLocation: location)
        }
    }

    func attempt(_ command: DomainCommand) async throws {
        self.now = self.now.advanced(bySeconds: 1)
        let order = CommandContext(actor: .system("tests"), occurredAt: self.now)
        var decision = Decision(states: self.states, order: order)
        try command.accept(&decision)
        for event in decision.events {
            try await self.record(event)
            for consequence in Consequences.of(event, at: self.now, in: self.states) {
                try await self.record(consequence)
            }
        }
    }

    private func record(_ event: DomainEvent) async throws {
        var encoded = EncodedEvent()
        try event.accept(&encoded)
        self.lastEvent += 1
        var envelope = Envelope()
        envelope.id = EventID(bits: UInt128(0x0199) << 112 | self.lastEvent)
        envelope.type = encoded.type
        envelope.actor = .system("tests")
        envelope.occurredAt = self.now
        envelope.position = self.states.position.next
        self.told.events[envelope.position] = (event, envelope)
        self.states.apply(event, envelope)
        try await self.append(envelope, encoded.tags, encoded.bytes)
    }

    /// Puts an event into the log that nobody decided.
    func append(_ envelope: Envelope, _ tags: [LedgerEvents.EventTag], _ payload: [UInt8]) async throws {
        let batch = EventBatch()
        var envelope = envelope
        try batch.append(&envelope, tags: tags) { encoder in payload.withUnsafeBytes { encoder.raw($0) } }
        _ = try await self.log.append(batch)
    }

    private struct Decision: EntityCommandVisitor {
        let states: StateCache
        let order: CommandContext
        var events: [DomainEvent] = []

        mutating func visit<E: Entity>(
            _: E.Type, _ command: E.Rules.Command, _ embed: (E.Rules.Event) -> DomainEvent
        ) throws {
            let state = self.states.find(ID<E>(bits: command.target))
            self.events = try E.Rules.decide(command, given: state, self.order, in: self.states).map(embed)
        }
    }
}

private struct EncodedEvent: EntityEventVisitor, PayloadVisitor {
    var type: EventType = ""
    var bytes: [UInt8] = []
    var tags: [LedgerEvents.EventTag] = []

    mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) throws {
        self.tags = [ID<E>(bits: event.target).tag]
        try event.accept(&self)
    }

    mutating func visit<Payload: EntityPayload>(_ payload: Payload) throws {
        self.type = Payload.type
        self.bytes = try WireEncoder.encode(payload)
    }
}

/// What happened, to be told again.
private final class Told: PendingEvents {
    var events: [Position: (event: DomainEvent, envelope: Envelope)] = [:]

    func event(at position: Position) throws -> (event: DomainEvent, envelope: Envelope) {
        try #require(self.events[position])
    }
}

/// Where nothing is.
private final class Nothing: StateSource {
    func load<E: Stored>(_: ID<E>, into _: StateBox<E>) -> Position { .start }
    func holder(of _: LedgerEvents.EventTag) -> UInt128? { nil }
    func members(of _: LedgerEvents.EventTag) -> [UInt128] { [] }
    func forEachUsage(of _: OrganizationID, after _: Position, before _: Position, _: (UsageRecord) -> Void) {}
}

/// A folder for one test, removed with it.
final class Folder {
    let path: String

    init() throws {
        self.path = FileManager.default.temporaryDirectory.appendingPathComponent("views-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    // A leftover in the temporary folder is harmless.
    deinit { try? FileManager.default.removeItem(atPath: self.path) }
}

/// Things that many tests begin with.
extension Company {
    func organization(_ slug: String = "acme") async throws -> OrganizationID {
        let id = self.newID(Organization.self)
        try await self.execute(
            .organization(
                .create(
                    .with {
                        $0.id = id
                        $0.name = slug
                        $0.slug = slug
                    })))
        return id
    }

    func workflow(_ name: String = "report", of organization: OrganizationID) async throws -> WorkflowID {
        let id = self.newID(Workflow.self)
        try await self.execute(
            .workflow(
                .create(
                    .with {
                        $0.id = id
                        $0.organization = organization
                        $0.name = name
                    })))
        return id
    }

    func started(_ workflow: WorkflowID) async throws -> WorkflowExecutionID {
        let id = self.newID(WorkflowExecution.self)
        try await self.execute(
            .workflowExecution(
                .queue(
                    .with {
                        $0.id = id
                        $0.workflow = workflow
                    })))
        try await self.start(id)
        return id
    }

    func start(_ run: WorkflowExecutionID) async throws {
        try await self.execute(.workflowExecution(.dispatch(.with { $0.id = run })))
        try await self.execute(.workflowExecution(.start(.with { $0.id = run })))
    }

    func call(_ run: WorkflowExecutionID, _ fill: (inout ModelCall) -> Void = { _ in }) async throws {
        var call = ModelCall()
        call.id = self.newID()
        call.workflowExecution = run
        call.model = "large"
        fill(&call)
        try await self.execute(.modelCall(.record(call)))
    }

    func tool(_ run: WorkflowExecutionID, _ fill: (inout ToolCall) -> Void = { _ in }) async throws {
        var call = ToolCall()
        call.id = self.newID()
        call.workflowExecution = run
        call.name = "search"
        fill(&call)
        try await self.execute(.toolCall(.record(call)))
    }

    /// Records the use of so many images.
    func use(_ quantity: Int, by organization: OrganizationID) async throws -> UsageRecordID {
        let usage = self.newID(UsageRecord.self)
        try await self.execute(
            .usageRecord(
                .record(
                    .with {
                        $0.id = usage
                        $0.organization = organization
                        $0.usageType = "image"
                        $0.quantity = Quantity(quantity)
                    })))
        return usage
    }

    func price(_ usageType: String, _ amount: String) async throws {
        var price = Price()
        price.usageType = usageType
        price.amount = ExactDecimal(amount) ?? .zero
        price.id = ID(bits: price.newID(0))
        try await self.execute(.price(.record(price)))
    }
}
