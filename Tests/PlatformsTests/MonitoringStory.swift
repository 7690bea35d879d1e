import AgentLedger
import LedgerEvents
import LedgerImporters
import LedgerPlatforms
import LedgerRelations
import LedgerTables
import Servers
import Synchronization
import Testing

/// A ledger whose clock stands where the story says, and what its keys hold.
final class MonitoringStory: Sendable {
    private let folder: TemporaryFolder
    private let ledger: Ledger
    private let time: Time

    private final class Time: Sendable {
        let now = Mutex(Instant.zero)
    }

    init() throws {
        let time = Time()
        self.time = time
        self.folder = try TemporaryFolder()
        self.ledger = try Ledger.create(at: "\(self.folder.path)/ledger") { time.now.withLock { $0 } }
    }

    /// An organization and its agent, from 08:00 on.
    func begin(_ organization: String, _ agent: String) async throws {
        try await self.at(
            "08:00:00", "organization.create", "{'organization_id':'\(organization)','name':'Acme','slug':'acme'}")
        try await self.at(
            "08:00:00", "agent.create",
            "{'agent_id':'\(agent)','organization_id':'\(organization)','name':'Ada','llm_config':{}}")
    }

    /// Gives a command at a time of day, in UTC, that must be accepted. `data` is JSON with single quotes.
    func at(
        _ clock: String, _ command: String, _ data: String, actor: String = "system:test",
        occurred: String? = nil, location: SourceLocation = #_sourceLocation
    ) async throws {
        let now = try #require(Instant("2025-08-20T\(clock)Z"))
        self.time.now.withLock { $0 = now }
        let json =
            #"{"command":"\#(command)","actor":"\#(actor)","occurred_at":"\#(occurred ?? "\(now)")","data":\#(data.replacing("'", with: "\""))}"#
        let reader = CommandReader(defaultActor: .system("test"))
        let request = try Array(json.utf8).withUnsafeBytes {
            try reader.read($0, now: now, newID: self.ledger.makeID())
        }
        let outcome = try await self.ledger.execute(request)
        guard case .accepted = outcome else {
            Issue.record("\(command): \(outcome)", sourceLocation: location)
            return
        }
    }

    func snapshot(at moment: Moment = .end, onlineWithinSeconds seconds: Int64 = 90) throws -> LedgerSnapshot {
        try LedgerReader(at: self.ledger.path).snapshot(at: moment)
            .projected(as: AgentMonitoring.projection(onlineWithinSeconds: seconds))
    }

    /// What is handed over of the keys that begin so: all, or what changed behind a position.
    func changes(
        _ prefix: String, after position: UInt64? = nil, onlineWithinSeconds seconds: Int64 = 90
    ) throws -> [KeyChange] {
        try self.changes(
            prefix, after: position.map { KeyMoment(position: $0) },
            of: self.snapshot(onlineWithinSeconds: seconds))
    }

    /// The same by the clock, after a moment that a store was written at.
    func changes(_ prefix: String, after moment: KeyMoment?, byClock clock: String) throws -> [KeyChange] {
        let now = try #require(Instant("2025-08-20T\(clock)Z"))
        return try self.changes(prefix, after: moment, of: self.snapshot().judged(by: now))
    }

    private func changes(
        _ prefix: String, after position: KeyMoment?, of snapshot: LedgerSnapshot
    ) throws -> [KeyChange] {
        var changes: [KeyChange] = []
        for family in snapshot.keyFamilies {
            try snapshot.keys(of: family, changedAfter: position) {
                if $0.key.hasPrefix(prefix) { changes.append($0) }
            }
        }
        return changes
    }

    func points() throws -> [Point] {
        var points: [Point] = []
        try self.snapshot().points(changedAfter: nil) { points.append($0) }
        return points
    }

    var position: UInt64 { get throws { try self.ledger.log.head().value } }

    /// An id whose last digits are these.
    static func id(_ number: String) -> String { "0198c000-0000-7000-8000-0000000000\(number)" }
}
