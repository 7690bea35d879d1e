import AgentDomain
import EventSourcing

/// What the ledger knows already: of things that came in before, only what is missing is asked for.
public protocol AdoptionStates {
    func find<E: Stored>(_ id: ID<E>) throws -> E?
    func organization(slug: String) throws -> OrganizationID?
}

/// Takes the commands that one row stands for.
final class AdoptionWriter {
    let states: any AdoptionStates
    private let actor: Actor
    private var requests: [(request: Request, part: RequestBatch.Part)] = []
    /// Whether the row was told here of what it stands for: once in all the passes over its table.
    private(set) var isRecorded = false

    static let source = Source(channel: "adoption")

    init(_ states: any AdoptionStates, actor: Actor) {
        self.states = states
        self.actor = actor
    }

    /// The command that the row stands for.
    func record(_ command: DomainCommand, at instant: Instant) throws {
        self.isRecorded = true
        try self.append(command, at: instant, .main)
    }

    /// What else the row tells. It is no news when a later state than it asks for stands already.
    func then(_ command: DomainCommand, at instant: Instant) throws {
        try self.append(command, at: instant, .preparation)
    }

    func setPassword(of user: UserID, to hash: String, at instant: Instant) throws {
        try self.then(
            .user(
                .setPassword(
                    .with {
                        $0.id = user
                        $0.hash = hash
                    })), at: instant)
    }

    private func append(_ command: DomainCommand, at instant: Instant, _ part: RequestBatch.Part) throws {
        var name = NameReader()
        try command.accept(&name)
        var request = Request(name.name, command, actor: self.actor, occurredAt: instant)
        request.source = Self.source
        request.isHistory = true
        self.requests.append((request, part))
    }

    /// Hands over what was taken: a row that cannot be read to its end asks for nothing.
    func give(to batch: RequestBatch, place: RequestBatch.Place) {
        for (request, part) in self.requests { batch.append(request, place: place, part) }
    }

    private struct NameReader: EntityCommandVisitor {
        var name = ""

        mutating func visit<E: Entity>(
            _: E.Type, _ command: E.Rules.Command, _: (E.Rules.Event) -> DomainEvent
        ) throws {
            self.name = command.terms.name
        }
    }
}

extension Record {
    /// One with these fields.
    static func with(_ fill: (inout Self) throws -> Void) rethrows -> Self {
        var record = Self()
        try fill(&record)
        return record
    }
}
