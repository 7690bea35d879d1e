import EventSourcing

/// When something recurs: minute, hour, day of the month, month, day of the week (crontab(5), without names).
///
/// A field is a list of `*`, numbers and ranges, the last two with an optional step: `*/15`, `1-5`, `0,30`, `8-18/2`.
struct CronExpression: Hashable {
    /// For each field the values that match, as a bit set.
    private(set) var fields: [UInt64] = []

    private static let ranges: [(name: String, values: ClosedRange<Int>)] = [
        ("minute", 0...59), ("hour", 0...23), ("day of the month", 1...31), ("month", 1...12),
        ("day of the week", 0...7),
    ]

    /// - Parameter field: that the text stands in, for what is said where it is none.
    init(_ text: String, field: String = "schedule") throws(Rejection) {
        let parts = text.split(separator: " ")
        guard parts.count == Self.ranges.count, text.utf8.count <= 255 else {
            throw .invalid(
                field, "\"\(text)\" must be five fields: minute, hour, day of the month, month, day of the week")
        }
        for (part, range) in zip(parts, Self.ranges) {
            guard let values = Self.values(of: part, in: range.values) else {
                throw .invalid(
                    field,
                    "has \"\(part)\" as its \(range.name); allowed: *, numbers in "
                        + "\(range.values.lowerBound)-\(range.values.upperBound), lists, ranges and steps")
            }
            self.fields.append(values)
        }
    }

    private static func values(of list: Substring, in range: ClosedRange<Int>) -> UInt64? {
        var values: UInt64 = 0
        for element in list.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = element.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count <= 2, let span = self.span(of: parts[0], in: range, isStepped: parts.count == 2),
                let step = parts.count == 2 ? self.number(parts[1], in: 1...range.upperBound) : 1
            else { return nil }
            for value in stride(from: span.lowerBound, through: span.upperBound, by: step) {
                values |= 1 << UInt64(value)
            }
        }
        return values
    }

    /// `*`, `a-b`, or `a`, which with a step means from `a` on.
    private static func span(
        of text: Substring, in range: ClosedRange<Int>, isStepped: Bool
    ) -> ClosedRange<Int>? {
        if text == "*" { return range }
        let bounds = text.split(separator: "-", omittingEmptySubsequences: false).map { self.number($0, in: range) }
        guard bounds.count <= 2, let first = bounds[0] else { return nil }
        if bounds.count == 1 { return first...(isStepped ? range.upperBound : first) }
        guard let last = bounds[1], first <= last else { return nil }
        return first...last
    }

    private static func number(_ text: Substring, in range: ClosedRange<Int>) -> Int? {
        guard (1...2).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let value = Int(text), range.contains(value)
        else { return nil }
        return value
    }
}
