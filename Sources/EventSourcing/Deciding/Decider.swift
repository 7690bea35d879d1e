/// One kind of thing that can change: which commands it takes, what they lead to, and what its past makes of it.
///
/// Pure: time, ids and actors arrive with the command. A command whose effect already stands yields no events; one
/// that is not allowed throws.
@usableFromInline package protocol Decider {
    associatedtype State: Sendable
    associatedtype Command: Sendable
    associatedtype Event: Sendable
    /// What a decision may look at beside the thing itself; everything looked at guards the append.
    associatedtype Surroundings

    static func decide(_ command: Command, given state: State?, _ order: CommandContext, in surroundings: Surroundings)
        throws(Rejection) -> [Event]

    /// Never fails and never decides. `state` is nil before the first event.
    static func evolve(_ state: inout State?, by event: Event, _ envelope: Envelope)
}

/// Who orders it and when: what a decision needs of the envelope to come.
@usableFromInline package struct CommandContext: Hashable, Sendable {
    package var actor: Principal
    package var occurredAt: Instant
    /// Whether the command reports what has happened already, outside of the ledger: quotas do not limit it.
    package var isReport: Bool
    /// Whether it is history of another platform: its people need not be members, and it may have happened in what has
    /// ended by now.
    package var isHistory: Bool
    /// Whether it was read from outside, so that everything that it names has to be its own organization's.
    package var isChecked: Bool
    /// The time by the machine's clock, or by the ledger's where that is ahead; nil where none is looked at.
    package var now: Instant?
    /// Whether the ledger's clock may be set ahead of the machine's.
    package var isAhead: Bool

    package init(
        actor: Principal, occurredAt: Instant, isReport: Bool = false, isHistory: Bool = false, isChecked: Bool = true,
        now: Instant? = nil, isAhead: Bool = false
    ) {
        self.actor = actor
        self.occurredAt = occurredAt
        self.isReport = isReport
        self.isHistory = isHistory
        self.isChecked = isChecked
        self.now = now
        self.isAhead = isAhead
    }
}
