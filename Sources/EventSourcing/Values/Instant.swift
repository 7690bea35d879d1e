/// A moment: microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
public struct Instant: Hashable, Comparable, Sendable {
    public let microseconds: Int64

    @inlinable
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// 1970-01-01T00:00:00Z, and the value of a field that was absent.
    @inlinable
    public static var zero: Instant { Instant(microseconds: 0) }

    @inlinable
    public static func < (a: Instant, b: Instant) -> Bool { a.microseconds < b.microseconds }

    @inlinable
    public func advanced(bySeconds seconds: Int64) -> Instant {
        Instant(microseconds: self.microseconds + seconds * 1_000_000)
    }

    /// Wraps around beyond the range: durations come from outside, and must not stop the process.
    public func advanced(byMilliseconds milliseconds: Int) -> Instant {
        Instant(microseconds: self.microseconds &+ Int64(milliseconds) &* 1000)
    }

    /// Whole milliseconds from `earlier` to here, rounded down; negative when `earlier` is later.
    public func milliseconds(since earlier: Instant) -> Int64 {
        (self.microseconds - earlier.microseconds).floorDivided(by: 1000)
    }

    /// The UTC day this moment lies in.
    public var day: Day { Day(daysSince1970: Int32(clamping: self.microseconds.floorDivided(by: 86_400_000_000))) }
}

extension Instant: LosslessStringConvertible {
    /// RFC 3339 with microseconds and `Z`: `2025-08-01T16:20:44.332523Z`.
    public var description: String {
        let day = self.day
        let time = self.microseconds - Int64(day.daysSince1970) * 86_400_000_000
        let seconds = time / 1_000_000
        return "\(day)T\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
            + ".\(padded(time % 1_000_000, 6))Z"
    }

    /// Reads RFC 3339 of the years 1 to 9999 in UTC, with any number of fraction digits (cut after microseconds) and `Z` or an offset, or a bare
    /// date, which means its first moment in UTC.
    public init?(_ text: String) {
        var text = text
        guard let instant = text.withUTF8({ Instant(utf8: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = instant
    }

    init?(utf8 bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 10, let day = Day(utf8: UnsafeRawBufferPointer(rebasing: bytes[..<10])) else { return nil }
        if bytes.count == 10 {
            self = day.start
            return
        }
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: " "),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = digits(bytes[11..<13]), let minute = digits(bytes[14..<16]), let second = digits(bytes[17..<19]),
            hour < 24, minute < 60, second < 61
        else { return nil }
        var at = 19
        var fraction: Int64 = 0
        if bytes[at] == UInt8(ascii: ".") {
            at += 1
            var scale: Int64 = 100_000
            let first = at
            while at < bytes.count, let digit = digits(bytes[at...at]) {
                fraction += digit * scale
                scale /= 10
                at += 1
            }
            guard at > first else { return nil }
        }
        guard let offset = Self.offsetSeconds(bytes[at...]) else { return nil }
        let seconds = hour * 3600 + minute * 60 + second - offset
        self.init(microseconds: day.start.microseconds + seconds * 1_000_000 + fraction)
        // An offset may lead out of the years that a text can say.
        guard (1...9999).contains(self.day.yearMonthDay.year) else { return nil }
    }

    private static func offsetSeconds(_ zone: Slice<UnsafeRawBufferPointer>) -> Int64? {
        guard let sign = zone.first else { return nil }
        if sign == UInt8(ascii: "Z") || sign == UInt8(ascii: "z") { return zone.count == 1 ? 0 : nil }
        let start = zone.startIndex
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), zone.count == 6,
            zone[start + 3] == UInt8(ascii: ":"), let hours = digits(zone[start + 1..<start + 3]),
            let minutes = digits(zone[start + 4..<start + 6]), hours < 24, minutes < 60
        else { return nil }
        return (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }
}

func digits(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int64? {
    var value: Int64 = 0
    for byte in bytes {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        value = value * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    return value
}

func padded(_ value: some BinaryInteger, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
}

extension FixedWidthInteger {
    /// The quotient rounded towards negative infinity.
    func floorDivided(by divisor: Self) -> Self {
        let (quotient, remainder) = self.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
