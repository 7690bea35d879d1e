/// How a year outside 1…9999 is spelled.
enum CalendarForm {
    /// `0044-03-15 BC`, `12026-01-01`.
    case postgreSQL
    /// Expanded representation, ISO 8601-1:2019 section 4.4.1.2: `-0043-03-15`, `+12026-01-01`.
    case iso8601
}

extension RowBuffer {
    mutating func append(decimal value: Int64) {
        if value < 0 { self.append(UInt8(ascii: "-")) }
        self.append(digits: value.magnitude, width: 1)
    }

    /// At least `width` digits, with zeros in front.
    mutating func append(digits value: UInt64, width: Int) {
        var count = 1
        var bound: UInt64 = 10
        while count < 20, value >= bound {
            count += 1
            bound = count == 20 ? bound : bound * 10
        }
        count = max(count, width)
        self.append(count: count) { out in
            var rest = value
            for index in stride(from: count - 1, through: 0, by: -1) {
                let tenth = rest / 10
                out[index] = 48 + UInt8(truncatingIfNeeded: rest &- tenth &* 10)
                rest = tenth
            }
        }
    }

    /// The exact decimal, with all its `scale` digits: `1.500` for 1500 at scale 3.
    mutating func append(numeric unscaled: Int128, scale: UInt8) {
        if unscaled < 0 { self.append(UInt8(ascii: "-")) }
        let scale = Int(scale)
        let start = self.count
        self.append(wide: unscaled.magnitude, width: scale + 1)
        guard scale > 0 else { return }
        let digits = self.count - start
        self.append(count: 1) { end in
            // `end` is one past the last digit: the fraction moves up by one to make room for the point.
            for index in 0..<scale { end[-index] = end[-index - 1] }
            end[-scale] = UInt8(ascii: ".")
        }
        assert(digits > scale)
    }

    private mutating func append(wide value: UInt128, width: Int) {
        if let small = UInt64(exactly: value) { return self.append(digits: small, width: width) }
        let chunk: UInt128 = 1_000_000_000_000_000_000
        let (high, low) = value.quotientAndRemainder(dividingBy: chunk)
        self.append(wide: high, width: max(1, width - 18))
        self.append(digits: UInt64(low), width: 18)
    }

    mutating func append(uuid: UInt128) {
        self.append(count: 36) { out in
            var at = 0
            for nibble in 0..<32 {
                if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 {
                    out[at] = UInt8(ascii: "-")
                    at += 1
                }
                let word = nibble < 16 ? UInt64(truncatingIfNeeded: uuid >> 64) : UInt64(truncatingIfNeeded: uuid)
                let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (nibble & 15))) & 15
                out[at] = value < 10 ? 48 + value : 87 + value
                at += 1
            }
        }
    }

    mutating func append(hex bytes: [UInt8]) {
        for byte in bytes {
            self.append(Self.hexDigit(byte >> 4))
            self.append(Self.hexDigit(byte & 15))
        }
    }

    static func hexDigit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 48 + nibble : 87 + nibble }

    /// Swift's shortest digits that read back as the same number; `Infinity`, `-Infinity`, `NaN` as PostgreSQL spells
    /// them.
    mutating func append(double value: Double) {
        if value.isFinite { return self.append(value.description) }
        self.append(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    }

    /// `2026-01-02T03:04:05.678901Z`: always six digits, so that text order is time order.
    mutating func append(timestamp microseconds: Int64, as form: CalendarForm) {
        let perDay: Int64 = 86_400_000_000
        let day = CalendarDay(daysSince1970: microseconds.floorDivided(by: perDay))
        let rest = microseconds % perDay
        let ofDay = UInt64(rest < 0 ? rest + perDay : rest)
        self.append(day: day, as: form)
        self.append(UInt8(ascii: "T"))
        let seconds = ofDay / 1_000_000
        self.append(digits: seconds / 3_600, width: 2)
        self.append(UInt8(ascii: ":"))
        self.append(digits: seconds / 60 % 60, width: 2)
        self.append(UInt8(ascii: ":"))
        self.append(digits: seconds % 60, width: 2)
        self.append(UInt8(ascii: "."))
        self.append(digits: ofDay % 1_000_000, width: 6)
        self.append(UInt8(ascii: "Z"))
        if form == .postgreSQL, day.year < 1 { self.append(" BC") }
    }

    mutating func append(date days: Int32, as form: CalendarForm) {
        let day = CalendarDay(daysSince1970: Int64(days))
        self.append(day: day, as: form)
        if form == .postgreSQL, day.year < 1 { self.append(" BC") }
    }

    private mutating func append(day: CalendarDay, as form: CalendarForm) {
        switch form {
        case .postgreSQL:
            self.append(digits: UInt64(day.year < 1 ? 1 - day.year : day.year), width: 4)
        case .iso8601:
            if day.year < 0 { self.append(UInt8(ascii: "-")) }
            if day.year > 9_999 { self.append(UInt8(ascii: "+")) }
            self.append(digits: day.year.magnitude, width: 4)
        }
        self.append(UInt8(ascii: "-"))
        self.append(digits: UInt64(day.month), width: 2)
        self.append(UInt8(ascii: "-"))
        self.append(digits: UInt64(day.day), width: 2)
    }
}
