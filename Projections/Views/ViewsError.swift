/// What went wrong with the views, and what to do about it.
package struct ViewsError: Error, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The views' file is not what was written. Views are disposable: removing them loses nothing.
        case damaged
        /// The log holds an event that this version does not know.
        case unknownEvent
        /// Views of a past moment could not be put on the disk.
        case unwritable
        /// An event of the log cannot be read.
        case unreadableEvent
    }

    package var code: Code
    package var message: String
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { self.message }
}
