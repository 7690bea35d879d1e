import ArgumentParser
import LedgerEvents
import LedgerExporters

/// A failure of the command itself. The library's failures are printed as they are.
struct Failure: LedgerFailure {
    let category: FailureCategory
    let code: String
    let message: String

    init(_ message: String, category: FailureCategory = .caller, code: String = "failed") {
        self.message = message
        self.category = category
        self.code = code
    }
}

/// An error as the command reports it: words for people, JSON for programs, and an exit status.
struct FailureReport {
    let message: String
    let code: String
    let category: FailureCategory
    let status: Int32
    /// The command that explains the usage.
    let help: String?

    /// An error other than wrong usage.
    init(_ error: any Error) {
        let failure = error as? any LedgerFailure
        self.message = Text.oneLine(plainReason(of: error))
        self.code = failure?.code ?? "failed"
        // Errors of other libraries mostly come from the operating system.
        self.category = failure?.category ?? .environment
        self.status = ExitCode.failure.rawValue
        self.help = nil
    }

    init(usage message: String, help: String) {
        self.message = Text.oneLine(message)
        self.code = "usage"
        self.category = .caller
        self.status = ExitCode.validationFailure.rawValue
        self.help = help
    }

    /// For people.
    var text: String { self.help.map { "\(self.message); see \($0)" } ?? self.message }

    /// For programs: one line.
    var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.key("error")
        json.beginObject()
        json.key("code")
        json.string(self.code)
        json.key("category")
        json.string(self.category.rawValue)
        json.key("message")
        json.string(self.message)
        json.key("exit_status")
        json.int(Int(self.status))
        if let help {
            json.key("help")
            json.string(help)
        }
        json.endObject()
        json.endObject()
        return json.text
    }

    /// Prints it on standard error.
    func print(asJSON: Bool) {
        if asJSON { Diagnostics.note(self.json) } else { Diagnostics.say(self.text) }
    }
}
