/// What went wrong with a ledger, and what to do about it.
public struct LedgerError: Error, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
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

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { self.message }
}
