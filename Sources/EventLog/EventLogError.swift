import LedgerEvents

/// What went wrong with a log, where, and what to do about it.
package struct EventLogError: Error, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// An event at this position matches the append's condition.
        case conditionFailed(Position)
        case idempotencyConflict
        case tooLarge
        case invalid
        case notFound
        case alreadyExists
        /// The log was written by a newer version of this software.
        case newerFormat
        /// What the disk holds is not what was written there: the first position concerned.
        case corrupted(Position)
        case diskFull
        /// The machine's clock is so far ahead that it is taken to be wrong.
        case implausibleClock
        case readOnly
        case io
    }

    package var code: Code
    /// What was being done, to what, and the remedy.
    package var message: String
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { self.message }
}
