/// An exact decimal number: a whole number of 1e-12. Range ±1.7e26.
///
/// Prices, quantities and scores from outside arrive as decimal text and never pass through `Double`. A text with digits
/// after the twelfth is refused, not rounded.
public struct ExactDecimal: Hashable, Comparable, Sendable {
    // Two halves, as in `ID`.
    @usableFromInline let high: Int64
    @usableFromInline let low: UInt64

    @inlinable
    public init(picos: Int128) {
        self.high = Int64(truncatingIfNeeded: picos >> 64)
        self.low = UInt64(truncatingIfNeeded: picos)
    }

    @inlinable
    public init(_ whole: Int) { self.init(picos: Int128(whole) * 1_000_000_000_000) }

    /// Billionths of a thousandth: the value times 10^12.
    @inlinable
    public var picos: Int128 { Int128(self.high) << 64 | Int128(self.low) }

    @inlinable
    public static var zero: ExactDecimal { ExactDecimal(picos: 0) }
    public static let digitsAfterPoint = 12
    public static let picosPerUnit: Int128 = 1_000_000_000_000

    public static func < (a: ExactDecimal, b: ExactDecimal) -> Bool { a.picos < b.picos }
    public static func + (a: ExactDecimal, b: ExactDecimal) -> ExactDecimal { ExactDecimal(picos: a.picos + b.picos) }
    public static func - (a: ExactDecimal, b: ExactDecimal) -> ExactDecimal { ExactDecimal(picos: a.picos - b.picos) }
    public static func += (a: inout ExactDecimal, b: ExactDecimal) { a = a + b }
    public static func -= (a: inout ExactDecimal, b: ExactDecimal) { a = a - b }

    /// The nearest multiple of 10^-`digits`; a tie goes to the even neighbour (IEEE 754 roundTiesToEven).
    public func rounded(toDigits digits: Int) -> ExactDecimal {
        let step = Self.powersOfTen[Self.digitsAfterPoint - digits]
        return ExactDecimal(picos: Self.dividedHalfEven(self.picos, by: step) * step)
    }

    /// The quotient rounded half to even. `divisor` is positive.
    public static func dividedHalfEven(_ value: Int128, by divisor: Int128) -> Int128 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        let twice = remainder.magnitude * 2
        if twice < divisor.magnitude || (twice == divisor.magnitude && quotient % 2 == 0) { return quotient }
        return value < 0 ? quotient - 1 : quotient + 1
    }

    static let powersOfTen: [Int128] = (0...37).map { exponent in (0..<exponent).reduce(1) { power, _ in power * 10 } }
    static let unsignedPowersOfTen: [UInt128] = (0...38).map { exponent in
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }
}

extension ExactDecimal: LosslessStringConvertible {
    /// The shortest exact text: `2`, `0.5`, `-0.000000000001`.
    public var description: String {
        let (whole, fraction) = self.picos.magnitude.quotientAndRemainder(dividingBy: Self.picosPerUnit.magnitude)
        let sign = self.picos < 0 ? "-" : ""
        guard fraction != 0 else { return "\(sign)\(whole)" }
        var text = padded(fraction, Self.digitsAfterPoint)
        while text.utf8.last == UInt8(ascii: "0") { text.removeLast() }
        return "\(sign)\(whole).\(text)"
    }

    /// With exactly `digits` digits after the point, the rest cut off (round first).
    public func formatted(digits: Int) -> String {
        let (whole, fraction) = self.picos.magnitude.quotientAndRemainder(dividingBy: Self.picosPerUnit.magnitude)
        let sign = self.picos < 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        return "\(sign)\(whole).\(padded(fraction, Self.digitsAfterPoint).prefix(digits))"
    }

    /// Reads the text exactly; nil if it is not a number, does not fit, or has digits after the twelfth.
    public init?(_ text: String) {
        var text = text
        guard case .exact(let value) = text.withUTF8({ Self.parse(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = value
    }

    /// Reads the text, rounding half to even at the twelfth digit; nil if it is not a number or does not fit. Only for
    /// measured values, such as costs that a tracing library writes as doubles, whose own text is kept elsewhere.
    public init?(rounding text: String) {
        var text = text
        switch text.withUTF8({ Self.parse(UnsafeRawBufferPointer($0)) }) {
        case .exact(let value), .rounded(let value): self = value
        case .invalid: return nil
        }
    }

    /// The result of reading decimal text.
    public enum Parsed: Hashable, Sendable {
        case exact(ExactDecimal)
        /// The text has digits after the twelfth; this is the nearest decimal, ties to even.
        case rounded(ExactDecimal)
        /// Not a number, or one that does not fit.
        case invalid

        /// The exact or the rounded value.
        public var nearest: ExactDecimal? {
            switch self {
            case .exact(let value), .rounded(let value): value
            case .invalid: nil
            }
        }
    }

    /// Reads decimal text with optional fraction and exponent.
    public static func parse(_ bytes: UnsafeRawBufferPointer) -> Parsed {
        var scanner = DecimalScanner(bytes)
        guard let value = scanner.scan() else { return .invalid }
        return scanner.isExact ? .exact(value) : .rounded(value)
    }
}

/// Reads `[-+]digits[.digits][e[-+]digits]` into as many digits as 128 bits hold and a power of ten.
private struct DecimalScanner {
    let bytes: UnsafeRawBufferPointer
    var at = 0
    private var mantissa: UInt128 = 0
    /// Of ten, over the mantissa, in picos.
    private var exponent = ExactDecimal.digitsAfterPoint
    /// What the mantissa had no room for. Where there is any, the mantissa times ten is out of range.
    private var firstDropped: UInt8 = 0
    private var isRestZero = true
    private var dropped = 0
    /// False once a digit other than 0 was rounded away.
    private(set) var isExact = true

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func scan() -> ExactDecimal? {
        let negative = self.take("-")
        if !negative { _ = self.take("+") }
        guard self.scanDigits() else { return nil }
        if self.take("e") || self.take("E") {
            guard let power = self.power() else { return nil }
            self.exponent += power
        }
        guard self.at == self.bytes.count, let magnitude = self.roundedPicos() else { return nil }
        if negative {
            guard magnitude <= Int128.min.magnitude else { return nil }
            return ExactDecimal(picos: Int128(truncatingIfNeeded: 0 &- magnitude))
        }
        return Int128(exactly: magnitude).map { ExactDecimal(picos: $0) }
    }

    /// False where there is no digit.
    private mutating func scanDigits() -> Bool {
        var count = 0
        var pointSeen = false
        while self.at < self.bytes.count {
            let byte = self.bytes[self.at]
            if byte == UInt8(ascii: "."), !pointSeen {
                pointSeen = true
            } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                count += 1
                self.add(byte - UInt8(ascii: "0"), isFraction: pointSeen)
            } else {
                break
            }
            self.at += 1
        }
        return count > 0
    }

    private mutating func add(_ digit: UInt8, isFraction: Bool) {
        if self.dropped == 0, self.mantissa <= (UInt128.max - 9) / 10 {
            self.mantissa = self.mantissa * 10 + UInt128(digit)
            if isFraction { self.exponent -= 1 }
            return
        }
        self.dropped += 1
        if self.dropped == 1 {
            self.firstDropped = digit
        } else if digit != 0 {
            self.isRestZero = false
        }
        if !isFraction { self.exponent += 1 }
    }

    /// The magnitude, rounded half to even; nil when 128 bits do not hold it.
    private mutating func roundedPicos() -> UInt128? {
        let powers = ExactDecimal.unsignedPowersOfTen
        if self.mantissa == 0 { return 0 }
        self.isExact = self.firstDropped == 0 && self.isRestZero
        if self.exponent > 0 {
            guard self.exponent < powers.count else { return nil }
            let (product, overflow) = self.mantissa.multipliedReportingOverflow(by: powers[self.exponent])
            return overflow ? nil : product
        }
        if self.exponent == 0 {
            let isTie = self.firstDropped == 5 && self.isRestZero
            let up = isTie ? self.mantissa % 2 == 1 : self.firstDropped >= 5
            return self.mantissa.addingReportingOverflow(up ? 1 : 0).partialValue
        }
        guard -self.exponent < powers.count else {
            self.isExact = false
            return 0
        }
        let (quotient, rest) = self.mantissa.quotientAndRemainder(dividingBy: powers[-self.exponent])
        if rest != 0 { self.isExact = false }
        let half = powers[-self.exponent] / 2
        let isTie = rest == half && self.firstDropped == 0 && self.isRestZero
        return quotient + ((isTie ? quotient % 2 == 1 : rest >= half) ? 1 : 0)
    }

    private mutating func power() -> Int? {
        let negative = self.take("-")
        if !negative { _ = self.take("+") }
        var value = 0
        let first = self.at
        while self.at < self.bytes.count, case let byte = self.bytes[self.at],
            byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9")
        {
            value = min(10_000, value * 10 + Int(byte - UInt8(ascii: "0")))
            self.at += 1
        }
        guard self.at > first else { return nil }
        return negative ? -value : value
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard self.at < self.bytes.count, self.bytes[self.at] == UInt8(ascii: character) else { return false }
        self.at += 1
        return true
    }
}
