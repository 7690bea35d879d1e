import LedgerEvents
import Seeded
import Testing

@Suite("Decimals")
struct DecimalTests {
    @Test(
        "are read exactly",
        arguments: [
            ("0", "0"), ("-0", "0"), ("1", "1"), ("+1.50", "1.5"), (".5", "0.5"), ("5.", "5"), ("1e3", "1000"),
            ("1.25E-3", "0.00125"), ("12e+2", "1200"), ("0.000000000001", "0.000000000001"),
            ("-0.000000000001", "-0.000000000001"), ("1e-12", "0.000000000001"),
            ("000000000000000000000000000000000000000012.5", "12.5"), ("0e9999999999", "0"),
            ("123456789012345678901234567890e-12", "123456789012345678.90123456789"),
            ("0.0000000000010000000000000000000000000000000000000000", "0.000000000001"),
            ("100000000000000000000000000", "100000000000000000000000000"), ("1e26", "100000000000000000000000000"),
            ("1.7e26", "170000000000000000000000000"),
        ])
    func reading(text: String, expected: String) {
        #expect(ExactDecimal(text)?.description == expected)
    }

    @Test(
        "with a digit after the twelfth are refused, not rounded",
        arguments: [
            "0.0000000000005", "0.0000000000015", "1e-13", "1e-400", "-15e-13", "0.1234567890123",
            "123456789012345678901234567890e-15", "123456789012345678.0000000000000000000000000000000000001",
            "100000000000000000000000000.0000000000001", "0.00000000000100000000000000000000000000000000000001",
        ])
    func tooFine(text: String) throws {
        #expect(ExactDecimal(text) == nil)
        #expect(ExactDecimal(rounding: text) != nil)
        #expect(Money("\(text) USD") == nil)
        for json in [text, "\"\(text)\""] {
            let error = #expect(throws: (any Error).self) {
                try JSONReader.reading(json) { try ExactDecimal(json: &$0) }
            }
            #expect("\(error as Any)".contains("finer than 0.000000000001"), "\(error as Any)")
        }
    }

    @Test(
        "that are measured round ties at the twelfth digit to even",
        arguments: [
            ("0.0000000000005", "0"), ("0.0000000000015", "0.000000000002"), ("0.0000000000025", "0.000000000002"),
            ("-0.0000000000015", "-0.000000000002"), ("-0.0000000000005", "0"),
            ("0.00000000000050000000000000000000000000000000001", "0.000000000001"),
            ("123456789012345678.0000000000005000000000000000000000000001", "123456789012345678.000000000001"),
            ("123456789012345678.0000000000005000000000000000000000000000", "123456789012345678"),
            ("0.0000000000004999999999999999999999999999999999999", "0"), ("5e-13", "0"), ("15e-13", "0.000000000002"),
        ])
    func ties(text: String, expected: String) {
        #expect(ExactDecimal(rounding: text)?.description == expected)
    }

    @Test(
        "are refused where they are no number, or too large",
        arguments: [
            "", "-", "+", ".", "e3", "1e", "1e+", "1.2.3", "1,5", " 1", "1 ", "0x10", "1_000", "NaN", "Infinity", "--1",
            "1e27", "1.8e26", "1e400", "1e99999999999999999999", "171000000000000000000000000", "١",
        ])
    func refusal(text: String) {
        #expect(ExactDecimal(text) == nil)
    }

    @Test("random texts come to what long hand arithmetic says", arguments: [7 as UInt64])
    func parsing(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for round in 0..<20_000 {
            let digits = (0..<Int.random(in: 1...45, using: &random)).map { _ in
                // Many noughts, nines and fives: that is where rounding goes wrong.
                [0, 0, 0, 9, 9, 5, 5, 1, 4, 6].randomElement(using: &random) ?? 0
            }
            let point = Int.random(in: 0...digits.count, using: &random)
            let exponent = Int.random(in: -30...20, using: &random)
            let isNegative = Bool.random(using: &random)
            var text = isNegative ? "-" : ""
            text += digits[..<point].map(String.init).joined() + "." + digits[point...].map(String.init).joined()
            if exponent != 0 { text += "e\(exponent)" }
            let expected = LongHand.rounded(digits, keeping: point + exponent + 12)
            let limit = LongHand.digits(of: Int128.max.description)
            if LongHand.isMore(expected, than: limit) {
                #expect(ExactDecimal(rounding: text) == nil, "seed \(seed), round \(round): \(text)")
            } else {
                let isExact = digits.dropFirst(max(0, point + exponent + 12)).allSatisfy { $0 == 0 }
                #expect((ExactDecimal(text) != nil) == isExact, "seed \(seed), round \(round): \(text)")
                let found = try #require(ExactDecimal(rounding: text), "seed \(seed), round \(round): \(text)")
                #expect(
                    found.picos.magnitude.description == LongHand.text(expected),
                    "seed \(seed), round \(round): \(text)")
                #expect((found.picos < 0) == (isNegative && found.picos != 0), "seed \(seed), round \(round): \(text)")
            }
        }
    }

    @Test("rounding random amounts comes to what long hand arithmetic says", arguments: [8 as UInt64])
    func rounding(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<20_000 {
            let scale = Int.random(in: 0...35, using: &random)
            var picos = Int128(random.next() % 1_000_000)
            for _ in 0..<scale where picos < Int128.max / 100 {
                picos = picos * 10 + [0, 5, 9, 4].randomElement(using: &random)!
            }
            let digits = Int.random(in: 0...12, using: &random)
            let all = LongHand.digits(of: picos.description)
            let kept = LongHand.rounded(all, keeping: all.count - (12 - digits))
            let expected = LongHand.text(kept + Array(repeating: 0, count: 12 - digits))
            for sign in [1, -1] as [Int128] {
                let rounded = ExactDecimal(picos: sign * picos).rounded(toDigits: digits)
                #expect(rounded.picos.magnitude.description == expected, "seed \(seed): \(sign * picos) to \(digits)")
                #expect(rounded.picos.signum() * sign >= 0, "seed \(seed): \(sign * picos) to \(digits)")
            }
        }
    }

    @Test("the text of a decimal reads back as the decimal", arguments: [9 as UInt64])
    func roundTrip(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<20_000 {
            let picos = Int128(truncatingIfNeeded: UInt128(random.next()) << 64 | UInt128(random.next()))
            let value = ExactDecimal(picos: picos >> Int128.random(in: 2...126, using: &random))
            #expect(ExactDecimal(value.description) == value, "seed \(seed): \(value.picos)")
        }
    }

    @Test("formatting cuts off what lies beyond the digits asked for")
    func formatting() {
        #expect(ExactDecimal("1234.5678")?.formatted(digits: 2) == "1234.56")
        #expect(ExactDecimal("-0.5")?.formatted(digits: 3) == "-0.500")
        #expect(ExactDecimal("2")?.formatted(digits: 0) == "2")
        #expect(ExactDecimal("0.000000000001")?.formatted(digits: 12) == "0.000000000001")
    }

    @Test("money is an amount and three capitals")
    func money() throws {
        let money = try #require(Money("0.001258 USD"))
        #expect(money == Money(ExactDecimal(picos: 1_258_000_000), .usd))
        #expect(money.description == "0.001258 USD")
        for text in ["", "1", "USD", "1 usd", "1 US", "1 USDT", "1 U5D", "1  USD 2", "x USD"] {
            #expect(Money(text) == nil, "\(text)")
        }
        #expect(Currency("EUR")?.description == "EUR")
        #expect(Currency("ÄÖ") == nil)
    }

    @Test(
        "a currency from outside is listed in ISO 4217 with the digits of its smallest coin",
        arguments: [("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("UYW", 4), ("XAF", 0), ("CHE", 2), ("BGN", 2)])
    func listedCurrencies(code: String, digits: Int) throws {
        #expect(Currency(code)?.minorDigits == digits)
        #expect(try JSONReader.reading("\"\(code)\"") { try Currency(json: &$0) } == Currency(code))
    }

    @Test(
        "a currency that ISO 4217 does not list, or lists without a coin, is refused",
        arguments: ["XXZ", "XXX", "XAU", "AAA", "HRK", "SLL", "ZWL", "ANG", "DEM", "CUC"])
    func unlistedCurrencies(code: String) throws {
        #expect(Currency(code)?.minorDigits == nil)
        let error = #expect(throws: (any Error).self) {
            try JSONReader.reading("\"\(code)\"") { try Currency(json: &$0) }
        }
        #expect("\(error as Any)".contains("is not a currency of ISO 4217"))
    }
}

/// Decimal arithmetic as on paper, on lists of digits: slow, and nothing like what is tested.
private enum LongHand {
    static func digits(of text: String) -> [Int] { text.compactMap(\.wholeNumberValue) }

    /// The first `count` digits as a whole number, rounded half to even by the rest.
    static func rounded(_ digits: [Int], keeping count: Int) -> [Int] {
        if count < 0 { return [0] }
        if count >= digits.count { return digits + Array(repeating: 0, count: count - digits.count) }
        var kept = [0] + digits[..<count]
        let rest = digits[count...]
        let half = rest.first == 5 && rest.dropFirst().allSatisfy { $0 == 0 }
        let up = half ? kept[kept.count - 1] % 2 == 1 : (rest.first ?? 0) >= 5
        guard up else { return kept }
        var place = kept.count - 1
        while kept[place] == 9 {
            kept[place] = 0
            place -= 1
        }
        kept[place] += 1
        return kept
    }

    static func isMore(_ a: [Int], than b: [Int]) -> Bool {
        let (a, b) = (Array(a.drop { $0 == 0 }), Array(b.drop { $0 == 0 }))
        return a.count == b.count ? b.lexicographicallyPrecedes(a) : a.count > b.count
    }

    static func text(_ digits: [Int]) -> String {
        let text = digits.drop { $0 == 0 }.map(String.init).joined()
        return text.isEmpty ? "0" : text
    }
}
