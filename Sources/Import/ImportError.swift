import LedgerEvents

/// Why facts could not be read in: `code` to switch on, `message` to show, naming the file, the line and the remedy.
package struct ImportError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// There is no such file.
        case missing
        /// The file may not be read by this user, or a table by this role.
        case notPermitted
        /// It is a directory.
        case notAFile
        /// Reading failed; `systemCode` tells how.
        case unreadable
        /// The compressed data ends before its end.
        case truncated
        /// The compressed data is not gzip, or was changed.
        case damaged
        case lineTooLong
        /// A line is not what its format says; `cause` tells where.
        case invalidLine
        /// The file is of another form than requests in lines or protobuf; the message names the form.
        case foreign
        /// What is given as a platform's database does not name one whose tables can be adopted.
        case invalidAddress
        /// Row-level security hides rows of the database from the role that reads it.
        case rowsHidden
        /// The database cannot be read; the message says what it answered.
        case database
    }

    package var code: Code
    package var message: String
    /// `errno`, where the system refused.
    package var systemCode: Int32?
    package var cause: JSONError?

    package init(_ code: Code, _ message: String, systemCode: Int32? = nil, cause: JSONError? = nil) {
        self.code = code
        self.message = message
        self.systemCode = systemCode
        self.cause = cause
    }

    /// A line that its format's reader refused.
    package static func invalidLine(_ number: Int, of file: String, _ cause: JSONError, remedy: String) -> ImportError {
        ImportError(.invalidLine, "\(file), line \(number): \(cause); \(remedy)", cause: cause)
    }

    package var description: String { self.message }
}
