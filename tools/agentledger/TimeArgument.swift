import AgentLedger
import ArgumentParser
import LedgerEvents
import LedgerLogLMDB

/// Reads the times that options take: the same forms everywhere.
enum TimeArgument {
    static func time(_ text: String) throws -> Instant {
        guard let time = Instant(words: text, now: LMDBEventLog.systemClock()) else {
            throw ValidationError("it is not \(Instant.wordForms)")
        }
        return time
    }

    static func moment(_ text: String) throws -> Moment {
        guard let moment = Moment(text, now: LMDBEventLog.systemClock()) else {
            throw ValidationError("it is neither a position, nor end, nor \(Instant.wordForms)")
        }
        return moment
    }
}
