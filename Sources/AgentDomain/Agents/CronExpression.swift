import LedgerEvents

/// When something recurs: minute, hour, day of the month, month, day of the week (crontab(5)).
///
/// A field is a list of `*`, numbers and ranges, each with an optional step: `*/15`, `1-5`, `0,30`, `8-18/2`. Months and
/// days of the week have names too: `jan`, `mon-fri`. `@monthly` and its like stand for all five fields.
struct CronExpression: Hashable {
    /// For each field the values that match, as a bit set.
    private(set) var fields: [UInt64] = []
    /// Whether the day of the month, or of the week, begins with `*`: then a day has to match both, else either.
    private(set) var isAnyDayOfMonth = false
    private(set) var isAnyDayOfWeek = false

    private struct Range {
        var name: String
        var values: ClosedRange<Int>
        /// Of the first values.
        var names: [String] = []
    }

    private static let ranges = [
        Range(name: "minute", values: 0...59), Range(name: "hour", values: 0...23),
        Range(name: "day of the month", values: 1...31),
        Range(
            name: "month", values: 1...12,
            names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        Range(name: "day of the week", values: 0...7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ]

    private static let shorthands = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]

    /// - Parameter field: that the text stands in, for what is said where it is none.
    init(_ text: String, field: String = "schedule") throws(Rejection) {
        let parts = (Self.shorthands[text.lowercased()] ?? text).split(separator: " ")
        guard parts.count == Self.ranges.count, text.utf8.count <= 255 else {
            throw .invalid(
                field,
                "\"\(text)\" must be five fields: minute, hour, day of the month, month, day of the week; or one of "
                    + Self.shorthands.keys.sorted().joined(separator: ", "))
        }
        for (part, range) in zip(parts, Self.ranges) {
            guard let values = Self.values(of: part, in: range) else {
                throw .invalid(
                    field,
                    "has \"\(part)\" as its \(range.name); allowed: *, numbers in "
                        + "\(range.values.lowerBound)-\(range.values.upperBound)"
                        + (range.names.isEmpty ? "" : ", names such as \(range.names[1])") + ", lists, ranges and steps"
                )
            }
            self.fields.append(values)
        }
        self.isAnyDayOfMonth = parts[2].hasPrefix("*")
        self.isAnyDayOfWeek = parts[4].hasPrefix("*")
        guard self.occurs else { throw .invalid(field, "\"\(text)\" never occurs: no such month has such a day") }
    }

    /// Whether any month has such a day: not on 30 February, whatever the year.
    private var occurs: Bool {
        if !self.isAnyDayOfMonth, !self.isAnyDayOfWeek { return true }
        let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...12).contains { month in
            self.fields[3] & 1 << UInt64(month) != 0
                && (1...lengths[month - 1]).contains { self.fields[2] & 1 << UInt64($0) != 0 }
        }
    }

    private static func values(of list: Substring, in range: Range) -> UInt64? {
        var values: UInt64 = 0
        for element in list.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = element.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count <= 2, let span = self.span(of: parts[0], in: range, isStepped: parts.count == 2),
                let step = parts.count == 2 ? self.number(parts[1], in: 1...range.values.upperBound) : 1
            else { return nil }
            for value in stride(from: span.lowerBound, through: span.upperBound, by: step) {
                values |= 1 << UInt64(value)
            }
        }
        return values
    }

    /// `*`, `a-b`, or `a`, which with a step means from `a` on.
    private static func span(
        of text: Substring, in range: Range, isStepped: Bool
    ) -> ClosedRange<Int>? {
        if text == "*" { return range.values }
        let bounds = text.split(separator: "-", omittingEmptySubsequences: false).map { self.value($0, in: range) }
        guard bounds.count <= 2, let first = bounds[0] else { return nil }
        if bounds.count == 1 { return first...(isStepped ? range.values.upperBound : first) }
        guard var last = bounds[1] else { return nil }
        // Sunday ends a week as well as it begins one: `fri-sun`.
        if last == 0, range.values == 0...7, first > 0 { last = 7 }
        return first <= last ? first...last : nil
    }

    private static func value(_ text: Substring, in range: Range) -> Int? {
        if let place = range.names.firstIndex(of: text.lowercased()) { return range.values.lowerBound + place }
        return self.number(text, in: range.values)
    }

    private static func number(_ text: Substring, in range: ClosedRange<Int>) -> Int? {
        guard (1...2).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let value = Int(text), range.contains(value)
        else { return nil }
        return value
    }
}
