import LedgerDomain
import LedgerEvents
import LedgerExporters
import LedgerLog
import LedgerLogLMDB
import LedgerViews
import Synchronization

/// A ledger: commands in, events in the log, states and tables out.
///
///     let ledger = try Ledger.create(at: "./ledger")
///     let acme = ledger.makeID(Organization.self)
///     try await ledger.execute(.organization(.create(acme, name: "Acme", slug: "acme")), as: .system("example"))
public actor Ledger {
    /// The folder that holds the ledger.
    public nonisolated let path: String
    package nonisolated let log: LMDBEventLog
    /// The states as of the log's end, over those that are on disk: where decisions start from.
    private(set) var recent: StateCache
    /// What `recent` stands over while it is written to the views.
    private var settling: StateCache?
    let views: KeptViews
    private let identifiers = Mutex(UUIDv7Generator(random: EntropyPool()))
    private let clock: @Sendable () -> Instant
    /// The batch of `pipe` that is on its way into the log.
    var flight: Flight?
    /// The append of the batch of `pipe` that is on its way, until `drain` has its outcome.
    var landing: Task<[Outcome]?, any Error>?
    /// How many secrets in commands were masked since the ledger was opened.
    package private(set) var maskedSecrets = 0

    /// Decisions that lost a race are made again this many times.
    private static let attempts = 100
    /// What is held over the views before these catch up, roughly; as much again may be on its way into them.
    private static let recentBytes = 64 << 20

    /// Makes a ledger in a folder that does not exist yet or is empty, and opens it.
    package static func create(
        at path: String, segmentLimits: SegmentLimits = SegmentLimits(),
        snapshotInterval: UInt64 = PastViews.defaultInterval,
        permissions: UInt32 = LMDBEventLog.privatePermissions, clock: (@Sendable () -> Instant)? = nil
    ) throws -> Ledger {
        try Ledger.requireOutsideOfLedgers(path)
        var identifiers = UUIDv7Generator(random: EntropyPool())
        let now = clock ?? LMDBEventLog.systemClock
        let log = try LMDBEventLog.create(
            at: path, origin: identifiers.next(at: now()), segmentLimits: segmentLimits, permissions: permissions,
            now: clock)
        return try Ledger(path: path, log: log, snapshotInterval: snapshotInterval, clock: now)
    }

    static func requireOutsideOfLedgers(_ path: String) throws(EventLogError) {
        guard let ledger = LedgerFolders.ledger(aroundNew: path) else { return }
        throw EventLogError(
            .invalid, "\(path) lies inside of the ledger \(ledger): choose a place outside of it")
    }

    /// Opens a ledger for writing.
    /// - Parameters:
    ///   - snapshotInterval: events from one snapshot of the views to the next; 0: none are taken.
    ///   - clock: nil: the machine's, within the limits that `LMDBEventLog.open` states.
    ///   - acceptsClock: whether the machine's clock is trusted without limits.
    package static func open(
        at path: String, snapshotInterval: UInt64 = PastViews.defaultInterval, clock: (@Sendable () -> Instant)? = nil,
        acceptsClock: Bool = false
    ) throws -> Ledger {
        let log = try LMDBEventLog.open(at: path, mode: .readWrite, clock: clock, acceptsClock: acceptsClock)
        return try Ledger(
            path: path, log: log, snapshotInterval: snapshotInterval, clock: clock ?? LMDBEventLog.systemClock)
    }

    private init(
        path: String, log: LMDBEventLog, snapshotInterval: UInt64, clock: @escaping @Sendable () -> Instant
    ) throws {
        self.path = path
        self.log = log
        self.clock = clock
        let origin = log.identity.origin
        let past = PastViews(
            path: ViewsFolder.snapshots(of: path), log: log, origin: origin, interval: snapshotInterval)
        self.views = try KeptViews(path: ViewsFolder.path(of: path), log: log, origin: origin, snapshots: past)
        self.recent = StateCache(over: self.views, at: self.views.position)
    }

    /// The result of a command.
    public enum Outcome: Sendable {
        /// Its events, and the usage that they caused, are recorded at these positions.
        case accepted(first: Position, last: Position)
        /// Its effect holds already: nothing was recorded.
        case unchanged
        case refused(Rejection)
    }

    /// Executes one command.
    package func execute(_ request: CommandRequest) async throws -> Outcome {
        try await self.execute([request])[0]
    }

    /// Executes commands in order, each seeing what those before it did, in as few appends as `LogLimits` and
    /// idempotency keys allow. Each command's events stand together or not at all.
    ///
    /// A refused command leaves the others standing; one that is refused because of who gives it is recorded, in an append
    /// of its own (`AccessDenial`). When another writer changes something that a decision looked at,
    /// it is made again.
    /// - Parameter stoppingAtRefusal: whether a refusal is the last outcome: the commands behind it are not executed.
    package func execute(_ requests: [CommandRequest], stoppingAtRefusal: Bool = false) async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        var unrecordable: [Int: Rejection] = [:]
        var lost = 0
        while outcomes.count < requests.count {
            if let known = try self.known(requests[outcomes.count]) {
                outcomes.append(known)
                continue
            }
            // The fewer there are, the sooner they are decided, and the less comes in between.
            let most = lost == 0 ? Int.max : max(1, 4096 >> (2 * lost))
            let next = requests[outcomes.count...].prefix(most)
            switch try await self.attempt(next, unrecordable, stoppingAtRefusal) {
            case .appended(let more, let denials):
                outcomes += more
                try await self.record(denials)
                if stoppingAtRefusal, case .refused? = more.last { return outcomes }
                lost = 0
            case .unrecordable(let index, let rejection): unrecordable[index] = rejection
            case .lost:
                lost += 1
                if lost == Self.attempts {
                    throw LedgerError(
                        .contention, "other writers changed what these commands are about \(lost) times; try again")
                }
            }
        }
        return outcomes
    }

    /// The result of an earlier command of the same actor with the same idempotency key.
    private func known(_ request: CommandRequest) throws -> Outcome? {
        guard let key = request.idempotencyKey else { return nil }
        try self.advance()
        let scoped = try request.scopedIdempotencyKey(in: self.recent)
        guard let known = try scoped.flatMap({ try self.log.receipt(for: $0) }) ?? self.unscopedReceipt(key, request)
        else { return nil }
        guard known.fingerprint == (try request.fingerprint()) else {
            return .refused(Rejection(.alreadyExists, "the idempotency key \"\(key)\" was used for another command"))
        }
        return .accepted(first: known.receipt.first, last: known.receipt.last)
    }

    /// The receipt under a key that was recorded before keys were scoped, if the same actor used it.
    private func unscopedReceipt(_ key: String, _ request: CommandRequest) throws -> (
        receipt: AppendReceipt, fingerprint: [UInt8]
    )? {
        guard let known = try self.log.receipt(for: key) else { return nil }
        var isOwn = false
        let first = known.receipt.first
        try self.log.read(.all, after: Position(first.value - 1), through: first, limit: 1) { stored in
            isOwn = try stored.envelope().actor == request.actor
        }
        return isOwn ? known : nil
    }

    private enum Attempt {
        case appended([Outcome], denials: [CommandRequest])
        /// Another writer came in between.
        case lost
        /// A command's events do not fit into a record or an append.
        case unrecordable(Int, Rejection)
    }

    /// Decides and appends as many of the commands as go into one append, from the first on.
    private func attempt(
        _ requests: ArraySlice<CommandRequest>, _ unrecordable: [Int: Rejection], _ stoppingAtRefusal: Bool
    ) async throws -> Attempt {
        try self.advance()
        let proposal: Proposal
        do {
            // That a line is not known yet has no tag that others would race for.
            let isExclusive = requests.contains { $0.line != nil }
            proposal = try self.propose(
                requests, over: self.recent, unrecordable, stoppingAtRefusal, isExclusive: isExclusive)
        } catch let error as Unrecordable {
            return .unrecordable(error.index, error.rejection)
        } catch is Disturbed {
            return .lost
        }
        guard let outcomes = try await self.submit(proposal) else { return .lost }
        return .appended(outcomes, denials: proposal.denials)
    }

    /// Decides as many of the commands as go into one append, from the first on.
    func propose(
        _ requests: ArraySlice<CommandRequest>, over states: StateCache, _ unrecordable: [Int: Rejection] = [:],
        _ stoppingAtRefusal: Bool = false, isExclusive: Bool = false
    ) throws -> Proposal {
        let batch = DecisionBatch(
            over: states, log: self.log, count: requests.count, isExclusive: isExclusive, now: self.clock()
        ) { [self] in self.makeID() }
        let proposal = Proposal(batch: batch)
        proposal.decisions.reserveCapacity(requests.count)
        let start = requests.startIndex
        try requests.withUnsafeBufferPointer { requests in
            guard let first = requests.baseAddress else { return }
            for offset in 0..<requests.count {
                let (request, index) = (first + offset, start + offset)
                if !proposal.decisions.isEmpty, batch.isFull || request.pointee.idempotencyKey != nil { break }
                if stoppingAtRefusal, case .refusal? = proposal.decisions.last { break }
                if let rejection = unrecordable[index] {
                    proposal.decisions.append(.refusal(rejection))
                    continue
                }
                do {
                    proposal.decisions.append(try self.decide(request, in: batch, denials: &proposal.denials))
                } catch let error as EventLogError where [.tooLarge, .invalid].contains(error.code) {
                    throw Unrecordable(index: index, rejection: Rejection(.invalidValue, error.message))
                } catch let error as FieldError {
                    throw Unrecordable(index: index, rejection: Rejection(.invalidValue, error.description))
                }
                if let key = request.pointee.idempotencyKey {
                    let scoped = try request.pointee.scopedIdempotencyKey(in: states) ?? key
                    proposal.idempotency = Idempotency(key: scoped, fingerprint: try request.pointee.fingerprint())
                    break
                }
            }
        }
        if try self.forgetIfDisturbed() { throw Disturbed() }
        try batch.world.throwIfFailed()
        return proposal
    }

    /// Appends what was decided; nil when another writer came in between.
    func submit(_ proposal: Proposal) async throws -> [Outcome]? {
        let batch = proposal.batch
        if batch.events.isEmpty { return proposal.outcomes(from: batch.world.base.next) }
        // SAFETY: the batch of events is handed over here and not touched again.
        nonisolated(unsafe) let events = batch.events
        do {
            let condition = batch.world.condition
            let receipt = try await self.log.append(events, condition: condition, idempotency: proposal.idempotency)
            self.maskedSecrets += batch.maskedSecrets
            // Spares folding the batch again from the log, where nothing came in between.
            proposal.standsAsDecided = receipt.first == batch.world.base.next
            if proposal.standsAsDecided, self.recent.position == batch.world.base {
                self.recent.adopt(batch.world.states)
            }
            return proposal.outcomes(from: receipt.first)
        } catch let error as EventLogError {
            guard case .conditionFailed = error.code else { throw error }
            proposal.standsAsDecided = false
            return nil
        }
    }

    /// - Parameter request: where it lies: handed over by itself it would be copied, which takes long beside a decision.
    private func decide(
        _ request: UnsafePointer<CommandRequest>, in batch: DecisionBatch, denials: inout [CommandRequest]
    ) throws -> Proposal.Decision {
        let before = batch.events.count
        do {
            guard try batch.decide(request) else { return .unchanged }
            return .events(before..<batch.events.count)
        } catch let denied as Denied {
            denials.append(denied.record)
            return .refusal(denied.rejection)
        } catch let rejection as Rejection {
            return .refusal(rejection)
        }
    }

    /// Whether `recent` holds so much that the views should take it over.
    private var isHoldingMuch: Bool {
        self.recent.bytes > Self.recentBytes || self.views.isSnapshotDue(at: self.recent.position)
    }

    /// Brings `recent` to the log's end; hands what it holds to the views when that becomes much.
    func advance() throws {
        let head = try self.log.head()
        try self.forgetIfDisturbed()
        if self.views.isHandoverDone { try self.settle() }
        if self.isHoldingMuch { try self.handOver() }
        if head.value - self.recent.position.value > 1_000_000 {
            try self.settle()
            try self.views.catchUp()
            self.forget()
        }
        try self.recent.follow(self.log, through: head)
    }

    /// Has the views take over what `recent` holds, while that is gone on with.
    private func handOver() throws {
        try self.settle()
        self.views.handOver(self.recent)
        self.settling = self.recent
        self.recent = StateCache(over: self.recent, at: self.recent.position)
    }

    /// Waits until what was handed to the views is written.
    func settle() throws {
        guard let settling = self.settling else { return }
        do {
            guard try self.views.endHandover() else { return self.forget() }
            self.settling = nil
            self.recent.rebase(on: self.views)
        } catch {
            // Held on to until there is room for it.
            settling.adopt(self.recent)
            self.recent = settling
            self.settling = nil
            throw error
        }
    }

    private func forget() {
        // Whatever became of it, the log has it all.
        _ = try? self.views.endHandover()
        self.settling = nil
        self.recent = StateCache(over: self.views, at: self.views.position)
    }

    /// Forgets `recent` where it cannot be trusted: when another process moved the views on, so that it may hold states
    /// of different moments (then true), and when one could not be read (then that is thrown).
    @discardableResult
    private func forgetIfDisturbed() throws -> Bool {
        do {
            try self.views.throwIfFailed()
        } catch {
            self.forget()
            throw error
        }
        guard try self.views.followOthers() else { return false }
        self.forget()
        return true
    }

    /// The time by the ledger's clock.
    public nonisolated func now() -> Instant { self.clock() }

    /// A fresh, time-ordered id for a new thing.
    package nonisolated func makeID() -> UInt128 {
        let now = self.clock()
        return self.identifiers.withLock { $0.next(at: now) }
    }

    /// Who holds an alias now.
    package func holder<E: Stored>(of alias: EventTag, as kind: E.Type) throws -> ID<E>? {
        try self.advance()
        let holder = self.recent.holder(of: alias, as: kind)
        try self.views.throwIfFailed()
        return holder
    }

    /// The state of a thing now.
    package func find<E: Stored>(_ id: ID<E>) throws -> E? {
        try self.advance()
        let state = self.recent.find(id)
        try self.views.throwIfFailed()
        return state
    }

    package func contains<E: Stored>(_ id: ID<E>) throws -> Bool { try self.find(id) != nil }

    /// Brings the views to the log's end.
    package func catchUp() throws {
        try self.advance()
        try self.settle()
        try self.views.take(self.recent)
    }
}
