import LedgerEvents

/// How far a long read has come. It proceeds by rounds of one read transaction each, on one segment, since a
/// transaction that stays open keeps the writer from reusing pages.
struct ReadRound {
    static let events = 10_000
    static let duration = Duration.milliseconds(50)

    /// The last position that is done with.
    private(set) var after: Position
    /// The end of this round's segment or snapshot, or of what is wanted.
    private(set) var through: Position
    /// Whether there may be more to read.
    private(set) var isOpen: Bool
    private let wanted: Position
    private var left: Int
    private var leftInRound = 0
    /// Whether more segments follow that of this round.
    private var isSealed = false
    /// Events until the next look at the clock, and between the looks: first 1, then 2, up to 64. Whoever takes long for
    /// each event is noticed at the first ones.
    private var leftUntilLook = 1
    private var stride = 1
    private var began = ContinuousClock.now

    init(after: Position, through: Position, limit: Int) {
        self.after = after
        self.through = through
        self.wanted = through
        self.left = limit
        self.isOpen = limit > 0 && after < through
    }

    mutating func begin(_ state: LogState) {
        self.through = min(self.wanted, state.head)
        self.isSealed = state.isSealed
        self.leftInRound = Self.events
        self.leftUntilLook = 1
        self.stride = 1
        self.began = .now
    }

    /// Notes that the event at `position` was handed over; false when the round is over.
    mutating func took(_ position: Position) -> Bool {
        self.after = position
        self.left -= 1
        self.leftInRound -= 1
        if self.left <= 0 || self.leftInRound <= 0 { return false }
        self.leftUntilLook -= 1
        if self.leftUntilLook > 0 { return true }
        self.stride = min(64, self.stride * 2)
        self.leftUntilLook = self.stride
        return ContinuousClock.now - self.began < Self.duration
    }

    /// Notes that nothing more matches in this snapshot.
    mutating func tookAll() { self.after = max(self.after, self.through) }

    mutating func end() {
        self.isOpen = self.left > 0 && self.after < (self.isSealed ? self.wanted : self.through)
    }
}
