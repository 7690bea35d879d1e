import LedgerDomain
import LedgerEvents
import LedgerLog

/// Commands decided, their events on the way into the log.
final class Proposal {
    let batch: DecisionBatch
    var decisions: [Decision] = []
    var idempotency: Idempotency?
    /// What records the commands that were refused because of who gave them.
    var denials: [CommandRequest] = []
    /// Whether the events came to stand right behind what the decisions started from. Known once they are appended.
    var standsAsDecided = true

    init(batch: DecisionBatch) { self.batch = batch }

    /// What a decision came to, with its events' places in the batch.
    enum Decision {
        case events(Range<Int>)
        /// What was asked for stood already; that may be on record.
        case unchanged
        case refusal(Rejection)
    }

    func outcomes(from start: Position) -> [Ledger.Outcome] {
        self.decisions.map { decision in
            switch decision {
            case .refusal(let rejection): .refused(rejection)
            case .unchanged: .unchanged
            case .events(let range):
                .accepted(
                    first: start.advanced(by: range.lowerBound), last: start.advanced(by: range.upperBound - 1))
            }
        }
    }
}

/// A command whose events do not fit into a record or an append. The batch that it was decided in is void.
struct Unrecordable: Error {
    let index: Int
    let rejection: Rejection
}

/// The states that decisions were made upon changed under them; they have to be made again.
struct Disturbed: Error {}
