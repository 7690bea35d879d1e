import EventLog
import EventSourcing

/// What `ledger.json` says: which ledger this is, since when, and in which format.
public struct LedgerIdentity: Hashable, Sendable {
    /// Names the ledger for ever, wherever it is copied to.
    public var origin: UInt128
    public var created: Instant
    /// How the ledger lies on disk; what is made now has the latest.
    public private(set) var formatVersion = DiskLayout.formatVersion

    public init(origin: UInt128, created: Instant) {
        self.origin = origin
        self.created = created
    }

    func json() -> String {
        "{\"format_version\":\(self.formatVersion),\"origin\":\"\(UUIDText.format(self.origin))\","
            + "\"created\":\"\(self.created)\"}\n"
    }

    init(parsing bytes: [UInt8], path: String) throws(EventLogError) {
        func garbage(_ what: String) -> EventLogError {
            EventLogError(
                .corrupted(.start), "reading \(path): \(what); restore the file from a copy of the ledger")
        }
        guard let members = FlatJSON.members(bytes) else {
            throw garbage("it is not an object of texts and whole numbers")
        }
        guard case .number(let version) = members["format_version"] else { throw garbage("it has no format_version") }
        guard version <= DiskLayout.formatVersion else {
            throw EventLogError(
                .newerFormat,
                "reading \(path): the ledger has format \(version), this version knows formats up to "
                    + "\(DiskLayout.formatVersion); update AgentLedger")
        }
        guard version > 0 else { throw garbage("format_version is \(version)") }
        guard case .text(let text) = members["origin"], let origin = UUIDText.parse(text) else {
            throw garbage("origin is not a UUID")
        }
        guard case .text(let text) = members["created"], let created = Instant(text) else {
            throw garbage("created is not a time")
        }
        self.init(origin: origin, created: created)
        self.formatVersion = version
    }
}
