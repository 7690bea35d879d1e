/// Why talking to a PostgreSQL server failed: `code` to switch on, `message` to show.
package struct PostgresError: Error, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The server cannot be reached, or does not let us in.
        case cannotConnect
        /// The connection or the server went away.
        case connectionLost
        /// Another session has a lock that a statement waited for.
        case locked
        /// The database refused a statement or a row; `cause` tells why.
        case refused
    }

    package var code: Code
    /// What was being done, to what, and the remedy.
    package var message: String
    package var cause: PostgresRefusal?

    init(_ code: Code, _ message: String, cause: PostgresRefusal? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String {
        guard let cause else { return self.message }
        return "\(self.message) (\(cause))"
    }
}
