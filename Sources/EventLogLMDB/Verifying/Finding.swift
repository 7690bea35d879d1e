import EventLog
import EventSourcing

/// One thing that is not as it was written.
public struct VerificationFinding: Sendable, Hashable, CustomStringConvertible {
    /// The event concerned, where it is one.
    public var position: Position?
    /// Where on disk: `page 17, database tags`.
    public var place: String
    public var message: String

    public var description: String {
        (self.position.map { "position \($0): " } ?? "") + "\(self.message) (\(self.place))"
    }
}

/// What `verify` looked at, and what it found.
public struct VerificationReport: Sendable {
    public internal(set) var findings: [VerificationFinding] = []
    /// Whether there were more findings than are listed.
    public internal(set) var isCut = false
    public internal(set) var events: UInt64 = 0
    public internal(set) var indexEntries: UInt64 = 0
    public internal(set) var pages: UInt64 = 0
    /// Recomputed from the records.
    public internal(set) var treeHead = MerkleFrontier().head

    public var isSound: Bool { self.findings.isEmpty }

    static let maximumFindings = 1000

    mutating func add(_ place: String, _ message: String, position: Position? = nil) {
        if self.findings.count < Self.maximumFindings {
            self.findings.append(VerificationFinding(position: position, place: place, message: message))
        } else {
            self.isCut = true
        }
    }
}
