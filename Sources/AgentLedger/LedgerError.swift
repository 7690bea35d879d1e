import LedgerEvents

/// What went wrong with a ledger, and what to do about it.
package struct LedgerError: CodedFailure {
    package enum Code: String, FailureCode {
        /// A word means more than one thing.
        case ambiguous
        case contention
        /// That a command was denied could not be recorded.
        case denial
        case notEmpty = "not_empty"
        case notFound = "not_found"
        /// A file of prices holds something else.
        case prices
        case readOnly = "read_only"
        /// A simulated command was not accepted: somebody else writes into the ledger, or the simulation is wrong.
        case simulation
        case temporaryFolder = "temporary_folder"
        /// A condition has the same answer at both ends of a range.
        case unchanged
        /// Policies answer each other without end.
        case unsettled

        package var category: FailureCategory {
            switch self {
            case .ambiguous, .prices, .unchanged: .caller
            case .notFound: .notFound
            case .contention, .notEmpty, .simulation, .unsettled: .conflict
            case .denial, .readOnly, .temporaryFolder: .environment
            }
        }
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
