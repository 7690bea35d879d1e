import EventSourcing

/// A command with all that its envelope says: who, when, for whom, from where.
public struct Request: Sendable {
    public var command: DomainCommand
    /// The command's name, as in the catalogue.
    public var name: String
    public var actor: Actor
    public var occurredAt: Instant
    public var onBehalfOf: Actor?
    /// Nil: that of the thing the command is about.
    public var correlation: CorrelationID?
    public var causation: EventID?
    public var source: Source?
    public var idempotencyKey: String?
    /// Names the line of a file that it was read from: what the ledger has of that line is not done again. See `ImportedLine`.
    public var line: ID<ImportedLine>?
    /// The line's name by which it was recorded before names went by what a line means.
    public var formerLine: ID<ImportedLine>?
    /// Tells what happened under another roof, where it was metered: it brings no usage with it. Never a client's to say.
    public var isHistory = false
    /// Reports what has happened already, as imports by `system:` actors do: quotas do not limit it. Never a client's to say.
    public var isReport = false
    /// Whether secrets in its texts are recorded as they are: on demand, or because they are masked already.
    public var keepsSecrets = false
    /// Whether it is refused if it states a field that the ledger fills in otherwise. Set by who reads it from outside.
    public var isChecked = false
    /// Whether it may set the ledger's clock ahead of the machine's.
    public var isAhead = false

    public init(_ name: String, _ command: DomainCommand, actor: Actor, occurredAt: Instant) {
        self.name = name
        self.command = command
        self.actor = actor
        self.occurredAt = occurredAt
    }
}
