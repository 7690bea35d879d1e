import EventSourcing

/// What a run of policies came to.
public struct PolicyReport: Hashable, Sendable {
    /// What one policy did.
    public struct Entry: Hashable, Sendable {
        public var policy: String
        /// Events that it answered, also those to which it said nothing.
        public var seen = 0
        /// Commands of its that were accepted.
        public var accepted = 0
        /// Commands whose effect stood already, or that it had given before.
        public var unchanged = 0
        public var refused = 0
        /// The first of those that were refused.
        public var refusals: [Refusal] = []

        static let refusalsKept = 100
    }

    public struct Refusal: Hashable, Sendable {
        /// Of the event that the command answers.
        public var cause: Position
        public var command: String
        /// What the command is about.
        public var id: UInt128
        public var rejection: Rejection
    }

    /// The assembly of traces, then the policies in the order of the catalogue.
    public var entries: [Entry]
    /// The log's end before and after.
    public var before: Position
    public var after: Position
}
