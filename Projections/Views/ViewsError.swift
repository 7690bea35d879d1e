import LedgerEvents

/// What went wrong with the views, and what to do about it.
package struct ViewsError: CodedFailure {
    package enum Code: String, FailureCode {
        /// The views' file is not what was written. Views are disposable: removing them loses nothing.
        case damaged
        /// The log holds an event that this version does not know.
        case unknownEvent = "unknown_event"
        /// Views of a past moment could not be put on the disk.
        case unwritable
        /// An event of the log cannot be read.
        case unreadableEvent = "unreadable_event"
        /// There is no file of views.
        case notFound = "not_found"
        /// The file's permissions, or those of its folder, forbid it.
        case notPermitted = "not_permitted"
        case diskFull = "disk_full"
        /// LMDB or the file system failed otherwise.
        case io

        package var category: FailureCategory {
            switch self {
            case .notFound: .notFound
            case .unknownEvent, .unwritable, .notPermitted, .diskFull, .io: .environment
            case .damaged, .unreadableEvent: .damage
            }
        }
    }

    package var code: Code
    package var message: String
    package var remedy: String?
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, remedy: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.cause = cause
    }
}
