extension PostgreSQLDialect {
    /// The partition that a row with this time (microseconds since 1970) goes into, made where it is not there yet.
    package func createPartition(of table: TableDeclaration, in schema: Schema, at time: Int64) -> String {
        let month = CalendarMonth(at: time)
        let name = self.qualified("\(table.name)_\(month.words)", in: schema)
        let bounds = [month.start, month.next.start].map { self.literal(.timestamp($0)) }
        return "CREATE TABLE IF NOT EXISTS \(name) PARTITION OF \(self.qualified(table.name, in: schema)) "
            + "FOR VALUES FROM (\(bounds[0])) TO (\(bounds[1]))"
    }
}

/// A month of the proleptic Gregorian calendar, in UTC.
package struct CalendarMonth: Hashable, Sendable {
    /// Months since January of year 0.
    private var ordinal: Int64

    /// - Parameter time: microseconds since 1970.
    package init(at time: Int64) {
        let day = CalendarDay(daysSince1970: time.floorDivided(by: 86_400_000_000))
        self.ordinal = day.year * 12 + day.month - 1
    }

    /// Its first microsecond, since 1970.
    package var start: Int64 {
        CalendarDay.daysSince1970(year: self.year, month: self.month, day: 1) * 86_400_000_000
    }

    package var next: CalendarMonth {
        var next = self
        next.ordinal += 1
        return next
    }

    private var year: Int64 { self.ordinal.floorDivided(by: 12) }
    private var month: Int64 { self.ordinal - self.year * 12 + 1 }

    /// `2025_08`; before the year 1, `bc0044_03`.
    var words: String {
        func padded(_ number: Int64, _ width: Int) -> String {
            String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
        }
        let year = self.year > 0 ? padded(self.year, 4) : "bc" + padded(1 - self.year, 4)
        return "\(year)_\(padded(self.month, 2))"
    }
}
