import LedgerEvents

/// Why talking to a PostgreSQL server failed: `code` to switch on, `message` to show.
package struct PostgresError: CodedFailure {
    package enum Code: String, FailureCode {
        /// The server cannot be reached, or does not let us in.
        case cannotConnect = "cannot_connect"
        /// The connection or the server went away.
        case connectionLost = "connection_lost"
        /// Another session has a lock that a statement waited for.
        case locked
        /// The database refused a statement or a row; `refusal` says why.
        case refused

        package var category: FailureCategory {
            switch self {
            case .locked: .conflict
            case .cannotConnect, .connectionLost, .refused: .environment
            }
        }
    }

    package var code: Code
    /// What was being done, to what, and the remedy.
    package var message: String
    package var refusal: PostgresRefusal?

    init(_ code: Code, _ message: String, refusal: PostgresRefusal? = nil) {
        self.code = code
        self.message = message
        self.refusal = refusal
    }

    package var cause: (any Error)? { self.refusal }

    package var description: String {
        guard let refusal else { return self.message }
        return "\(self.message) (\(refusal))"
    }
}
