import LedgerEvents

/// Why facts could not be read in: `code` to switch on, `message` to show, naming the file, the line and the remedy.
package struct ImportError: CodedFailure, Hashable {
    package enum Code: String, FailureCode {
        /// There is no such file.
        case missing
        /// The file may not be read by this user, or a table by this role.
        case notPermitted = "not_permitted"
        /// It is a directory.
        case notAFile = "not_a_file"
        /// Reading failed; `systemCode` tells how.
        case unreadable
        /// The compressed data ends before its end.
        case truncated
        /// The compressed data is not gzip, or was changed.
        case damaged
        case lineTooLong = "line_too_long"
        /// A line is not what its format says; `syntax` says where.
        case invalidLine = "invalid_line"
        /// The file is of another form than requests in lines or protobuf; the message names the form.
        case foreign
        /// What is given as a platform's database does not name one whose tables can be adopted.
        case invalidAddress = "invalid_address"
        /// Row-level security hides rows of the database from the role that reads it.
        case rowsHidden = "rows_hidden"
        /// The database cannot be read; the message says what it answered.
        case database

        package var category: FailureCategory {
            switch self {
            case .notAFile, .lineTooLong, .invalidLine, .foreign, .invalidAddress: .caller
            case .missing: .notFound
            case .notPermitted, .unreadable, .rowsHidden, .database: .environment
            case .truncated, .damaged: .damage
            }
        }
    }

    package var code: Code
    package var message: String
    /// `errno`, where the system refused.
    package var systemCode: Int32?
    package var syntax: JSONError?

    package init(_ code: Code, _ message: String, systemCode: Int32? = nil, syntax: JSONError? = nil) {
        self.code = code
        self.message = message
        self.systemCode = systemCode
        self.syntax = syntax
    }

    /// A line that its format's reader refused.
    package static func invalidLine(_ number: Int, of file: String, _ syntax: JSONError, remedy: String) -> ImportError
    {
        ImportError(.invalidLine, "\(file), line \(number): \(syntax); \(remedy)", syntax: syntax)
    }

    package var cause: (any Error)? { self.syntax }
}
