import LedgerEvents

extension CronExpression {
    /// The last moment (UTC) at which it recurs behind `start` and up to and with `end`; nil when there is none.
    ///
    /// A day matches by its month and by its day of the month and of the week; where both are restricted, by either
    /// (crontab(5)). Looks at every day between, from the end: at most nine years of them.
    func latest(after start: Instant, through end: Instant) -> Instant? {
        guard start < end else { return nil }
        var day = end.day
        // A day that recurs at all does so within eight years and one: 29 February around 1900 or 2100.
        let first = max(start.day, day.advanced(byDays: -Self.longestGapDays))
        while day >= first {
            if self.matches(day), let moment = self.latestMoment(of: day, through: end) {
                return moment > start ? moment : nil
            }
            day = day.advanced(byDays: -1)
        }
        return nil
    }

    /// The first moment (UTC) behind `start` at which it recurs; nil when there is none. Looks at every day between, at
    /// most nine years of them.
    func next(after start: Instant) -> Instant? {
        var day = start.day
        let last = day.advanced(byDays: Self.longestGapDays)
        while day <= last {
            if self.matches(day), let moment = self.firstMoment(of: day, after: start) { return moment }
            day = day.advanced(byDays: 1)
        }
        return nil
    }

    private func firstMoment(of day: Day, after start: Instant) -> Instant? {
        for hour in 0..<24 where self.fields[1] & 1 << UInt64(hour) != 0 {
            for minute in 0..<60 where self.fields[0] & 1 << UInt64(minute) != 0 {
                let moment = day.start.advanced(bySeconds: Int64(hour * 3600 + minute * 60))
                if moment > start { return moment }
            }
        }
        return nil
    }

    private static let longestGapDays: Int32 = 9 * 366

    private func latestMoment(of day: Day, through end: Instant) -> Instant? {
        let minutesOfEnd = end.day == day ? (end.microseconds - day.start.microseconds) / 60_000_000 : 1439
        for hour in stride(from: minutesOfEnd / 60, through: 0, by: -1) where self.fields[1] & 1 << UInt64(hour) != 0 {
            let last = hour == minutesOfEnd / 60 ? minutesOfEnd % 60 : 59
            for minute in stride(from: last, through: 0, by: -1) where self.fields[0] & 1 << UInt64(minute) != 0 {
                return day.start.advanced(bySeconds: hour * 3600 + minute * 60)
            }
        }
        return nil
    }

    private func matches(_ day: Day) -> Bool {
        let (_, month, dayOfMonth) = day.yearMonthDay
        guard self.fields[3] & 1 << UInt64(month) != 0 else { return false }
        let isDayOfMonth = self.fields[2] & 1 << UInt64(dayOfMonth) != 0
        // 1970-01-01 was a Thursday; Sunday is 0 and 7.
        let weekday = (Int(day.daysSince1970) % 7 + 11) % 7
        let isDayOfWeek = self.fields[4] & 1 << UInt64(weekday) != 0 || weekday == 0 && self.fields[4] & 1 << 7 != 0
        if self.isAnyDayOfMonth || self.isAnyDayOfWeek { return isDayOfMonth && isDayOfWeek }
        return isDayOfMonth || isDayOfWeek
    }
}
