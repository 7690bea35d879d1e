import LedgerEvents

/// An append-only log of events with global, gapless, 1-based positions.
///
/// Every implementation keeps the same contract, and one suite of tests holds all of them to it:
/// - an append is atomic, never empty, and durable when it returns;
/// - a condition is judged against exactly the log that the append extends;
/// - `recordedAt` never decreases from one position to the next;
/// - a reader sees whole appends, in order, each event once.
package protocol EventLog: Sendable {
    /// The position of the last event; `.start` when there is none.
    func head() throws -> Position

    /// Adds the batch behind the last event, all of it or nothing.
    ///
    /// Throws `EventLogError` with code `.conditionFailed` when `condition` names an event, `.idempotencyConflict`
    /// when the key was used with another fingerprint, and `.tooLarge` beyond `LogLimits`. With a key and fingerprint
    /// that are known, nothing is written and the first receipt is given again.
    func append(_ batch: sending EventBatch, condition: AppendCondition?, idempotency: Idempotency?) async throws
        -> AppendReceipt

    /// Hands over the events that match, oldest first, from behind `after` up to and with `through`, at most `limit`.
    func read(
        _ query: EventQuery, after: Position, through: Position, limit: Int,
        _ body: (borrowing StoredEvent) throws -> Void)
        throws

    /// Whether any event carries the tag. Asks the index alone.
    func contains(_ tag: EventTag) throws -> Bool

    /// The position of the last event that carries the tag; nil where there is none. Asks the index alone.
    func lastPosition(of tag: EventTag) throws -> Position?

    /// An id that no tag of the kind goes beyond; 0 where there is none. Asks the index alone.
    ///
    /// Ids that are ordered by time are mostly greater than all before them: new, without looking each of them up.
    func greatestID(ofKind kind: String) throws -> UInt128

    /// How many events are of this type. Asks the index alone.
    func count(of type: EventType) throws -> Int

    /// The last position recorded at or before `instant`; `.start` when all are later.
    func position(at instant: Instant) throws -> Position

    /// What an append with this idempotency key led to, if there was one.
    func receipt(for key: String) throws -> (receipt: AppendReceipt, fingerprint: [UInt8])?

    /// The size and root of the Merkle tree over all records (RFC 6962 section 2.1).
    func treeHead() throws -> TreeHead
}

extension EventLog {
    package func append(_ batch: sending EventBatch, condition: AppendCondition? = nil) async throws -> AppendReceipt {
        try await self.append(batch, condition: condition, idempotency: nil)
    }

    package func read(
        _ query: EventQuery = .all, after: Position = .start, limit: Int = .max,
        _ body: (borrowing StoredEvent) throws -> Void
    ) throws {
        try self.read(query, after: after, through: .end, limit: limit, body)
    }

    package func lastPosition(of tag: EventTag) throws -> Position? {
        var last: Position?
        try self.read(EventQuery(tags: [tag])) { last = $0.position }
        return last
    }
}

/// Where an append came to stand.
package struct AppendReceipt: Hashable, Sendable {
    package var first: Position
    package var last: Position
    package var recordedAt: Instant

    package init(first: Position, last: Position, recordedAt: Instant) {
        self.first = first
        self.last = last
        self.recordedAt = recordedAt
    }
}

/// A client's name for one append. The same key with the same fingerprint is the same append; with another one it
/// is a mistake of the client.
package struct Idempotency: Hashable, Sendable {
    package var key: String
    /// A digest of what was asked for, 1 to 64 bytes, such as the SHA-256 of the command.
    package var fingerprint: [UInt8]

    package init(key: String, fingerprint: [UInt8]) {
        self.key = key
        self.fingerprint = fingerprint
    }

    /// A client's key as the log stores it: with a name made of the organization and the actor before it. Keys that are
    /// too long stay so, and are refused.
    package static func scoped(_ key: String, organization: TenantID?, actor: Principal) -> String {
        if key.isEmpty { return key }
        let scope = UUIDv5.named("\(organization?.description ?? "")/\(actor)", in: 0)
        return "\(UUIDText.format(scope))/\(key)"
    }

    /// The forms in which the log may hold the key that an event came with: that of its organization, that of none, which
    /// what makes an organization has, and the key itself, as it was held before keys were scoped.
    package static func forms(of envelope: Envelope) -> [String] {
        guard let key = envelope.idempotencyKey else { return [] }
        return [envelope.organization, nil].map {
            self.scoped(key, organization: $0, actor: envelope.actor)
        } + [key]
    }
}

/// What one append may hold.
package enum LogLimits {
    package static let recordBytes = 16 << 20
    package static let batchEvents = 100_000
    package static let batchBytes = 64 << 20
    package static let idempotencyKeyBytes = 480
    package static let fingerprintBytes = 64
}

/// The Merkle tree over the first `size` records.
package struct TreeHead: Hashable, Sendable {
    package var size: UInt64
    /// 32 bytes: SHA-256.
    package var root: [UInt8]

    package init(size: UInt64, root: [UInt8]) {
        self.size = size
        self.root = root
    }
}
