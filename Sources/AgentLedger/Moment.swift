import LedgerEvents

/// A place in the log as people say it: a position, a time of recording, or the end.
public enum Moment: Hashable, Sendable, CustomStringConvertible {
    case position(Position)
    /// The last event recorded at or before this time.
    case time(Instant)
    case end

    /// Reads a position, `end`, or a time in any form of `Instant.init(words:now:)`; `now` means the end.
    public init?(_ text: String, now: Instant) {
        if text == "end" || text == "now" {
            self = .end
        } else if let position = UInt64(text) {
            self = .position(Position(position))
        } else if let time = Instant(words: text, now: now) {
            self = .time(time)
        } else {
            return nil
        }
    }

    public var description: String {
        switch self {
        case .position(let position): position.description
        case .time(let instant): instant.description
        case .end: "end"
        }
    }
}
