import Glibc

/// Colours and weights, where a person is looking at a terminal and did not ask for none (https://no-color.org).
enum Style: String {
    case bold = "1"
    case boldRed = "1;31"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"

    static let isOn: Bool = {
        guard Terminal.isOutput else { return false }
        let asked = getenv("NO_COLOR").map { !String(cString: $0).isEmpty } ?? false
        let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? true
        return !asked && !isDumb
    }()

    /// The text so, or as it is where nothing is to be styled. Stands around what is measured already: it has no width.
    func callAsFunction(_ text: String) -> String { Self.isOn ? "\u{1B}[\(self.rawValue)m\(text)\u{1B}[0m" : text }
}
