import LedgerEvents

/// What went wrong with a log, where, and what to do about it.
package struct EventLogError: CodedFailure {
    package enum Code: FailureCode {
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

        package static var allCases: [Code] {
            [
                .conditionFailed(.start), .idempotencyConflict, .tooLarge, .invalid, .notFound, .alreadyExists,
                .newerFormat, .corrupted(.start), .diskFull, .implausibleClock, .readOnly, .io,
            ]
        }

        package var name: String {
            switch self {
            case .conditionFailed: "condition_failed"
            case .idempotencyConflict: "idempotency_conflict"
            case .tooLarge: "too_large"
            case .invalid: "invalid"
            case .notFound: "not_found"
            case .alreadyExists: "already_exists"
            case .newerFormat: "newer_format"
            case .corrupted: "corrupted"
            case .diskFull: "disk_full"
            case .implausibleClock: "implausible_clock"
            case .readOnly: "read_only"
            case .io: "io"
            }
        }

        package var category: FailureCategory {
            switch self {
            case .tooLarge, .invalid: .caller
            case .notFound: .notFound
            case .conditionFailed, .idempotencyConflict, .alreadyExists: .conflict
            case .newerFormat, .diskFull, .implausibleClock, .readOnly, .io: .environment
            case .corrupted: .damage
            }
        }
    }

    package var code: Code
    package var message: String
    package var remedy: String?
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, remedy: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.cause = cause
    }
}
