/// A refusal: expected, typed and comparable. It says why, and what would have been allowed.
public struct Rejection: LedgerFailure, Hashable {
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The thing does not exist.
        case notFound = "not_found"
        /// There is one already, with other contents.
        case alreadyExists = "already_exists"
        /// A name, slug, address or number that has to be unique is taken.
        case notUnique = "not_unique"
        /// The state machine has no such step.
        case invalidTransition = "invalid_transition"
        /// A field's value breaks a rule.
        case invalidValue = "invalid_value"
        /// A rule between things is broken.
        case ruleBroken = "rule_broken"
        /// The actor may not do this.
        case notAuthorized = "not_authorized"
    }

    public var reason: Reason
    public var message: String

    package init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}

extension Rejection {
    public var category: FailureCategory {
        switch self.reason {
        case .invalidValue: .caller
        case .notFound: .notFound
        case .alreadyExists, .notUnique, .invalidTransition, .ruleBroken: .conflict
        case .notAuthorized: .unauthorized
        }
    }

    public var code: String { self.reason.rawValue }
    public var remedy: String? { nil }
    public var cause: (any Error)? { nil }
    public var description: String { self.message }
}
