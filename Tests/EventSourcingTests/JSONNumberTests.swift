import LedgerEvents
import Seeded
import Testing

@Suite("JSON numbers")
struct JSONNumberTests {
    @Test(
        "an integer is a number of integral value, or a string that holds one",
        arguments: [
            ("0", 0), ("-0", 0), ("12", 12), ("-12", -12), ("\"12\"", 12), ("12.0", 12), ("1.2e1", 12), ("1200e-2", 12),
            ("\"1e2\"", 100), ("0e999999999999999999999", 0), ("0.000", 0), ("9223372036854775807", .max),
            ("-9223372036854775808", .min), ("\"-9223372036854775808\"", .min), ("922337203685477580700e-2", .max),
            ("9.223372036854775807e18", .max), ("100000000000000000000000000000000000000e-38", 1),
        ] as [(String, Int64)])
    func integers(text: String, value: Int64) throws {
        #expect(try JSONReader.reading(text) { try $0.int64() } == value)
        if value >= 0 { #expect(try JSONReader.reading(text) { try $0.uint64() } == UInt64(value)) }
    }

    @Test(
        "what is no 64-bit integer is refused",
        arguments: [
            ("1.5", "expected an integer, found a fraction or a number beyond 64 bits"),
            ("1e-1", "expected an integer, found a fraction or a number beyond 64 bits"),
            ("1e19", "the number is out of the range of a signed 64-bit integer"),
            ("9223372036854775808", "the number is out of the range of a signed 64-bit integer"),
            ("-9223372036854775809", "the number is out of the range of a signed 64-bit integer"),
            ("18446744073709551616", "expected an integer, found a fraction or a number beyond 64 bits"),
            ("1e999999999999999999999", "expected an integer, found a fraction or a number beyond 64 bits"),
            ("1e-999999999999999999999", "expected an integer, found a fraction or a number beyond 64 bits"),
            ("\"\"", "expected an integer, found a string"), ("\"12 \"", "expected an integer, found a string"),
            ("\" 12\"", "expected an integer, found a string"), ("\"0x1\"", "expected an integer, found a string"),
            ("null", "expected an integer, found null"),
        ])
    func refusedIntegers(text: String, message: String) {
        #expect(throws: JSONError(offset: 0, message: message)) { try JSONReader.reading(text) { try $0.int64() } }
    }

    @Test("an unsigned integer reaches its own limit and is never negative")
    func unsigned() throws {
        #expect(try JSONReader.reading("18446744073709551615") { try $0.uint64() } == .max)
        #expect(throws: JSONError.self) { try JSONReader.reading("-1") { try $0.uint64() } }
    }

    @Test(
        "a double is the nearest one",
        arguments: [
            "0", "-0.0", "1", "0.1", "0.0021119999999999997", "1e22", "1e23", "123456789012345678901234567890",
            "5e-324",
            "1.7976931348623157e308", "9007199254740993", "3.14159265358979323846", "1e-400", "-2.5E+3",
            "0.000000000000000000000000000000000000000000000000000000000000000000000000000000000001e84",
        ])
    func doubles(text: String) throws {
        let expected = try #require(Double(text))
        #expect(try JSONReader.reading(text) { try $0.double() } == expected)
        #expect(try JSONReader.reading("\"\(text)\"") { try $0.double() } == expected)
    }

    @Test("a double beyond the range is refused, not infinite")
    func infinity() {
        for text in ["1e400", "-1e309", "\"Infinity\"", "\"NaN\""] {
            #expect(throws: JSONError.self) { try JSONReader.reading(text) { try $0.double() } }
        }
    }

    @Test("random doubles survive writing and reading", arguments: [0x5EED as UInt64])
    func roundTrips(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            var writer = JSONWriter()
            writer.double(value)
            #expect(try JSONReader.reading(writer.bytes) { try $0.double() } == value, "seed \(seed)")
        }
    }

    @Test("a decimal's text is kept to the last digit")
    func decimals() throws {
        for text in ["0.0021119999999999997", "1.50", "1E5", "-0"] {
            let kept = try JSONReader.reading(text) { try $0.decimalText { String(decoding: $0, as: UTF8.self) } }
            #expect(kept == text)
            let quoted = try JSONReader.reading("\"\(text)\"") {
                try $0.decimalText { String(decoding: $0, as: UTF8.self) }
            }
            #expect(quoted == text)
        }
    }
}
