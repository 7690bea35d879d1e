import AgentLedger
import ArgumentParser

/// Which events are meant.
struct LogFilter: ParsableArguments {
    @Option(
        name: .customLong("tag"),
        help: ArgumentHelp("Only events that touch this.", valueName: "kind:id"), transform: LogFilter.tag)
    var tags: [Tag] = []

    @Option(
        name: .customLong("type"),
        help: ArgumentHelp("Only events of this type.", valueName: "type"), transform: LogFilter.type)
    var types: [EventType] = []

    @Option(
        help: ArgumentHelp("Only what this one did, or had done.", valueName: "kind:id"), transform: LogFilter.actor)
    var actor: Actor?

    @Option(help: ArgumentHelp("Only events of this organization: its UUID or slug.", valueName: "organization"))
    var organization: String?

    @Option(
        help: ArgumentHelp("Only what was recorded then or later.", valueName: "time"), transform: TimeArgument.time)
    var since: Instant?

    @Option(help: ArgumentHelp("Only what was recorded until then.", valueName: "time"), transform: TimeArgument.time)
    var until: Instant?

    /// Whether no event is left out.
    var takesAll: Bool {
        self.tags.isEmpty && self.types.isEmpty && self.actor == nil && self.organization == nil
    }

    /// What the indexes tell.
    func query(in log: LMDBEventLog) throws -> Query {
        var tags = self.tags
        if let organization { tags.append(try Self.find(organization, in: log)) }
        return Query(types: self.types, tags: tags)
    }

    /// What each event has to be asked.
    func takes(_ stored: borrowing StoredEvent) throws -> Bool {
        guard let actor else { return true }
        if try stored.actor() == actor { return true }
        return try stored.envelope().onBehalfOf == actor
    }

    func range(in log: LMDBEventLog, after: Position) throws -> (after: Position, through: Position) {
        var after = after
        if let since {
            after = max(after, try log.position(at: Instant(microseconds: since.microseconds - 1)))
        }
        return (after, try self.until.map { try log.position(at: $0) } ?? .end)
    }

    /// The event that took the slug names the organization.
    private static func find(_ word: String, in log: LMDBEventLog) throws -> Tag {
        if let id = UUIDText.parse(word) { return OrganizationID(bits: id).tag }
        var found: UInt128?
        try log.read(Query(tags: [Organization.alias(ofSlug: word)]), after: .start, limit: 1) { stored in
            found = stored.organization?.bits
        }
        guard let found else {
            throw Failure(
                "there is no organization with the slug \"\(Text.safe(word))\"; list them with: agentledger query "
                    + "\"SELECT id, slug FROM organizations\"")
        }
        return OrganizationID(bits: found).tag
    }

    private static func tag(_ text: String) throws -> Tag {
        guard let tag = Tag(text) else { throw ValidationError("a tag reads kind:id") }
        return tag
    }

    private static func actor(_ text: String) throws -> Actor {
        guard let actor = Actor(text) else {
            throw ValidationError("an actor reads user:UUID, api_key:UUID or system:NAME")
        }
        return actor
    }

    private static func type(_ text: String) throws -> EventType {
        if DomainEvent.cases.contains(where: { $0.type.name == text }) { return EventType(text) }
        let area = text.prefix { $0 != "." }
        let near = DomainEvent.cases.map(\.type.name).filter { $0.hasPrefix("\(area).") }
        throw ValidationError(
            "there is no such type of event; "
                + (near.isEmpty
                    ? "`agentledger schema markdown` lists all" : "there are \(near.joined(separator: ", "))"))
    }
}
