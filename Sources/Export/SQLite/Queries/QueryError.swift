import LedgerEvents

/// Why a query was not answered, and what to write instead.
package struct QueryError: CodedFailure {
    package enum Code: String, FailureCode {
        /// The text is not exactly one statement.
        case notOneStatement = "not_one_statement"
        /// The statement does not only read.
        case notAQuery = "not_a_query"
        /// SQLite rejected the statement, or a value in it.
        case refused = "refused_by_database"
        /// SQLite rejected the tables, functions or collations that every query gets.
        case notPrepared = "not_prepared"

        package var category: FailureCategory {
            switch self {
            case .notOneStatement, .notAQuery, .refused: .caller
            case .notPrepared: .environment
            }
        }
    }

    package var code: Code
    /// What was asked and why it is not answered, with SQLite's reason.
    package var message: String
    package var remedy: String?
    package var cause: (any Error)?

    init(_ code: Code, _ message: String, remedy: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.cause = cause
    }
}
