/// What looking at a ledger after an attack came to.
struct CheckReport: Codable {
    var events: UInt64 = 0
    var acknowledged = 0
    var findings: [Finding] = []

    var isSound: Bool { self.findings.isEmpty }

    mutating func add(_ check: TableCheck, _ what: String) {
        // The first of each kind tell enough.
        guard self.findings.count(where: { $0.check == check }) < 3 else { return }
        self.findings.append(Finding(check: check, what: what))
    }

    /// Adds a finding where `body` throws.
    mutating func attempt<R>(_ check: TableCheck, _ body: () throws -> R) -> R? {
        do {
            return try body()
        } catch {
            self.add(check, "\(error)")
            return nil
        }
    }
}

struct Finding: Codable, CustomStringConvertible {
    var check: TableCheck
    var what: String

    var description: String { "\(self.check.rawValue): \(self.what)" }
}

/// What must hold after every attack.
enum TableCheck: String, Codable {
    /// The ledger opens for reading as it was left, and then for writing.
    case opening
    /// The library's own verification of every page, record, index entry and hash.
    case verify
    /// Positions are gapless and end at the head; recording times never decrease.
    case positions
    /// Every event is what the plan says.
    case contents
    /// Every batch is there whole, in one place and once.
    case batches
    /// What was acknowledged is there, where it was said to be.
    case acknowledged
    /// The Merkle tree, computed from its definition, has the roots that were acknowledged and the one that is kept.
    case tree
    /// The tag index finds exactly the events with a tag.
    case tags
    /// The type index likewise.
    case types
    /// An idempotency key leads to the positions that its batch has.
    case receipts
    /// The views equal a rebuild.
    case views
    /// The writer itself ended otherwise than by being killed.
    case writer
}
