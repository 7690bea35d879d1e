/// What went wrong with the views, and what to do about it.
public struct ViewsError: Error, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// The views' file is not what was written. Views are disposable: removing them loses nothing.
        case damaged
        /// The views came to stand at a later position than was asked for.
        case movedOn
        /// The log holds an event that this version does not know.
        case unknownEvent
        /// An event of the log cannot be read.
        case unreadableEvent
    }

    public var code: Code
    public var message: String
    public var cause: (any Error)?

    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    public var description: String { self.message }
}
