/// An exact decimal number: a whole number of 1e-12. Range ±1.7e26.
///
/// Prices, quantities and scores from outside arrive as decimal text and never pass through `Double`.
public struct Decimal: Hashable, Comparable, Sendable {
    /// Billionths of a thousandth: the value times 10^12.
    public let picos: Int128

    @inlinable
    public init(picos: Int128) { self.picos = picos }

    @inlinable
    public init(_ whole: Int) { self.picos = Int128(whole) * 1_000_000_000_000 }

    public static let zero = Decimal(picos: 0)
    public static let digitsAfterPoint = 12
    public static let picosPerUnit: Int128 = 1_000_000_000_000

    public static func < (a: Decimal, b: Decimal) -> Bool { a.picos < b.picos }
    public static func + (a: Decimal, b: Decimal) -> Decimal { Decimal(picos: a.picos + b.picos) }
    public static func - (a: Decimal, b: Decimal) -> Decimal { Decimal(picos: a.picos - b.picos) }
    public static func += (a: inout Decimal, b: Decimal) { a = a + b }
    public static func -= (a: inout Decimal, b: Decimal) { a = a - b }

    /// The nearest multiple of 10^-`digits`; a tie goes to the even neighbour (IEEE 754 roundTiesToEven).
    public func rounded(toDigits digits: Int) -> Decimal {
        let step = Self.powersOfTen[Self.digitsAfterPoint - digits]
        return Decimal(picos: Self.dividedHalfEven(self.picos, by: step) * step)
    }

    /// The quotient rounded half to even. `divisor` is positive.
    public static func dividedHalfEven(_ value: Int128, by divisor: Int128) -> Int128 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        let twice = remainder.magnitude * 2
        if twice < divisor.magnitude || (twice == divisor.magnitude && quotient % 2 == 0) { return quotient }
        return value < 0 ? quotient - 1 : quotient + 1
    }

    static let powersOfTen: [Int128] = (0...37).map { exponent in (0..<exponent).reduce(1) { power, _ in power * 10 } }
}

extension Decimal: LosslessStringConvertible {
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

    public init?(_ text: String) {
        var text = text
        guard let value = text.withUTF8({ Self.parse(UnsafeRawBufferPointer($0)) }) else { return nil }
        self = value
    }

    /// Reads decimal text with optional fraction and exponent, rounding half to even at the twelfth digit; nil when
    /// it is not a number or does not fit.
    public static func parse(_ bytes: UnsafeRawBufferPointer) -> Decimal? {
        var scanner = DecimalScanner(bytes)
        return scanner.scan()
    }
}

/// Reads `[-+]digits[.digits][e[-+]digits]` into at most 30 significant digits and a power of ten.
private struct DecimalScanner {
    let bytes: UnsafeRawBufferPointer
    var at = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func scan() -> Decimal? {
        let negative = self.take("-")
        if !negative { _ = self.take("+") }
        var mantissa: Int128 = 0
        var exponent = Decimal.digitsAfterPoint
        var sticky = false
        var count = 0
        var pointSeen = false
        while self.at < self.bytes.count {
            let byte = self.bytes[self.at]
            if byte == UInt8(ascii: "."), !pointSeen {
                pointSeen = true
            } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                count += 1
                if mantissa < Decimal.powersOfTen[30] {
                    mantissa = mantissa * 10 + Int128(byte - UInt8(ascii: "0"))
                    if pointSeen { exponent -= 1 }
                } else {
                    sticky = sticky || byte != UInt8(ascii: "0")
                    if !pointSeen { exponent += 1 }
                }
            } else {
                break
            }
            self.at += 1
        }
        guard count > 0 else { return nil }
        if self.take("e") || self.take("E") {
            guard let power = self.exponent() else { return nil }
            exponent += power
        }
        guard self.at == self.bytes.count else { return nil }
        return Self.scaled(mantissa, exponent, sticky).map { Decimal(picos: negative ? -$0 : $0) }
    }

    private static func scaled(_ mantissa: Int128, _ exponent: Int, _ sticky: Bool) -> Int128? {
        if mantissa == 0 { return 0 }
        if exponent >= 0 {
            guard exponent <= 37 else { return nil }
            let (product, overflow) = mantissa.multipliedReportingOverflow(by: Decimal.powersOfTen[exponent])
            return overflow ? nil : product
        }
        guard exponent >= -37 else { return 0 }
        let divisor = Decimal.powersOfTen[-exponent]
        // Digits beyond the thirtieth only matter to break a tie upwards.
        let tie = sticky && mantissa % divisor == divisor / 2
        return Decimal.dividedHalfEven(tie ? mantissa + 1 : mantissa, by: divisor)
    }

    private mutating func exponent() -> Int? {
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
