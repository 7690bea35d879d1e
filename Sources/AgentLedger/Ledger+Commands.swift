import LedgerDomain
import LedgerEvents
import LedgerImporters
import LedgerLogLMDB

extension Ledger {
    /// Creates a ledger in a folder that is new or empty, and opens it for writing.
    /// - Parameter clock: the ledger's time; nil: the machine's.
    public static func create(at path: String, clock: (@Sendable () -> Instant)? = nil) throws -> Ledger {
        try self.create(at: path, permissions: LMDBEventLog.privatePermissions, clock: clock)
    }

    /// Opens a ledger for writing. Other processes may read and write it meanwhile.
    /// - Parameter clock: the ledger's time; nil: the machine's.
    public static func open(at path: String, clock: (@Sendable () -> Instant)? = nil) throws -> Ledger {
        try self.open(at: path, clock: clock, acceptsClock: false)
    }

    /// Returns a new id for an entity. Ids are ordered by the time at which they are made.
    public nonisolated func makeID<E: LedgerState>(_ kind: E.Type) -> ID<E> { ID(bits: self.makeID()) }

    /// Executes one command. What its events say is on disk when this returns.
    ///
    ///     try await ledger.execute(.workflow(.create(id, in: acme, name: "Triage")), as: .user(ann))
    ///
    /// - Parameters:
    ///   - actor: who gives the command; their role is checked.
    ///   - time: when it happened; nil: now.
    ///   - idempotencyKey: the same key with the same command returns the first result and records nothing.
    @discardableResult
    public func execute(
        _ command: LedgerCommand, as actor: Principal, at time: Instant? = nil, idempotencyKey: String? = nil
    ) async throws -> Outcome {
        var request = Self.request(command, actor, time ?? self.now())
        request.idempotencyKey = idempotencyKey
        return try await self.execute(request)
    }

    /// Executes commands in order, each with the state that the one before it left, in as few appends as possible.
    /// A refused command does not stop the others.
    @discardableResult
    public func execute(_ commands: [LedgerCommand], as actor: Principal) async throws -> [Outcome] {
        let now = self.now()
        return try await self.execute(commands.map { Self.request($0, actor, now) })
    }

    /// A command from outside: whatever it names must belong to its own organization.
    private static func request(_ command: LedgerCommand, _ actor: Principal, _ time: Instant) -> CommandRequest {
        var request = CommandRequest(command.command, actor: actor, occurredAt: time)
        request.isChecked = true
        return request
    }

    /// Executes one command written as JSON: `{"command":"workflow.create","data":{…}}`, as `agentledger execute` does.
    /// - Parameter actor: who gives a command that names no `actor`.
    @discardableResult
    public func execute(json: [UInt8], as actor: Principal) async throws -> Outcome {
        let reader = CommandReader(defaultActor: actor)
        return try await self.execute(
            json.withUnsafeBytes { try reader.read($0, now: self.now(), newID: self.makeID()) })
    }

    /// Returns the state of an entity or a fact now; nil if there is none.
    public func state<E: LedgerState>(_ id: ID<E>) throws -> E? {
        func find<S: Stored>(_: S.Type) throws -> E? { try self.find(ID<S>(bits: id.bits)) as? E }
        guard let kind = E.self as? any Stored.Type else { return nil }
        return try find(kind)
    }
}

extension Principal {
    public static func user(_ id: UserID) -> Principal { .user(id.bits) }
}
