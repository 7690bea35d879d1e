import LedgerDomain
import LedgerEvents
import Testing

import enum AgentLedger.CatalogExamples

/// Not the one that Testing has.
typealias EventTag = LedgerEvents.EventTag

/// A world in memory: what was accepted is folded at once, with its aliases and groups and the usage that it brings.
///
/// Every accepted command is given twice, and the second time must yield nothing. Every event and every state that
/// comes of it must survive its bytes, and every event must carry the id of what it is about.
final class Scenario: StateStore {
    private var states: [EventTag: any Stored] = [:]
    private var changes: [EventTag: Position] = [:]
    private var aliases: [EventTag: UInt128] = [:]
    private var members: [EventTag: Set<UInt128>] = [:]
    private(set) var events: [DomainEvent] = []

    var actor = Principal.system("tests")
    /// Moves on by a second with each command.
    var now = Instant("2025-08-01T10:00:00Z") ?? .zero
    private var lastID: UInt128 = 0

    var ignoresFacts: Bool { false }
    var position: Position { Position(UInt64(self.events.count)) }

    func find<E: Stored>(_ id: ID<E>) -> E? { self.states[id.tag] as? E }
    func peek<E: Stored>(_ id: ID<E>) -> E? { self.find(id) }
    func holder<E: Stored>(of alias: EventTag, as _: E.Type) -> ID<E>? { self.aliases[alias].map { ID(bits: $0) } }

    func members<E: Stored>(of group: EventTag, as _: E.Type) -> [ID<E>] {
        (self.members[group] ?? []).sorted().map { ID(bits: $0) }
    }

    func changedAt<E: Stored>(_ id: ID<E>) -> Position? { self.changes[id.tag] }

    func forEachUsage(
        of organization: OrganizationID, after: Position, before: Position, _ body: (UsageRecord) -> Void
    ) {
        for usage in self.usageRecords
        where usage.organization == organization && after < usage.position && usage.position < before { body(usage) }
    }

    func guardAgainst(_: @autoclosure () -> EventQuery.Item) {}

    func update<E: Stored>(_ id: ID<E>, _ body: (inout E?) -> Void) {
        let old: E? = self.find(id)
        var state = old
        body(&state)
        self.states[id.tag] = state
        self.changes[id.tag] = state == nil ? nil : self.position
        for alias in old?.aliases ?? [] where self.aliases[alias] == id.bits { self.aliases[alias] = nil }
        for alias in state?.aliases ?? [] { self.aliases[alias] = id.bits }
        for group in (old?.groups ?? []) + (old?.listings ?? []) { self.members[group]?.remove(id.bits) }
        for group in (state?.groups ?? []) + (state?.listings ?? []) {
            self.members[group, default: []].insert(id.bits)
        }
        if let state {
            do {
                #expect(
                    try WireDecoder.decode(E.self, WireEncoder.encode(state)) == state, "a state survives its bytes")
            } catch {
                Issue.record(error, "the state of \(id.tag) as bytes")
            }
        }
    }

    func newID<E>(_: E.Type = E.self) -> ID<E> {
        self.lastID += 1
        return ID(bits: self.lastID)
    }

    /// Gives a command that must be accepted and yield events of these types; gives it again, which must yield none.
    @discardableResult
    func accept(
        _ command: DomainCommand, gives types: EventType..., at location: SourceLocation = #_sourceLocation
    ) -> [DomainEvent] {
        self.now = self.now.advanced(bySeconds: 1)
        do {
            let events = try self.decide(command)
            #expect(try events.map { try self.described($0).type } == types, sourceLocation: location)
            for event in events { try self.record(event) }
            #expect(try self.decide(command) == [], "the second time yields nothing", sourceLocation: location)
            return events
        } catch {
            Issue.record(error, sourceLocation: location)
            return []
        }
    }

    /// Gives a command that must be refused for this reason, in words that hold each of `fragments`.
    func refuse(
        _ command: DomainCommand, _ reason: Rejection.Reason, says fragments: String...,
        at location: SourceLocation = #_sourceLocation
    ) {
        do {
            let events = try self.decide(command)
            Issue.record("was accepted and gave \(events)", sourceLocation: location)
        } catch let rejection as Rejection {
            #expect(rejection.reason == reason, "\(rejection.message)", sourceLocation: location)
            self.expectDocumented(rejection, of: command, at: location)
            for fragment in fragments {
                #expect(rejection.message.contains(fragment), "\(rejection.message)", sourceLocation: location)
            }
        } catch {
            Issue.record(error, sourceLocation: location)
        }
    }

    /// What a command can be refused for stands in its documentation.
    private func expectDocumented(_ rejection: Rejection, of command: DomainCommand, at location: SourceLocation) {
        var reader = NameReader()
        try? command.accept(&reader)  // Never throws: it only looks.
        // What no client gives is not documented.
        guard let documented = CatalogExamples.commands[reader.name]?.refusals else { return }
        #expect(
            documented.contains { $0.reason == rejection.reason },
            """
            \(reader.name) is refused as \(rejection.reason.rawValue), which its documentation does not tell: let it \
            happen in the simulation and write the examples anew, or add a line to RarerRefusals.swift: \
            \(rejection.message)
            """, sourceLocation: location)
    }

    /// Folds an event into the world, and behind it what comes with it in the same append.
    private func record(_ event: DomainEvent) throws {
        try self.given(event)
        for consequence in Consequences.of(event, at: self.now, in: self) { try self.given(consequence) }
    }

    /// Folds an event into the world.
    func given(_ event: DomainEvent) throws {
        let described = try self.described(event)
        #expect(described.decoded == event, "an event survives its bytes")
        self.events.append(event)
        var envelope = Envelope()
        envelope.position = self.position
        envelope.type = described.type
        envelope.actor = self.actor
        envelope.occurredAt = self.now
        envelope.recordedAt = self.now
        Effects.apply(event, envelope, to: self)
    }

    /// What a command would lead to; nothing happens.
    func decisions(on command: DomainCommand) throws -> [DomainEvent] { try self.decide(command) }

    private func decide(_ command: DomainCommand) throws -> [DomainEvent] {
        var decision = Decision(world: self, order: CommandContext(actor: self.actor, occurredAt: self.now))
        try command.accept(&decision)
        return decision.events
    }

    private func described(_ event: DomainEvent) throws -> (type: EventType, decoded: DomainEvent?) {
        var writer = PayloadBytes()
        try event.accept(&writer)
        let known = DomainEvent.cases.first { $0.type == writer.type }
        return (writer.type, try writer.bytes.withUnsafeBytes { try known?.decode($0, known?.schemaVersion ?? 1) })
    }
}

private struct Decision: EntityCommandVisitor {
    let world: Scenario
    let order: CommandContext
    var events: [DomainEvent] = []

    mutating func visit<E: Entity>(
        _: E.Type, _ command: E.Rules.Command, _ embed: (E.Rules.Event) -> DomainEvent
    ) throws {
        let state = self.world.find(ID<E>(bits: command.target))
        self.events = try E.Rules.decide(command, given: state, self.order, in: self.world).map(embed)
        for event in self.events { #expect(event.audit.entity == command.target) }
    }
}

private struct NameReader: EntityCommandVisitor {
    var name = ""

    mutating func visit<E: Entity>(
        _: E.Type, _ command: E.Rules.Command, _: (E.Rules.Event) -> DomainEvent
    ) throws {
        self.name = command.terms.name
    }
}

private struct PayloadBytes: EntityEventVisitor, PayloadVisitor {
    var type: EventType = ""
    var bytes: [UInt8] = []

    mutating func visit<E: Entity>(_: E.Type, _ event: E.Rules.Event) throws { try event.accept(&self) }

    mutating func visit<Payload: EntityPayload>(_ payload: Payload) throws {
        self.type = Payload.type
        self.bytes = try WireEncoder.encode(payload)
    }
}

extension JSONText: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) { self.init(uncheckedCanonical: text) }
}
