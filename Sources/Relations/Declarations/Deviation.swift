/// Where a schema departs from the document that describes it. Declared beside the table that has it.
package struct Deviation: Hashable, Sendable {
    /// What is departed from: a column, a constraint, an index, or the table as a whole.
    package var subject: String
    /// What the document says, in our words.
    package var documented: String
    /// Why that cannot stand.
    package var reason: String
    /// What stands here in its place.
    package var ours: String

    package init(_ subject: String, documented: String, reason: String, ours: String) {
        self.subject = subject
        self.documented = documented
        self.reason = reason
        self.ours = ours
    }
}
