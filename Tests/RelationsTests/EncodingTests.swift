import Testing

@testable import LedgerRelations

@Suite("Cells as text")
struct EncodingTests {
    static func copy(_ cells: SQLValue...) -> String {
        var encoder = CellEncoder(capacity: 1)
        encoder.appendCopyRow(cells)
        return encoder.buffer.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    static func csv(_ cells: SQLValue...) -> String {
        var encoder = CellEncoder(capacity: 1)
        encoder.appendCSVRow(cells)
        return encoder.buffer.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    static func json(_ value: SQLValue) -> String {
        var encoder = CellEncoder(capacity: 1)
        encoder.appendJSON(value)
        return encoder.buffer.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "an integer is its digits",
        arguments: [
            0, 9, 10, 99, 100, -1, -10, 9_999_999_999, .max, .min, 1_000_000_000_000_000_000, 999_999_999_999_999_999,
        ] as [Int64])
    func integers(_ value: Int64) {
        #expect(Self.copy(.integer(value)) == "\(value)\n")
    }

    @Test(
        "a numeric keeps all its digits",
        arguments: [
            (1_500, 3, "1.500"), (-5, 3, "-0.005"), (0, 2, "0.00"), (7, 0, "7"),
            (Int128.max, 12, "170141183460469231731687303.715884105727"),
            (Int128.min, 0, "-170141183460469231731687303715884105728"),
            (1_000_000_000_000_000_000, 18, "1.000000000000000000"),
            (1, 38, "0.00000000000000000000000000000000000001"),
            (10_000_000_000_000_000_000_000, 12, "10000000000.000000000000"),
        ] as [(Int128, UInt8, String)])
    func numerics(_ unscaled: Int128, _ scale: UInt8, _ text: String) {
        #expect(Self.copy(.numeric(unscaled, scale: scale)) == text + "\n")
    }

    @Test("a UUID is lower-case hexadecimal in groups")
    func uuids() {
        #expect(
            Self.copy(.uuid(0x0198_ABCD_EF01_7234_8567_89ab_cdef_0123)) == "0198abcd-ef01-7234-8567-89abcdef0123\n")
    }

    @Test(
        "an instant is spelled as each side reads it",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z", "1970-01-01T00:00:00.000000Z"),
            (-1, "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
            (1_709_210_096_789_012, "2024-02-29T12:34:56.789012Z", "2024-02-29T12:34:56.789012Z"),
            (-63_517_824_000_000_000, "0044-03-15T00:00:00.000000Z BC", "-0043-03-15T00:00:00.000000Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
            (253_402_300_800_000_000, "10000-01-01T00:00:00.000000Z", "+10000-01-01T00:00:00.000000Z"),
            (-62_167_219_200_000_000, "0001-01-01T00:00:00.000000Z BC", "0000-01-01T00:00:00.000000Z"),
        ] as [(Int64, String, String)])
    func instants(_ microseconds: Int64, _ postgreSQL: String, _ iso: String) {
        #expect(Self.copy(.timestamp(microseconds)) == postgreSQL + "\n")
        #expect(SQLValue.timestamp(microseconds).text == iso)
    }

    @Test("days count back and forth over 800 years without a gap")
    func days() {
        var previous = CalendarDay(daysSince1970: -146_098)
        for day in -146_097...146_097 {
            let next = CalendarDay(daysSince1970: Int64(day))
            let isTomorrow =
                next.day == previous.day + 1 && next.month == previous.month && next.year == previous.year
                || next.day == 1 && previous.day >= 28
                    && (next.month == previous.month + 1 || next.month == 1 && next.year == previous.year + 1)
            #expect(isTomorrow, "\(previous) then \(next)")
            previous = next
        }
        #expect(previous == CalendarDay(daysSince1970: 146_097))
    }

    @Test("COPY text escapes what would end a cell or a row, and replaces U+0000")
    func copyEscapes() {
        #expect(
            Self.copy(.text("a\tb\nc\\d\r\u{8}\u{B}\u{C}\0\"'é"), .null, .text(""))
                == "a\\tb\\nc\\\\d\\r\\b\\v\\f\u{FFFD}\"'é\t\\N\t\n")
        #expect(
            Self.copy(.textArray(["a\"b", "c\\d", ""]), .bytes([0, 255])) == #"{"a\\"b","c\\\\d",""}"# + "\t"
                + #"\\x00ff"# + "\n")
        #expect(Self.copy(.bool(true), .double(.infinity), .double(0.1), .date(-1)) == "t\tInfinity\t0.1\t1969-12-31\n")
    }

    @Test("CSV quotes what a reader could take for something else; null is nothing")
    func csvQuotes() {
        #expect(
            Self.csv(.null, .text(""), .text("plain"), .text("a,b"), .text("say \"hi\""), .text("\\."), .text("a\nb\0"))
                == ",\"\",plain,\"a,b\",\"say \"\"hi\"\"\",\"\\.\",\"a\nb\u{FFFD}\"\n")
        #expect(Self.csv(.bool(false), .bytes([10]), .textArray([])) == "false,\\x0a,{}\n")
    }

    @Test("JSON values are JSON, numerics exact strings")
    func jsonValues() {
        #expect(Self.json(.text("a\"\\\n\u{1}\0é")) == "\"a\\\"\\\\\\n\\u0001\u{FFFD}é\"")
        #expect(Self.json(.numeric(12, scale: 1)) == "\"1.2\"")
        #expect(Self.json(.double(.nan)) == "\"NaN\"")
        #expect(Self.json(.json(#"{"a": [1, null]}"#)) == #"{"a": [1, null]}"#)
        #expect(
            ["", "f", "fo", "foo", "foob"].map { Self.json(.bytes(Array($0.utf8))) } == [
                "\"\"", "\"Zg==\"", "\"Zm8=\"", "\"Zm9v\"", "\"Zm9vYg==\"",
            ])
    }

    @Test("JSON numbers that PostgreSQL cannot hold are written as strings, all others as they are")
    func oversizedNumbers() {
        let fine = #"{"a":[1e131071,-1.5e-16382,0,1E+5],"1e200000":"1e200000 \"1e200000"}"#
        #expect(StorableText.json(fine) == fine)
        #expect(StorableText.numbersAsText(in: fine) == 0)
        let hostile = #"{"a":[1e131072,-1E-16384,1e00000200000,1.0e99999999999999999999],"b":{"c":1e200000}}"#
        #expect(
            StorableText.json(hostile)
                == #"{"a":["1e131072","-1E-16384","1e00000200000","1.0e99999999999999999999"],"b":{"c":"1e200000"}}"#)
        #expect(StorableText.numbersAsText(in: hostile) == 5)
        let long = String(repeating: "7", count: 131_073)
        #expect(StorableText.json("[\(long)]") == "[\"\(long)\"]")
        #expect(StorableText.json("[\(long.dropLast())]") == "[\(long.dropLast())]")
        #expect(StorableText.json("[0.\(long.prefix(16_384))]") == "[\"0.\(long.prefix(16_384))\"]")
    }

    @Test("JSON loses only what PostgreSQL cannot hold, and stays on one line")
    func jsonDocuments() {
        #expect(
            StorableText.json(#"{"a":"\u0000 \\u0000 \ud83d\ude00 \ud83d x \ude00 é"}"#)
                == #"{"a":"\ufffd \\u0000 \ud83d\ude00 \ufffd x \ufffd é"}"#)
        #expect(StorableText.json("{\n\"a\":\r\n1}") == "{ \"a\":  1}")
    }
}
