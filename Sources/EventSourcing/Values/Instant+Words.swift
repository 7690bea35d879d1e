extension Instant {
    /// What a text has to look like for `init(words:now:)`.
    package static let wordForms =
        "a time such as 2025-08-01T16:20:44Z, 2025-08-01 16:20, 2025-08-01, now, yesterday or 2 hours ago"

    /// Reads a time as people write it: RFC 3339; the same without a zone or without seconds, which means UTC; a date,
    /// which means its first moment in UTC; `now`, `today`, `yesterday`, or `2 hours ago`. JSON takes the times that are
    /// written, never the words: they would mean another time whenever it is read.
    /// - Parameter now: what the words count from.
    package init?(words text: String, now: Instant) {
        var words = text.split(whereSeparator: \.isWhitespace).map { $0.lowercased() }
        if let instant = Self(written: words.joined(separator: " ")) {
            self = instant
            return
        }
        switch words {
        case ["now"]: self = now
        case ["today"]: self = now.day.start
        case ["yesterday"]: self = now.day.advanced(byDays: -1).start
        case ["tomorrow"]: self = now.day.advanced(byDays: 1).start
        default:
            guard words.count == 3, words.removeLast() == "ago" else { return nil }
            let count = ["a", "an", "one"].contains(words[0]) ? 1 : Int64(words[0])
            guard let count, (0...100_000_000).contains(count) else { return nil }
            guard let instant = now.earlier(by: count, words[1]) else { return nil }
            self = instant
        }
        guard (1...9999).contains(self.day.yearMonthDay.year) else { return nil }
    }

    /// Reads RFC 3339, also without a zone, which means UTC, or without seconds; or a date.
    package init?(written text: String) {
        let text = text.uppercased()
        if let instant = Instant(text) {
            self = instant
            return
        }
        // `2025-08-01T16:20`, perhaps with a zone behind it.
        let minutes = text.prefix(16)
        guard minutes.utf8.count == 16 else { return nil }
        let rest = text.dropFirst(16)
        let hasSeconds = rest.first == ":"
        let full = hasSeconds ? text : "\(minutes):00\(rest)"
        guard let instant = Instant(full) ?? Instant(full + "Z") else { return nil }
        self = instant
    }

    private func earlier(by count: Int64, _ unit: String) -> Instant? {
        switch unit.hasSuffix("s") ? String(unit.dropLast()) : unit {
        case "second", "sec": self.advanced(bySeconds: -count)
        case "minute", "min": self.advanced(bySeconds: -count * 60)
        case "hour": self.advanced(bySeconds: -count * 3600)
        case "day": self.advanced(bySeconds: -count * 86_400)
        case "week": self.advanced(bySeconds: -count * 604_800)
        case "month": self.earlier(byMonths: Int(count))
        case "year": self.earlier(byMonths: Int(count) * 12)
        default: nil
        }
    }

    /// The same time of day; the month's last day where it has none of that number.
    private func earlier(byMonths count: Int) -> Instant? {
        let (year, month, day) = self.day.yearMonthDay
        let months = year * 12 + month - 1 - count
        guard months >= 12 else { return nil }
        let shifted = (0...3).lazy.compactMap { Day(year: months / 12, month: months % 12 + 1, day: day - $0) }.first
        guard let shifted else { return nil }
        return Instant(microseconds: shifted.start.microseconds + self.microseconds - self.day.start.microseconds)
    }

    /// A time as SQLite has it: one of the texts above, or a number, which is a Julian day or seconds since 1970, as its
    /// modifier `auto` reads it (sqlite.org/lang_datefunc.html). Smaller numbers than 1,000,000 are none: 2025 is a year.
    package init?(sqlite bytes: UnsafeRawBufferPointer) {
        if let instant = Instant(utf8: bytes) {
            self = instant
            return
        }
        // Nothing else begins with a digit and a time is no longer than its fraction and zone allow.
        guard let first = bytes.first, bytes.count < 64, first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9") else {
            return nil
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if let instant = Self(written: text) {
            self = instant
            return
        }
        guard let number = Double(text), number >= 1_000_000, number < 253_402_300_800 else { return nil }
        // 2440587.5 is the Julian day of 1970-01-01T00:00:00Z.
        let seconds = number < 5_373_484.5 ? (number - 2_440_587.5) * 86_400 : number
        self.init(microseconds: Int64((seconds * 1000).rounded()) * 1000)
    }
}
