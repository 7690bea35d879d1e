/// An error of AgentLedger. Every error that the library throws conforms, except those of the system (Foundation's) and
/// `CancellationError`.
///
/// An interface maps `category` to its own terms, such as an HTTP status; a program that handles one failure compares
/// `code`; people read the description, which is the message with the remedy.
public protocol LedgerFailure: Error, CustomStringConvertible, Sendable {
    var category: FailureCategory { get }
    /// In snake case, such as "disk_full". Stable: a published code keeps its meaning.
    var code: String { get }
    /// What was being done, to what, and why it failed.
    var message: String { get }
    /// What to do about it; nil if nothing helps or the message contains it.
    var remedy: String? { get }
    /// The error that led to this one.
    var cause: (any Error)? { get }
}

/// Who can do something about a failure.
public enum FailureCategory: String, Hashable, Sendable, CaseIterable {
    /// The caller: the input is not valid.
    case caller
    /// The caller: what the input names does not exist.
    case notFound = "not_found"
    /// The caller, after reading again: the input contradicts what exists already.
    case conflict
    /// Whoever grants permissions: the actor may not do this.
    case unauthorized
    /// The operator: the disk, a file's permissions, a server, the clock, or the version of this software.
    case environment
    /// The operator, with a copy: what is stored is not what was written.
    case damage
}

extension LedgerFailure {
    package var remedy: String? { nil }
    package var cause: (any Error)? { nil }
    package var description: String { self.sentence }

    /// The message with the remedy. A message that ends with a period is followed by a sentence, others by a clause.
    package var sentence: String {
        guard let remedy else { return self.message }
        return self.message + (self.message.hasSuffix(".") ? " " : "; ") + remedy
    }
}
