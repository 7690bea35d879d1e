import LedgerEvents
import LedgerLog

/// Refuses a reading of the machine's clock that cannot be right: once recorded, a time in the far future would stand
/// over every later event, since recording times never decrease.
package struct ClockLimit: Sendable {
    package init() {}

    /// About when this version was made.
    private static let madeAt = Instant("2026-01-01T00:00:00Z") ?? .zero
    private static let year: Int64 = 366 * 86_400

    /// What is wrong with a time of recording behind another; nil if nothing is.
    /// - Parameter last: `.min` microseconds for an empty log.
    func refusal(of time: Instant, after last: Instant, in path: String) -> EventLogError? {
        let isEmpty = last.microseconds == .min
        let limit = isEmpty ? Self.madeAt.advanced(bySeconds: 10 * Self.year) : last.advanced(bySeconds: Self.year)
        guard time > limit else { return nil }
        return EventLogError(
            .implausibleClock,
            "appending to \(path): the machine's clock says \(time), "
                + (isEmpty
                    ? "more than ten years after this version was made"
                    : "more than a year after the last recording, \(last)")
                + "; set the clock, or give --accept-clock if it is right: a recorded time is never taken back")
    }
}
