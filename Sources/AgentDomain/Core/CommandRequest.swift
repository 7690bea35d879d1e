import LedgerEvents

/// A command with all that its envelope says: who, when, for whom, from where.
package struct CommandRequest: Sendable {
    package var command: DomainCommand
    package var actor: Principal
    package var occurredAt: Instant
    package var onBehalfOf: Principal?
    /// Nil: that of the thing the command is about.
    package var correlation: CorrelationID?
    package var causation: EventID?
    package var source: EventSource?
    package var idempotencyKey: String?
    /// Names the line of a file that it was read from: what the ledger has of that line is not done again. See `ImportedLine`.
    package var line: ID<ImportedLine>?
    /// The line's name by which it was recorded before names went by what a line means.
    package var formerLine: ID<ImportedLine>?
    /// Tells what happened under another roof, where it was metered: it brings no usage with it. Never a client's to say.
    package var isHistory = false
    /// Reports what has happened already, as imports by `system:` actors do: quotas do not limit it. Never a client's to say.
    package var isReport = false
    /// Whether secrets in its texts are recorded as they are: on demand, or because they are masked already.
    package var keepsSecrets = false
    /// Whether it is refused if it states a field that the ledger fills in otherwise. Set by who reads it from outside.
    package var isChecked = false
    /// Whether it may set the ledger's clock ahead of the machine's.
    package var isAhead = false

    /// The command's name, as in the catalogue.
    package var name: String { self.command.name }

    package init(_ command: DomainCommand, actor: Principal, occurredAt: Instant) {
        self.command = command
        self.actor = actor
        self.occurredAt = occurredAt
    }
}
