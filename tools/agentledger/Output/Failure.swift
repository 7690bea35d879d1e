import AgentLedger
import LedgerEvents
import LedgerExporters
import LedgerImporters
import LedgerLog
import LedgerPostgres
import LedgerViews

/// What the command itself cannot do; printed as it stands. What modules throw speaks for itself.
struct Failure: Error, CustomStringConvertible {
    let description: String
    /// For programs: see `FailureReport`.
    let code: String

    init(_ message: String, code: String = "failed") {
        self.description = message
        self.code = code
    }
}

/// A failure as programs read it: one line of JSON on standard error, with the exit status and the words that people get.
enum FailureReport {
    static func json(_ code: String, _ message: String, status: Int32, help: String? = nil) -> String {
        var json = JSONWriter()
        json.beginObject()
        json.key("error")
        json.beginObject()
        json.key("code")
        json.string(code)
        json.key("message")
        json.string(message)
        json.key("exit_status")
        json.int(Int(status))
        if let help {
            json.key("help")
            json.string(help)
        }
        json.endObject()
        json.endObject()
        return json.text
    }

    /// The code of an error, in snake case; those of our modules have one.
    static func code(of error: any Error) -> String {
        switch error {
        case let error as Failure: error.code
        case let error as Rejection: error.reason.rawValue
        case let error as ExportError: error.code.rawValue
        case let error as LedgerError: self.word(error.code)
        case let error as EventLogError: self.word(error.code)
        case let error as ImportError: self.word(error.code)
        case let error as ViewsError: self.word(error.code)
        case let error as PostgresError: self.word(error.code)
        case is CommandError: "invalid_command"
        default: "failed"
        }
    }

    /// `conditionFailed(Position(7))` becomes `condition_failed`.
    private static func word(_ code: some Any) -> String {
        String(describing: code).prefix { $0 != "(" }.reduce(into: "") { word, letter in
            if letter.isUppercase { word += "_" }
            word += letter.lowercased()
        }
    }
}
