/// What the text of a JSON number is worth. The text is validated before.
enum JSONNumber {
    /// Sign and magnitude of a number of integral value; nil for a fraction, or beyond 64 bits.
    static func integer(_ text: UnsafeRawBufferPointer) -> (isNegative: Bool, magnitude: UInt64)? {
        let isNegative = text.first == UInt8(ascii: "-")
        var magnitude: UInt64 = 0
        if text.count <= 19, let digits = Self.upTo19Digits(text, from: isNegative ? 1 : 0) {
            return (isNegative, digits)
        }
        for index in (isNegative ? 1 : 0)..<text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return Decimal(text).integer.map { (isNegative, $0) } }
            let (tenfold, overflowed) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carried) = tenfold.addingReportingOverflow(UInt64(digit))
            // A number that is longer than 64 bits may still come back by its exponent: 100000000000000000000e-2.
            if overflowed || carried { return Decimal(text).integer.map { (isNegative, $0) } }
            magnitude = sum
        }
        return (isNegative, magnitude)
    }

    /// The value of digits that cannot overflow; nil where another character stands among them.
    private static func upTo19Digits(_ text: UnsafeRawBufferPointer, from start: Int) -> UInt64? {
        var value: UInt64 = 0
        for index in start..<text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value &* 10 &+ UInt64(digit)
        }
        return value
    }

    /// The nearest double; infinite beyond its range.
    static func double(_ text: UnsafeRawBufferPointer) -> Double {
        let decimal = Decimal(text)
        // Clinger's fast path: both operands are exact, so one operation rounds once.
        if !decimal.isTruncated, decimal.digits < 1 << 53, decimal.exponent.magnitude <= 22 {
            let digits = Double(decimal.digits)
            let power = Self.powersOfTen[Int(decimal.exponent.magnitude)]
            let value = decimal.exponent < 0 ? digits / power : digits * power
            return text.first == UInt8(ascii: "-") ? -value : value
        }
        return Double(String(decoding: text, as: UTF8.self)) ?? .infinity
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// `digits` x 10^`exponent`, without trailing zeros, unless the number has more than 19 significant digits.
    private struct Decimal {
        var digits: UInt64 = 0
        var exponent = 0
        var isTruncated = false

        init(_ text: UnsafeRawBufferPointer) {
            var zeros = 0
            var isFraction = false
            var index = text.first == UInt8(ascii: "-") ? 1 : 0
            while index < text.count {
                let byte = text[index]
                index += 1
                if byte == UInt8(ascii: ".") {
                    isFraction = true
                    continue
                }
                let digit = byte &- UInt8(ascii: "0")
                guard digit < 10 else {
                    self.exponent += Self.writtenExponent(text, from: index)
                    break
                }
                if isFraction { self.exponent -= 1 }
                // Zeros wait until a digit follows: trailing ones go to the exponent.
                if digit == 0 {
                    zeros += 1
                    continue
                }
                self.append(zeros: zeros, then: digit)
                zeros = 0
            }
            self.exponent += zeros
            if self.digits == 0 && !self.isTruncated { self.exponent = 0 }
        }

        private mutating func append(zeros: Int, then digit: UInt8) {
            guard !self.isTruncated else { return }
            if self.digits != 0 {
                for _ in 0..<min(zeros, 20) { self.shift(adding: 0) }
            }
            self.shift(adding: UInt64(digit))
        }

        private mutating func shift(adding digit: UInt64) {
            let (tenfold, overflowed) = self.digits.multipliedReportingOverflow(by: 10)
            let (sum, carried) = tenfold.addingReportingOverflow(digit)
            if overflowed || carried { self.isTruncated = true } else { self.digits = sum }
        }

        /// The exponent, held within a range that neither overflows nor comes back by the length of any text.
        private static func writtenExponent(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
            var index = start
            let isNegative = text[index] == UInt8(ascii: "-")
            if isNegative || text[index] == UInt8(ascii: "+") { index += 1 }
            var value = 0
            while index < text.count {
                value = min(value * 10 + Int(text[index] - UInt8(ascii: "0")), 1 << 48)
                index += 1
            }
            return isNegative ? -value : value
        }

        /// The value where it is whole and fits.
        var integer: UInt64? {
            guard !self.isTruncated else { return nil }
            guard self.digits != 0 else { return 0 }
            guard self.exponent >= 0, self.exponent < 20 else { return nil }
            var value = self.digits
            for _ in 0..<self.exponent {
                let (tenfold, overflowed) = value.multipliedReportingOverflow(by: 10)
                if overflowed { return nil }
                value = tenfold
            }
            return value
        }
    }
}
