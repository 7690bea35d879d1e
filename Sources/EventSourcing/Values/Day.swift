/// A calendar day in UTC, proleptic Gregorian.
public struct Day: Hashable, Comparable, Sendable {
    public let daysSince1970: Int32

    @inlinable
    public init(daysSince1970: Int32) { self.daysSince1970 = daysSince1970 }

    /// 1970-01-01, and the value of a field that was absent.
    @inlinable
    public static var zero: Day { Day(daysSince1970: 0) }

    public static func < (a: Day, b: Day) -> Bool { a.daysSince1970 < b.daysSince1970 }

    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (1...Self.length(ofMonth: month, year: year)).contains(day)
        else { return nil }
        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(daysSince1970: Int32(era * 146_097 + dayOfEra - 719_468))
    }

    public var yearMonthDay: (year: Int, month: Int, day: Int) {
        let shifted = Int(self.daysSince1970) + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let index = (5 * dayOfYear + 2) / 153
        let month = index < 10 ? index + 3 : index - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * index + 2) / 5 + 1)
    }

    /// The first moment of the day.
    public var start: Instant { Instant(microseconds: Int64(self.daysSince1970) * 86_400_000_000) }

    public func advanced(byDays days: Int32) -> Day { Day(daysSince1970: self.daysSince1970 + days) }

    /// The first day of this day's month.
    public var startOfMonth: Day { self.advanced(byDays: Int32(1 - self.yearMonthDay.day)) }

    /// The first day of the month after this day's.
    public var startOfNextMonth: Day {
        let (year, month, _) = self.yearMonthDay
        return self.startOfMonth.advanced(byDays: Int32(Self.length(ofMonth: month, year: year)))
    }

    private static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Day: LosslessStringConvertible {
    /// `2025-08-31`.
    public var description: String {
        let (year, month, day) = self.yearMonthDay
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    public init?(_ text: String) {
        var text = text
        guard let day = text.withUTF8({ Day(utf8: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = day
    }

    init?(utf8 bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = digits(bytes[0..<4]), let month = digits(bytes[5..<7]), let day = digits(bytes[8..<10])
        else { return nil }
        self.init(year: Int(year), month: Int(month), day: Int(day))
    }
}
