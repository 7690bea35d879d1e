import LedgerEvents
import Testing

@Suite("Times in words")
struct InstantWordsTests {
    /// A Friday.
    static let now = Instant("2026-05-15T10:20:30.5Z") ?? .zero

    @Test(
        "are RFC 3339 with and without a zone, dates, and what counts from now",
        arguments: [
            ("2025-08-01T16:20:44.332523Z", "2025-08-01T16:20:44.332523Z"),
            ("2025-08-01T16:20:44+02:00", "2025-08-01T14:20:44.000000Z"),
            ("2025-08-01T16:20:44", "2025-08-01T16:20:44.000000Z"),
            ("2025-08-01 16:20:44.5", "2025-08-01T16:20:44.500000Z"),
            ("2025-08-01 16:20", "2025-08-01T16:20:00.000000Z"),
            ("2025-08-01t16:20z", "2025-08-01T16:20:00.000000Z"),
            ("2025-08-01T16:20-01:00", "2025-08-01T17:20:00.000000Z"),
            (" 2025-08-01 ", "2025-08-01T00:00:00.000000Z"),
            ("now", "2026-05-15T10:20:30.500000Z"),
            ("Today", "2026-05-15T00:00:00.000000Z"),
            ("yesterday", "2026-05-14T00:00:00.000000Z"),
            ("2 hours ago", "2026-05-15T08:20:30.500000Z"),
            ("1 hour ago", "2026-05-15T09:20:30.500000Z"),
            ("an hour ago", "2026-05-15T09:20:30.500000Z"),
            ("90 seconds ago", "2026-05-15T10:19:00.500000Z"),
            ("15  minutes ago", "2026-05-15T10:05:30.500000Z"),
            ("3 days ago", "2026-05-12T10:20:30.500000Z"),
            ("2 weeks ago", "2026-05-01T10:20:30.500000Z"),
            ("5 months ago", "2025-12-15T10:20:30.500000Z"),
            ("2 years ago", "2024-05-15T10:20:30.500000Z"),
        ])
    func reading(text: String, expected: String) {
        #expect(Instant(words: text, now: Self.now)?.description == expected)
    }

    @Test("a month ago is the month's last day where it has none of that number")
    func endOfMonth() {
        let now = Instant("2026-03-31T12:00:00Z") ?? .zero
        #expect(Instant(words: "1 month ago", now: now)?.description == "2026-02-28T12:00:00.000000Z")
        #expect(Instant(words: "25 months ago", now: now)?.description == "2024-02-29T12:00:00.000000Z")
    }

    @Test(
        "are refused where they are no time",
        arguments: [
            "", "soon", "2 hours", "hours ago", "two hours ago", "-2 hours ago", "2 fortnights ago", "2025-13-01",
            "2025-08-01T", "2025-08-01T16", "2025-08-01T24:00", "99999 years ago", "2025-08-01 16:20:44 ago", "12:30",
            "99999999999999999999 days ago",
        ])
    func refusal(text: String) {
        #expect(Instant(words: text, now: Self.now) == nil)
    }
}
