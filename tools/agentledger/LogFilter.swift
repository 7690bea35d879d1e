import AgentLedger
import ArgumentParser
import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerLogLMDB
import LedgerRelations
import LedgerTables

/// Which events are meant.
struct LogFilter: ParsableArguments {
    enum Clock: String, ExpressibleByArgument, CaseIterable {
        case recorded, occurred
    }

    @Option(
        name: .customLong("tag"),
        help: ArgumentHelp(
            "Only events that touch this: a kind, and the thing's id, the beginning of it, or its name.",
            valueName: "kind:id"))
    var tags: [String] = []

    @Option(
        name: .customLong("type"),
        help: ArgumentHelp("Only events of this type.", valueName: "type"), transform: LogFilter.type)
    var types: [EventType] = []

    @Option(
        help: ArgumentHelp(
            "Only what this one did, or had done: user:ID or user:EMAIL, api_key:ID, system:NAME.",
            valueName: "kind:id"))
    var actor: String?

    @Option(help: ArgumentHelp("Only events of this organization: its id, slug or name.", valueName: "organization"))
    var organization: String?

    @Option(
        help: ArgumentHelp("Only what was recorded then or later.", valueName: "time"),
        transform: TimeArgument.time)
    var since: Instant?

    @Option(
        help: ArgumentHelp("Only what was recorded until then.", valueName: "time"), transform: TimeArgument.time)
    var until: Instant?

    @Option(
        help: ArgumentHelp(
            "Which time --since and --until mean: that of recording, or when it occurred, by the source's clock.",
            valueName: "recorded|occurred"))
    var time = Clock.recorded

    func validate() throws {
        if self.time == .occurred, self.since == nil, self.until == nil {
            throw ValidationError("--time is for --since and --until")
        }
    }

    /// The filter with its names looked up.
    /// - Parameter isLate: whether what does not occur yet may still come.
    func resolved(in reader: LedgerReader, isLate: Bool) throws -> ResolvedLogFilter {
        var tags = try self.tags.map { try EventReference.tag($0, in: reader) }
        if let organization { tags.append(OrganizationID(bits: try reader.find(Organization.kind, organization)).tag) }
        for tag in tags where try !isLate && !reader.log.contains(tag) {
            throw Failure("no event touches \(Text.safe(tag.description))", category: .notFound)
        }
        var filter = ResolvedLogFilter(query: Self.query(self.types, tags))
        filter.isQueryForAll = self.types.isEmpty && tags.isEmpty
        filter.actor = try self.actor.map { try EventReference.actor($0, in: reader) }
        if self.time == .occurred { filter.occurred = (self.since, self.until) }
        return filter
    }

    /// What was denied about a thing is listed with what was done to it.
    private static func query(_ types: [EventType], _ tags: [EventTag]) -> EventQuery {
        let item = EventQuery.Item(types: types, tags: tags)
        let thing = tags.firstIndex { $0.id != nil && LedgerSnapshot.kind(named: $0.kind) != nil }
        guard let thing, let id = tags[thing].id else { return EventQuery([item]) }
        var denied = item
        denied.tags[thing] = EventTag(kind: AccessDenial.tagKind, id: id)
        return EventQuery([item, denied])
    }

    func range(in log: LMDBEventLog, after: Position) throws -> (after: Position, through: Position) {
        var after = after
        if self.time == .occurred { return (after, .end) }
        if let since {
            after = max(after, try log.position(at: Instant(microseconds: since.microseconds - 1)))
        }
        return (after, try self.until.map { try log.position(at: $0) } ?? .end)
    }

    private static func type(_ text: String) throws -> EventType {
        let types = DomainEvent.cases.map(\.type.name)
        if types.contains(text) { return EventType(text) }
        let area = text.prefix { $0 != "." }
        let near = types.filter { $0.hasPrefix("\(area).") }
        let suggestion = Spelling.suggestion(for: text, in: types)
        let list =
            near.isEmpty ? "`agentledger schema markdown` lists all" : "there are \(near.joined(separator: ", "))"
        throw ValidationError("there is no such type of event\(suggestion.isEmpty ? "; " + list : suggestion)")
    }
}

/// The names of the system actors among the events that were asked for their actor, so many at most.
private final class SeenActors {
    private static let most = 1000
    private(set) var names: Set<String> = []

    func add(_ actor: Principal) {
        if actor.isSystem, self.names.count < Self.most { self.names.insert(actor.description) }
    }
}

/// Which events are meant, by ids.
struct ResolvedLogFilter {
    /// What the indexes tell.
    var query: EventQuery
    fileprivate(set) var isQueryForAll = false
    var actor: Principal?
    var occurred: (since: Instant?, until: Instant?) = (nil, nil)
    private let seen = SeenActors()

    /// Whether the query alone chooses.
    var isIndexed: Bool { self.actor == nil && self.occurred.since == nil && self.occurred.until == nil }
    /// Whether no event is left out.
    var takesAll: Bool { self.isIndexed && self.isQueryForAll }

    /// What each event has to be asked.
    func takes(_ stored: borrowing StoredEvent) throws -> Bool {
        if self.isIndexed { return true }
        let envelope = try stored.envelope()
        if let since = self.occurred.since, envelope.occurredAt < since { return false }
        if let until = self.occurred.until, envelope.occurredAt > until { return false }
        guard let actor else { return true }
        self.seen.add(envelope.actor)
        return envelope.actor == actor || envelope.onBehalfOf == actor
    }

    /// Says which actor was probably meant, where no event was found of a system actor: these are known by what they
    /// did alone. Costs nothing: all events were asked for their actor by then.
    /// - Parameter isWholeLog: whether these were all events of the log, but for what `query` leaves out.
    func requireKnownActor(isWholeLog: Bool) throws {
        guard let actor, actor.isSystem else { return }
        let actors = self.seen.names.sorted()
        let suggestion = Spelling.suggestion(for: actor.description, in: actors)
        if isWholeLog, self.isQueryForAll, self.occurred.since == nil, self.occurred.until == nil {
            let list = actors.isEmpty ? "" : "; there are \(actors.prefix(10).joined(separator: ", "))"
            throw Failure(
                Text.safe("no event was by \(actor)" + (suggestion.isEmpty ? list : suggestion)), category: .notFound)
        }
        if !suggestion.isEmpty {
            Diagnostics.note(Text.safe("none of these events was by \(actor)\(suggestion)"))
        }
    }
}

/// What options call by kind and name.
enum EventReference {
    /// Kinds of tags beside the kinds of things: names that one thing alone holds, sets, and runs of things.
    private static let otherKinds = [
        AccessDenial.tagKind, "agent_name", "agent_slug", "agent_type_name", "container_of_agent", "correlation",
        "document_collection_name",
        "integration_type", "invoice_number", "listing_of_agent", "membership", "open_alert", "organization_owners",
        "organization_slug", "project_step_name", "trace", "trace_join", "user_email", "user_login", "workflow_name",
        "workflow_node_name", "workflow_trigger_type", "api_key", "session", "system",
    ]

    static func tag(_ text: String, in reader: LedgerReader) throws -> EventTag {
        guard let (kind, word) = Self.parts(text) else { throw ValidationError("--tag \(text): a tag reads kind:id") }
        // A key's own tag is that of what was done with it.
        if let kind = LedgerSnapshot.kind(named: kind), !Self.otherKinds.contains(kind) {
            return try self.tag(of: reader.findRow(kind, word), kind)
        }
        let tag = EventTag(kind: kind, text: word)
        if try Self.otherKinds.contains(kind) || reader.log.contains(tag) { return tag }
        let kinds = LedgerSnapshot.kinds + Self.otherKinds
        let suggestion = Spelling.suggestion(for: kind, in: kinds)
        throw ValidationError(
            "--tag \(text): no event touches a \"\(kind)\""
                + (suggestion.isEmpty ? "; there are \(kinds.joined(separator: ", "))" : suggestion))
    }

    /// Events have the tag of the thing that a row is a part of.
    private static func tag(of id: RowID, _ kind: String) throws -> EventTag {
        switch LedgerSnapshot.naming(of: kind) {
        case .uuid, .month: return EventTag(kind: kind, id: id.thing)
        case .part(let owner, _), .ownedUUID(let owner, _): return EventTag(kind: owner, id: id.thing)
        case .position:
            throw ValidationError("no event has a tag of the kind \(kind): see agentledger log --after \(id.thing - 1)")
        }
    }

    static func actor(_ text: String, in reader: LedgerReader) throws -> Principal {
        let kinds = ["user", "api_key", "system"]
        guard let (kind, word) = Self.parts(text) else {
            throw ValidationError("--actor \(text): an actor reads user:ID, api_key:ID or system:NAME")
        }
        switch kind {
        case "system": return .system(word)
        case "user":
            let id = try reader.find(User.kind, word)
            guard try reader.log.contains(UserID(bits: id).tag) else {
                throw Failure(
                    "there is no user \(Text.safe(word)); list them with: agentledger list users", category: .notFound)
            }
            return .user(id)
        case "api_key": return .apiKey(try Self.apiKey(word, in: reader))
        default:
            let suggestion = Spelling.suggestion(for: kind, in: kinds)
            throw ValidationError(
                "--actor \(text): nobody of the kind \"\(kind)\" acts"
                    + (suggestion.isEmpty ? "; an actor reads user:ID, api_key:ID or system:NAME" : suggestion))
        }
    }

    private static func apiKey(_ word: String, in reader: LedgerReader) throws -> UInt128 {
        if let id = UUIDText.parse(word) { return id }
        var ids: [String] = []
        let text = SQLiteDialect().quotedText(word)
        let sql = "SELECT id FROM api_keys WHERE name = \(text) OR key_prefix = \(text) OR id LIKE \(text) || '%'"
        try reader.query(sql, columns: { _ in }) { ids.append($0[0].text) }
        guard ids.count == 1, let id = UUIDText.parse(ids[0]) else {
            throw Failure(
                "\(ids.isEmpty ? "no" : "more than one") API key is called \(Text.safe(word)); list them with: agentledger "
                    + "list api_keys", category: ids.isEmpty ? .notFound : .caller)
        }
        return id
    }

    private static func parts(_ text: String) -> (kind: String, word: String)? {
        guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else { return nil }
        let word = String(text[text.index(after: colon)...])
        return word.isEmpty ? nil : (String(text[..<colon]), word)
    }
}
