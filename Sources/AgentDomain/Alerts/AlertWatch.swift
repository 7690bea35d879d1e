import LedgerEvents

/// What a rule has seen of an agent's runs: as much as its condition asks for, and when the condition came to be met.
///
/// Knows what ended since the rule was defined, or its condition changed.
@usableFromInline package struct AlertWatch: Stored {
    @usableFromInline package static let kind = "alert_watch"
    @usableFromInline package static let isToldByItsTag = false

    /// Namespace of the ids that a rule and an agent have together.
    private static let namespace: UInt128 = 0x93F0_41D7_6B2C_5E88_A1F4_2C06_D97B_E35A

    package private(set) var conditions = JSONText.emptyObject
    /// Runs in a row that failed or were too slow, whatever the condition asks for.
    package private(set) var streak = 0
    /// Ascending, for an error rate.
    package private(set) var spans: [RunSpan] = []
    package private(set) var isMet = false
    /// The event by which the condition came to be met last.
    package private(set) var metAt = Position.start
    /// The event by which it ceased to be met last.
    package private(set) var clearedAt = Position.start

    @usableFromInline package init() {}

    static func id(of rule: AlertRuleID, for agent: AgentID?) -> ID<AlertWatch> {
        ID(bits: UUIDv5.named("\(rule)/\(agent?.description ?? "-")", in: Self.namespace))
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "conditions", &self.conditions)
        try v.field(2, "streak", &self.streak)
        try v.field(3, "spans", &self.spans)
        try v.field(4, "is_met", &self.isMet)
        try v.field(5, "met_at_position", &self.metAt)
        try v.field(6, "cleared_at_position", &self.clearedAt)
    }

    /// Shows the end of a run to the rules that watch its agent.
    @usableFromInline
    static func note(_ id: WorkflowExecutionID, _ envelope: Envelope, in store: some StateStore) {
        guard let run = store.peek(id) else { return }
        for ruleID in store.members(of: AlertRule.watching(run.organization), as: AlertRule.self) {
            guard let rule = store.peek(ruleID), rule.watches(run.agent), let condition = rule.condition else {
                continue
            }
            store.update(self.id(of: ruleID, for: run.agent)) { watch in
                var noted = watch?.conditions == rule.settings.conditions ? watch ?? AlertWatch() : AlertWatch()
                noted.conditions = rule.settings.conditions
                noted.note(run, condition, envelope)
                watch = noted
            }
        }
    }

    private mutating func note(_ run: WorkflowExecution, _ condition: AlertCondition, _ envelope: Envelope) {
        let hasFailed = run.status == .failed || run.status == .timeout
        switch condition {
        case .consecutiveFailures(let limit):
            self.streak = hasFailed ? self.streak + 1 : 0
            self.turn(self.streak >= limit, envelope.position)
        case .latency(let milliseconds, let limit):
            self.streak = run.durationMilliseconds ?? 0 > Int64(milliseconds) ? self.streak + 1 : 0
            self.turn(self.streak >= limit, envelope.position)
        case .errorRate(_, let windowMinutes, _):
            let now = envelope.occurredAt
            // Time alone may have ended it, and no event said so.
            self.isMet = self.isMet && self.isMet(condition, at: now)
            self.count(hasFailed, at: now, windowMinutes)
            self.turn(self.isMet(condition, at: now), envelope.position)
        case .missedHeartbeat: return
        }
    }

    private mutating func turn(_ isMet: Bool, _ position: Position) {
        guard isMet != self.isMet else { return }
        self.isMet = isMet
        if isMet { self.metAt = position } else { self.clearedAt = position }
    }

    private mutating func count(_ hasFailed: Bool, at now: Instant, _ windowMinutes: Int) {
        let length = RunSpan.seconds(windowMinutes) * 1_000_000
        let rest = now.microseconds % length
        let start = Instant(microseconds: now.microseconds - (rest < 0 ? rest + length : rest))
        let place = self.spans.firstIndex { $0.start >= start } ?? self.spans.count
        if place == self.spans.count || self.spans[place].start != start {
            self.spans.insert(RunSpan(start), at: place)
        }
        self.spans[place].ended += 1
        if hasFailed { self.spans[place].failed += 1 }
        let latest = self.spans.last?.start ?? start
        self.spans.removeAll { !$0.isWithin(windowMinutes, before: latest) }
    }

    /// The runs that ended within the window before `now`, and those of them that failed.
    func runs(within windowMinutes: Int, before now: Instant) -> (ended: Int, failed: Int) {
        let spans = self.spans.filter { $0.isWithin(windowMinutes, before: now) }
        return (spans.reduce(0) { $0 + $1.ended }, spans.reduce(0) { $0 + $1.failed })
    }

    /// Whether the condition is met at a moment, for as much as time can change it.
    func isMet(_ condition: AlertCondition, at now: Instant) -> Bool {
        switch condition {
        case .errorRate(let percent, let windowMinutes, let minimum):
            let (ended, failed) = self.runs(within: windowMinutes, before: now)
            return ended >= minimum && ExactDecimal(failed * 100) >= Metering.product(ended, percent)
        case .consecutiveFailures, .latency, .missedHeartbeat: return self.isMet
        }
    }
}

/// How many runs ended in one sixtieth of a window, or one minute where that is longer: the window moves by so much.
public struct RunSpan: NestedRecord {
    public internal(set) var start = Instant.zero
    public internal(set) var ended = 0
    public internal(set) var failed = 0

    @usableFromInline package init() {}

    init(_ start: Instant) { self.start = start }

    static func seconds(_ windowMinutes: Int) -> Int64 { Int64(max(60, windowMinutes)) }

    func isWithin(_ windowMinutes: Int, before now: Instant) -> Bool {
        let end = self.start.advanced(bySeconds: Self.seconds(windowMinutes))
        return end.advanced(bySeconds: Int64(windowMinutes) * 60) > now
    }

    @_specialize(where V == WireEncoder)
    @_specialize(where V == WireDecoder)
    @_specialize(where V == MemberReader)
    @usableFromInline package mutating func fields<V: FieldVisitor>(_ v: inout V) throws {
        try v.field(1, "start", &self.start)
        try v.field(2, "ended", &self.ended)
        try v.field(3, "failed", &self.failed)
    }
}
