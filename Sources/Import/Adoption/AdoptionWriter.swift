import LedgerDomain
import LedgerEvents

/// What the ledger knows already: of things that came in before, only what is missing is asked for.
package protocol AdoptionStates {
    func find<E: Stored>(_ id: ID<E>) throws -> E?
    func holder<E: Stored>(of alias: EventTag, as: E.Type) throws -> ID<E>?
    /// Calls `body` with every row that was adopted from a source.
    func forEachAdoptedRow(of source: String, _ body: (AdoptedRow) throws -> Void) throws
}

extension AdoptionStates {
    func organization(slug: String) throws -> OrganizationID? {
        try self.holder(of: Organization.alias(ofSlug: slug), as: Organization.self)
    }
}

/// Takes the commands that one row stands for.
final class AdoptionWriter {
    let states: any AdoptionStates
    private let actor: Principal
    private let names: TakenNames
    private let keepsSecrets: Bool
    private var requests: [(request: CommandRequest, part: RequestBatch.Part)] = []
    /// The entity that the row became, as `workflow:ID`: set once in all the passes over its table.
    private(set) var subject: String?
    /// Whose the row is, where no column holds the organization's id.
    var organization: OrganizationID?

    static let source = EventSource(channel: "adoption")

    init(_ states: any AdoptionStates, actor: Principal, names: TakenNames, keepsSecrets: Bool) {
        self.states = states
        self.actor = actor
        self.names = names
        self.keepsSecrets = keepsSecrets
    }

    /// Whether this pass is the one that adopts the row.
    var isRecorded: Bool { self.subject != nil }

    /// The command that the row stands for.
    /// - Parameter once: set where the entity does not show that the command was executed before.
    func record(_ command: DomainCommand, at instant: Instant, once: ID<ImportedLine>? = nil) throws {
        try self.append(command, at: instant, .main, isSubject: true, once)
    }

    /// What else the row tells. It is no news when a later state than it asks for stands already.
    func then(_ command: DomainCommand, at instant: Instant) throws {
        try self.append(command, at: instant, .preparation, isSubject: false)
    }

    /// The row is of something that the ledger has: what changed is asked for by `then`.
    func recognize<E: Entity>(_ id: ID<E>) {
        self.subject = "\(E.kind):\(id)"
        self.isRecognized = true
    }

    /// Whether the ledger has what the row is of, and takes over what changed.
    private(set) var isRecognized = false

    /// The name, or where another has it the name with the id behind it. Whoever comes first keeps the name.
    /// - Parameter yields: whether another row of this name comes first, though it comes later.
    func free<E: Stored>(
        _ name: String, of id: ID<E>, in row: SourceRow, _ column: String, yields: Bool = false,
        _ alias: (String) -> EventTag
    ) throws -> String {
        if !yields, try self.take(alias(name), for: id) { return name }
        let other = "\(name.prefix(200)) (\(id))"
        _ = try self.take(alias(other), for: id)
        try row.change(column, "another has the name; the id was put behind it")
        return other
    }

    /// Whether the alias is free or this thing's own. From here on it is.
    func take<E: Stored>(_ alias: EventTag, for id: ID<E>) throws -> Bool {
        if let holder = self.names.holder(of: alias) { return holder == id.bits }
        if let holder = try self.states.holder(of: alias, as: E.self), holder != id { return false }
        self.names.take(alias, id.bits)
        return true
    }

    /// Whether something has the alias.
    func isTaken<E: Stored>(_ alias: EventTag, _ kind: E.Type) throws -> Bool {
        if self.names.holder(of: alias) != nil { return true }
        return try self.states.holder(of: alias, as: kind) != nil
    }

    private func append(
        _ command: DomainCommand, at instant: Instant, _ part: RequestBatch.Part, isSubject: Bool,
        _ once: ID<ImportedLine>? = nil
    ) throws {
        var (request, subject) = try Self.request(
            command, actor: self.actor, at: instant, keepsSecrets: self.keepsSecrets)
        request.line = once
        if isSubject { self.subject = subject }
        self.requests.append((request, part))
    }

    /// The command as adoption gives it, and the entity that it is about, as `workflow:ID`.
    static func request(
        _ command: DomainCommand, actor: Principal, at instant: Instant, keepsSecrets: Bool
    ) throws -> (request: CommandRequest, subject: String) {
        var request = CommandRequest(command, actor: actor, occurredAt: instant)
        request.source = Self.source
        request.isHistory = true
        request.isReport = true
        request.keepsSecrets = keepsSecrets
        return (request, command.subject)
    }

    /// Hands over what was taken: a row that cannot be read to its end asks for nothing.
    /// - Parameter isAgain: whether the row was adopted before: what it began with is no news, even if it changed since.
    func give(to batch: RequestBatch, place: RequestBatch.Place, isAgain: Bool) {
        for (request, part) in self.requests { batch.append(request, place: place, isAgain ? .preparation : part) }
    }
}

/// The aliases that rows have taken in this import.
final class TakenNames {
    private var holders: [EventTag: UInt128] = [:]

    func holder(of alias: EventTag) -> UInt128? { self.holders[alias] }

    func take(_ alias: EventTag, _ id: UInt128) { self.holders[alias] = id }
}
