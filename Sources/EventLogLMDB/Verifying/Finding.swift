import LedgerEvents
import LedgerLog

/// One thing that is not as it was written.
package struct VerificationFinding: Sendable, Hashable, CustomStringConvertible {
    /// The event concerned, where it is one.
    package var position: Position?
    /// The file concerned, from the ledger's directory on: `log/00000000000000000001/data.mdb`.
    package var file: String
    /// Where in there: `page 17, database tags`.
    package var place: String
    package var message: String

    package var description: String {
        (self.position.map { "position \($0): " } ?? "") + self.message + " (\(self.file), \(self.place))"
    }
}

/// What `verify` looked at, and what it found.
package struct VerificationReport: Sendable {
    package internal(set) var findings: [VerificationFinding] = []
    /// Whether there were more findings than are listed.
    package internal(set) var isCut = false
    package internal(set) var events: UInt64 = 0
    package internal(set) var indexEntries: UInt64 = 0
    package internal(set) var pages: UInt64 = 0
    /// Recomputed from the records.
    package internal(set) var treeHead = MerkleFrontier().head

    package var isSound: Bool { self.findings.isEmpty }

    static let maximumFindings = 1000

    /// What findings are about that are added from here on.
    var file = ""

    init(file: String = "") { self.file = file }

    mutating func add(_ place: String, _ message: String, position: Position? = nil) {
        if self.findings.count < Self.maximumFindings {
            self.findings.append(
                VerificationFinding(position: position, file: self.file, place: place, message: message))
        } else {
            self.isCut = true
        }
    }

    /// Adds what was found in another file, which holds no events.
    package mutating func add(_ other: VerificationReport) {
        self.findings += other.findings.prefix(Self.maximumFindings - self.findings.count)
        self.isCut = self.isCut || other.isCut || self.findings.count < other.findings.count
    }

    /// Adds what was found in the next segment.
    mutating func add(segment: VerificationReport) {
        self.add(segment)
        self.events += segment.events
        self.indexEntries += segment.indexEntries
        self.pages += segment.pages
        self.treeHead = segment.treeHead
    }
}
