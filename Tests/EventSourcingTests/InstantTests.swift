import LedgerEvents
import Seeded
import Testing

@Suite("Instants")
struct InstantTests {
    @Test(
        "are read with offsets, fractions, and as bare dates",
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01", 0),
            ("2025-08-01", 1_754_006_400_000_000),
            ("2025-08-01T16:20:44.332523Z", 1_754_065_244_332_523),
            ("2025-08-01T16:20:44.332523999Z", 1_754_065_244_332_523),
            ("2025-08-01T16:20:44.3z", 1_754_065_244_300_000),
            ("2025-08-01 16:20:44Z", 1_754_065_244_000_000),
            ("2025-08-01T18:20:44+02:00", 1_754_065_244_000_000),
            ("2025-08-01T10:50:44-05:30", 1_754_065_244_000_000),
            ("1969-12-31T23:59:59.999999Z", -1),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000_000),
            ("2000-02-29T00:00:00-00:00", 951_782_400_000_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
            ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ] as [(String, Int64)])
    func reading(text: String, microseconds: Int64) {
        #expect(Instant(text)?.microseconds == microseconds)
    }

    @Test(
        "are refused where they are no time of the years 1 to 9999",
        arguments: [
            "", "now", "2025-8-1", "2025-02-29", "2025-13-01", "2025-00-01", "2025-01-00", "2025-04-31", "0000-01-01",
            "-001-01-01", "-0001-01-01T00:00:00Z", "10000-01-01", "2025-08-01T", "2025-08-01T10", "2025-08-01T10:00Z",
            "2025-08-01T10:00:00", "2025-08-01T24:00:00Z", "2025-08-01T10:60:00Z", "2025-08-01T10:00:61Z",
            "2025-08-01T10:00:00.Z", "2025-08-01T10:00:00,5Z", "2025-08-01T10:00:00ZZ", "2025-08-01T10:00:00+2:00",
            "2025-08-01T10:00:00+0200", "2025-08-01T10:00:00+24:00", "2025-08-01T10:00:00+02:60",
            "2025-08-01x10:00:00Z", "2025-08-01T10:00:00Z ", " 2025-08-01", "٢٠٢٥-٠٨-٠١", "2100-02-29", "1900-02-29",
            "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        ])
    func refusal(text: String) {
        #expect(Instant(text) == nil)
    }

    @Test("the text of an instant reads back as the instant", arguments: [5 as UInt64])
    func roundTrip(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let first: Int64 = -62_135_596_800_000_000
        let last: Int64 = 253_402_300_799_999_999
        for _ in 0..<20_000 {
            let instant = Instant(microseconds: .random(in: first...last, using: &random))
            #expect(Instant(instant.description) == instant, "seed \(seed): \(instant)")
            let day = instant.day
            #expect(day.start <= instant && instant < day.advanced(byDays: 1).start, "seed \(seed): \(instant)")
        }
    }

    @Test("texts of instants sort as the instants do", arguments: [6 as UInt64])
    func order(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let instants = (0..<1000).map { _ in
            Instant(microseconds: .random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &random))
        }
        #expect(instants.sorted().map(\.description) == instants.map(\.description).sorted(), "seed \(seed)")
    }

    @Test("milliseconds between instants are rounded down, before and after")
    func milliseconds() {
        let start = Instant(microseconds: 1_000)
        #expect(Instant(microseconds: 2_999).milliseconds(since: start) == 1)
        #expect(Instant(microseconds: 999).milliseconds(since: start) == -1)
        #expect(Instant(microseconds: 0).milliseconds(since: start) == -1)
        #expect(start.milliseconds(since: start) == 0)
    }
}

@Suite("Days")
struct DayTests {
    @Test("every day from 1900 to 2100 is one after the last, by its own count and by the calendar's")
    func everyDay() throws {
        var day = try #require(Day("1900-01-01"))
        #expect(day.daysSince1970 == -25_567)
        var (year, month, number) = (1900, 1, 1)
        var monthStart = day
        while year <= 2100 {
            #expect(day.yearMonthDay == (year, month, number))
            #expect(Day(year: year, month: month, day: number) == day)
            #expect(Day(day.description) == day)
            #expect(day.start.day == day)
            #expect(day.startOfMonth == monthStart)
            let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
            let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
            #expect(day.startOfNextMonth == monthStart.advanced(byDays: Int32(length)))
            number += 1
            day = day.advanced(byDays: 1)
            if number > length {
                (number, month, monthStart) = (1, month + 1, day)
            }
            if month > 12 { (month, year) = (1, year + 1) }
        }
        #expect(day.description == "2101-01-01")
    }

    @Test("no day stands outside its month", arguments: [(2025, 2, 29), (2025, 4, 31), (2025, 0, 1), (0, 1, 1)])
    func invalid(year: Int, month: Int, day: Int) {
        #expect(Day(year: year, month: month, day: day) == nil)
    }
}
