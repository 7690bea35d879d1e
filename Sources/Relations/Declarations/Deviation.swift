/// Where a schema departs from the document that describes it. Declared beside the table that has it.
public struct Deviation: Hashable, Sendable {
    /// What is departed from: a column, a constraint, an index, or the table as a whole.
    public var subject: String
    /// What the document says, in our words.
    public var documented: String
    /// Why that cannot stand.
    public var reason: String
    /// What stands here in its place.
    public var ours: String

    public init(_ subject: String, documented: String, reason: String, ours: String) {
        self.subject = subject
        self.documented = documented
        self.reason = reason
        self.ours = ours
    }
}
