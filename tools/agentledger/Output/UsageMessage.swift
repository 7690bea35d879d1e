/// What the parser of arguments says of wrong usage, in plain words.
enum UsageMessage {
    static func plain(_ message: String, arguments: some Collection<String>, verbs: [String]) -> String {
        if let match = message.wholeMatch(of: /Missing value for '(-[^ ']+)[^']*'.*/) {
            return self.missingValue(of: String(match.1), arguments) ?? message
        }
        if let match = message.wholeMatch(of: /Missing expected argument '([^']+)'.*/) {
            return "\(match.1) is missing"
        }
        if let match = message.wholeMatch(of: /The value '(.*)' is invalid for '(.*)'\. Please provide one of (.*)/) {
            let values = match.3.replacing("'", with: "")
            return "the value \"\(match.1)\" is invalid for \(match.2): it must be \(values)"
        }
        // Texts are judged by what takes them, with a reason; so it is a number.
        if message.contains(/^The value '[^']*' is invalid for '[^']*'$/) {
            return message + ": it must be a whole number that is not negative"
        }
        if let first = arguments.first, first.hasPrefix("-"), message.hasPrefix("Unknown option '\(first)'"),
            let verb = arguments.first(where: verbs.contains)
        {
            return message + ": options come after the command, as in agentledger \(verb) \(first)"
        }
        return message
    }

    /// The parser takes what begins with a dash for an option.
    private static func missingValue(of option: String, _ arguments: some Collection<String>) -> String? {
        let given = Array(arguments)
        for (name, next) in zip(given, given.dropFirst()) where name == option && next.hasPrefix("-") {
            if Double(next) != nil { return "\(option) is \(next); it must not be negative" }
            return "\(option) has no value: \"\(next)\" is read as an option; if it is the value, write "
                + "\(option)=\(next)"
        }
        return "\(option) has no value; it stands after the option"
    }
}
