import LedgerEvents

/// What PostgreSQL said, with the statement it was said of.
package struct PostgresRefusal: LedgerFailure, Hashable {
    /// Five characters, appendix A of PostgreSQL's manual; empty when the server could not answer.
    package var sqlState: String
    package var message: String
    package var detail: String?
    /// Where it happened: `COPY organizations, line 3, column name: …`.
    package var context: String?
    package var sql: String

    package var category: FailureCategory { .environment }
    package var code: String { "refused_statement" }

    package var description: String {
        let parts = [self.message, self.detail, self.context, "in: \(self.sql)"].compactMap { $0 }
        return (self.sqlState.isEmpty ? "" : "SQLSTATE \(self.sqlState): ") + parts.joined(separator: "; ")
    }
}

package enum PostgresTarget {
    /// A connection string for messages: the password, in a URL or after `password=`, is left out.
    package static func withoutPassword(_ conninfo: String) -> String {
        guard let scheme = conninfo.range(of: "://") else {
            return conninfo.replacing(/password\s*=\s*('(?:[^'\\]|\\.)*'|\S+)/, with: "password=…")
        }
        var rest = String(conninfo[scheme.upperBound...]).replacing(/password=[^&]*/, with: "password=…")
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        if let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") {
            rest.removeSubrange(colon..<at)
        }
        return conninfo[..<scheme.upperBound] + rest
    }
}
