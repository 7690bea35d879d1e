import LedgerDomain
import LedgerEvents

/// How far each policy has come in a run, and what it did.
struct PolicyRun {
    struct Place {
        let policy: any DomainPolicy.Type
        var through: Position
        /// Events that it heard since its checkpoint was moved, and when the last of them happened.
        var unsaved = 0
        var lastHeardAt = Instant.zero
        var entry: PolicyReport.Entry
    }

    private(set) var policies: [Place]
    /// Where they have to come: the log's end when the run began, then the end of what policies led to.
    private(set) var target: Position
    /// The position up to which all has been answered.
    var cursor: Position {
        didSet { self.depths = self.depths.filter { $0.key > self.cursor } }
    }
    /// The events that any of the policies hears.
    let hears: [EventType]
    let progress: Ledger.PolicyProgressed?
    /// How many answers lie between an event and what was not a policy's doing in this run.
    private var depths: [Position: Int] = [:]
    /// The policies that gave commands far down such a chain.
    private var restless: Set<String> = []

    /// Events read at once.
    static let portion = 512
    /// Answers to answers beyond which it is not to be expected that they end.
    static let deepest = 32

    init(
        _ policies: [any DomainPolicy.Type], target: Position, _ progress: Ledger.PolicyProgressed?,
        checkpoint: (_ policy: String) -> Position
    ) {
        self.policies = policies.map {
            Place(policy: $0, through: checkpoint($0.name), entry: PolicyReport.Entry(policy: $0.name))
        }
        self.cursor = self.policies.map(\.through).min() ?? target
        self.hears = Set(policies.flatMap { $0.hears }).sorted { $0.name < $1.name }
        self.target = target
        self.progress = progress
    }

    /// The policies that are to answer the event.
    func places(hearing heard: Envelope) -> [Int] {
        self.policies.indices.filter {
            self.policies[$0].through < heard.position && self.policies[$0].policy.hears.contains(heard.type)
        }
    }

    mutating func pass(_ place: Int, _ heard: Envelope) {
        self.policies[place].through = heard.position
        self.policies[place].lastHeardAt = heard.occurredAt
        self.policies[place].entry.seen += 1
        self.policies[place].unsaved += 1
    }

    /// Throws when the event that is to be answered stands at the end of a long chain of answers.
    mutating func requireSettling(_ place: Int, _ cause: Position) throws {
        let depth = self.depths[cause] ?? 0
        if depth >= Self.deepest / 2 { self.restless.insert(self.policies[place].policy.name) }
        guard depth < Self.deepest else {
            let names = self.restless.sorted().joined(separator: ", ")
            throw LedgerError(
                .unsettled,
                "policies go on answering each other, \(depth) times in a row up to position \(cause): \(names); one of "
                    + "them has to leave alone what the others do")
        }
    }

    mutating func note(
        _ outcome: Ledger.Outcome, of request: CommandRequest, _ place: Int, cause: Position, head: Position
    ) {
        switch outcome {
        // The receipt of the same command, given before.
        case .accepted(let first, _) where first <= head: self.policies[place].entry.unchanged += 1
        case .accepted(let first, let last):
            self.policies[place].entry.accepted += 1
            self.target = max(self.target, last)
            let depth = (self.depths[cause] ?? 0) + 1
            for value in first.value...last.value { self.depths[Position(value)] = depth }
        case .unchanged: self.policies[place].entry.unchanged += 1
        case .refused(let rejection):
            self.policies[place].entry.refused += 1
            guard self.policies[place].entry.refusals.count < PolicyReport.Entry.refusalsKept else { return }
            self.policies[place].entry.refusals.append(
                PolicyReport.Refusal(
                    cause: cause, command: request.name, id: request.command.target, rejection: rejection))
        }
    }

    // MARK: Checkpoints

    /// Commands that move the checkpoints of the policies that heard something since.
    func checkpoints() -> [CommandRequest] {
        self.policies.filter { $0.unsaved > 0 }.map { place in
            let name = place.policy.name
            var advanced = PolicyAdvanced()
            advanced.id = PolicyProgress.id(of: name)
            advanced.name = name
            advanced.through = place.through
            return CommandRequest(.policy(.advance(advanced)), actor: place.policy.actor, occurredAt: place.lastHeardAt)
        }
    }

    mutating func markSaved() {
        for place in self.policies.indices { self.policies[place].unsaved = 0 }
    }
}
