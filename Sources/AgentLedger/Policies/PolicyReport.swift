import LedgerEvents

/// What a run of policies came to.
package struct PolicyReport: Hashable, Sendable {
    /// What one policy did.
    package struct Entry: Hashable, Sendable {
        package var policy: String
        /// Events that it answered, also those to which it said nothing.
        package var seen = 0
        /// Commands of its that were accepted.
        package var accepted = 0
        /// Commands whose effect stood already, or that it had given before.
        package var unchanged = 0
        package var refused = 0
        /// The first of those that were refused.
        package var refusals: [Refusal] = []

        static let refusalsKept = 100
    }

    package struct Refusal: Hashable, Sendable {
        /// Of the event that the command answers.
        package var cause: Position
        package var command: String
        /// What the command is about.
        package var id: UInt128
        package var rejection: Rejection
    }

    /// The assembly of traces, then the policies in the order of the catalogue.
    package var entries: [Entry]
    /// The log's end before and after.
    package var before: Position
    package var after: Position
}
