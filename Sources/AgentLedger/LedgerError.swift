/// What went wrong with a ledger, and what to do about it.
package struct LedgerError: Error, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// A word means more than one thing.
        case ambiguous
        case contention
        /// That a command was denied could not be recorded.
        case denial
        case notEmpty
        case notFound
        /// A file of prices holds something else.
        case prices
        case readOnly
        /// A simulated command was not accepted: somebody else writes into the ledger, or the simulation is wrong.
        case simulation
        case temporaryFolder
        /// A condition has the same answer at both ends of a range.
        case unchanged
        /// Policies answer each other without end.
        case unsettled
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { self.message }
}
