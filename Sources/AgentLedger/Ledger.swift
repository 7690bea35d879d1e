import AgentDomain
import EventLog
import EventLogLMDB
import EventSourcing
import Synchronization
import Views

/// A ledger: commands in, events in the log, states and tables out.
///
///     let ledger = try Ledger.open(at: "./ledger", mode: .readWrite)
///     let outcome = try await ledger.execute(request)
public actor Ledger {
    public nonisolated let path: String
    public nonisolated let log: LMDBEventLog
    /// The states as of the log's end, over those that are on disk: where decisions start from.
    private var recent: StateCache
    private let views: Views
    private let identifiers = Mutex(UUIDv7Generator(random: SystemRandomNumberGenerator()))
    private let clock: @Sendable () -> Instant

    /// Decisions that lost a race are made again this many times.
    private static let attempts = 100
    /// States held over the views before these catch up.
    private static let recentLimit = 300_000

    /// Makes a ledger in a folder that does not exist yet or is empty, and opens it.
    public static func create(
        at path: String, clock: @escaping @Sendable () -> Instant = LMDBEventLog.systemClock
    ) throws -> Ledger {
        var identifiers = UUIDv7Generator(random: SystemRandomNumberGenerator())
        let log = try LMDBEventLog.create(at: path, origin: identifiers.next(at: clock()), now: clock)
        return try Ledger(path: path, log: log, clock: clock)
    }

    /// Opens a ledger for writing.
    public static func open(
        at path: String, clock: @escaping @Sendable () -> Instant = LMDBEventLog.systemClock
    ) throws -> Ledger {
        let log = try LMDBEventLog.open(at: path, mode: .readWrite, clock: clock)
        return try Ledger(path: path, log: log, clock: clock)
    }

    private init(path: String, log: LMDBEventLog, clock: @escaping @Sendable () -> Instant) throws {
        self.path = path
        self.log = log
        self.clock = clock
        self.views = try Views(path: ViewsFolder.path(of: path), log: log, origin: log.identity.origin)
        self.recent = StateCache(over: self.views, at: self.views.position, keepsFacts: false)
    }

    /// What became of a command.
    public enum Outcome: Sendable {
        /// Its events stand at these positions, in order; usage that it brought stands among them.
        case accepted(first: Position, last: Position)
        /// What it asks for stands already.
        case unchanged
        case refused(Rejection)
    }

    /// Executes one command.
    public func execute(_ request: Request) async throws -> Outcome {
        try await self.execute([request])[0]
    }

    /// Executes commands in order, each seeing what those before it did, in one append.
    ///
    /// A refused command leaves the others standing. When another writer changes something that a decision looked at,
    /// all are decided again.
    public func execute(_ requests: [Request]) async throws -> [Outcome] {
        for _ in 0..<Self.attempts {
            if let outcomes = try await self.attempt(requests) { return outcomes }
        }
        throw LedgerError(
            .contention, "other writers changed what these commands are about \(Self.attempts) times; try again")
    }

    /// Nil when the race was lost.
    private func attempt(_ requests: [Request]) async throws -> [Outcome]? {
        try self.advance()
        let batch = DecisionBatch(over: self.recent) { [self] in self.makeID() }
        let first = self.recent.position.next
        let decisions = try requests.map { try self.decide($0, in: batch) }
        try self.views.throwIfFailed()
        var start = first
        if !batch.events.isEmpty {
            // SAFETY: the batch of events is handed over here and not touched again.
            nonisolated(unsafe) let events = batch.events
            do {
                start = try await self.log.append(events, condition: batch.world.condition).first
            } catch let error as EventLogError {
                guard case .conditionFailed = error.code else { throw error }
                return nil
            }
        }
        return decisions.map { $0.outcome(from: start) }
    }

    /// What a decision came to, with its events' places in the batch.
    private enum Decision {
        case events(Range<Int>)
        case refusal(Rejection)

        func outcome(from start: Position) -> Outcome {
            switch self {
            case .refusal(let rejection): .refused(rejection)
            case .events(let range) where range.isEmpty: .unchanged
            case .events(let range):
                .accepted(
                    first: start.advanced(by: range.lowerBound), last: start.advanced(by: range.upperBound - 1))
            }
        }
    }

    private func decide(_ request: Request, in batch: DecisionBatch) throws -> Decision {
        let before = batch.events.count
        do {
            try batch.decide(request)
            return .events(before..<batch.events.count)
        } catch let rejection as Rejection {
            return .refusal(rejection)
        }
    }

    /// Brings `recent` to the log's end; moves what it holds into the views when that becomes much.
    private func advance() throws {
        let head = try self.log.head()
        if self.recent.count > Self.recentLimit || head.value - self.recent.position.value > 1_000_000 {
            try self.views.catchUp()
            self.recent.removeAll(at: self.views.position)
        }
        try self.log.read(.all, after: self.recent.position, through: head, limit: .max) { stored in
            let (event, envelope) = try DomainEvent.decode(stored)
            self.recent.apply(event, envelope)
        }
    }

    /// The time by the ledger's clock.
    public nonisolated func now() -> Instant { self.clock() }

    /// A fresh, time-ordered id for a new thing.
    public nonisolated func makeID() -> UInt128 {
        let now = self.clock()
        return self.identifiers.withLock { $0.next(at: now) }
    }

    /// Who holds an alias now.
    public func holder<E: Stored>(of alias: Tag, as kind: E.Type) throws -> ID<E>? {
        try self.advance()
        let holder = self.recent.holder(of: alias, as: kind)
        try self.views.throwIfFailed()
        return holder
    }

    /// The state of a thing now.
    public func find<E: Stored>(_ id: ID<E>) throws -> E? {
        try self.advance()
        let state = self.recent.find(id)
        try self.views.throwIfFailed()
        return state
    }

    public func contains<E: Stored>(_ id: ID<E>) throws -> Bool { try self.find(id) != nil }

    /// Brings the views to the log's end.
    public func catchUp(progress: Views.Progress? = nil) throws {
        try self.views.catchUp(progress: progress)
        self.recent.removeAll(at: self.views.position)
    }
}
