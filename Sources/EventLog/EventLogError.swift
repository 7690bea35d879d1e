import EventSourcing

/// What went wrong with a log, where, and what to do about it.
public struct EventLogError: Error, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
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

    public var code: Code
    /// What was being done, to what, and the remedy.
    public var message: String
    public var cause: (any Error)?

    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    public var description: String { self.message }
}
