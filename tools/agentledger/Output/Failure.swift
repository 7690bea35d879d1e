/// What the command itself cannot do; printed as it stands. What modules throw speaks for itself.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ message: String) { self.description = message }
}
