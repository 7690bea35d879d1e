import LedgerEvents
import Testing

@Suite("JSON reader")
struct JSONReaderTests {
    @Test("an object's members are matched by key without allocating, and the rest is skipped")
    func objects() throws {
        var name = ""
        var age: Int64 = 0
        var tags: [String] = []
        try JSONReader.reading(
            #" { "name" : "Ada", "x": {"deep": [1, {"y": null}]}, "age":36 , "t":["a","b"], "":0 } "#
        ) {
            reader in
            try reader.object { reader, key in
                switch key {
                case "name": name = try reader.string()
                case "age": age = try reader.int64()
                case "t": try reader.array { tags.append(try $0.string()) }
                case "": #expect(try reader.uint64() == 0)
                default:
                    #expect(key == "x")
                    #expect(key.string == "x")
                    try reader.skip()
                }
            }
            try reader.end()
        }
        #expect(name == "Ada")
        #expect(age == 36)
        #expect(tags == ["a", "b"])
    }

    @Test("a key that is written with escapes matches its meaning")
    func escapedKeys() throws {
        try JSONReader.reading(#"{"n\u0061me\n":1}"#) { reader in
            try reader.object { reader, key in
                #expect(key == "name\n")
                #expect(!key.equals("name"))
                #expect(key.string == "name\n")
                try reader.skip()
            }
        }
    }

    @Test(
        "strings are unescaped",
        arguments: [
            (#""""#, ""), (#""plain""#, "plain"), (#""a\"b\\c\/d""#, "a\"b\\c/d"),
            (#""\b\f\n\r\t""#, "\u{8}\u{c}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"), (#""\ud83d\ude00""#, "😀"),
            (#""żółć 日本 😀""#, "żółć 日本 😀"), (#""\u0000""#, "\0"), (#""12345678\n12345678""#, "12345678\n12345678"),
        ])
    func strings(text: String, meaning: String) throws {
        #expect(try JSONReader.reading(text) { try $0.string() } == meaning)
        let lent = try JSONReader.reading(text) { try $0.withString { String(decoding: $0, as: UTF8.self) } }
        #expect(lent == meaning)
    }

    @Test("a string without escapes is lent from the text itself")
    func zeroCopy() throws {
        try Array(#"["abc"]"#.utf8).withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            try reader.array { try $0.withString { #expect($0.baseAddress == bytes.baseAddress.map { $0 + 2 }) } }
        }
    }

    @Test("what is not JSON is refused, with the place and the reason", arguments: Self.refused)
    func refusals(text: [UInt8], offset: Int, message: String) {
        let error = #expect(throws: JSONError.self) {
            try JSONReader.reading(text) { reader in
                try reader.skip()
                try reader.end()
            }
        }
        #expect(error == JSONError(offset: offset, message: message), "\(String(decoding: text, as: UTF8.self))")
    }

    static let refused: [([UInt8], Int, String)] =
        [
            ("", 0, "expected a value, found the end"),
            ("x", 0, "expected a value, found 'x'"),
            ("]", 0, "expected a value, found ']'"),
            ("1 2", 2, "expected the end, found a number"),
            ("01", 0, "a number has no leading zeros"),
            ("-", 0, "a number needs a digit"),
            ("1.", 0, "a number needs a digit after its point"),
            ("1e+", 0, "a number needs a digit in its exponent"),
            ("+1", 0, "expected a value, found '+'"),
            ("tru", 0, "expected true, false or null, found another word"),
            ("nul", 0, "expected true, false or null, found another word"),
            ("{\"a\":1,}", 7, "expected a key, found '}'"),
            ("{\"a\" 1}", 5, "expected ':', found a number"),
            ("{\"a\":}", 5, "expected a value, found '}'"),
            ("{a:1}", 1, "expected a key, found 'a'"),
            ("{\"a\":1 \"b\"", 7, "expected ',' or '}', found a string"),
            ("[1 2]", 3, "expected ',' or ']', found a number"),
            ("[1,]", 3, "expected a value, found ']'"),
            ("[", 1, "expected a value or ']', found the end"),
            ("\"abc", 0, "the string has no closing quote"),
            ("\"abc\\", 0, "the string has no closing quote"),
            ("\"a\nb\"", 2, "a control character must be escaped in a string"),
            ("\"\\x\"", 1, "no such escape"),
            ("\"\\u12G4\"", 1, "\\u needs four hexadecimal digits"),
            ("\"\\u12", 1, "\\u needs four hexadecimal digits"),
            ("\"\\ud800\"", 1, "a lone surrogate is not a character"),
            ("\"\\ud800\\n\"", 1, "a lone surrogate is not a character"),
            ("\"\\ud800\\ud800\"", 1, "a lone surrogate is not a character"),
            ("\"\\udc00\"", 1, "a lone surrogate is not a character"),
        ].map { (Array($0.0.utf8), $0.1, $0.2) } + [
            ([0x22, 0x80, 0x22], 1, "the string is not UTF-8"),
            ([0x22, 0xC0, 0x80, 0x22], 1, "the string is not UTF-8"),
            ([0x22, 0xE0, 0x80, 0x80, 0x22], 1, "the string is not UTF-8"),
            ([0x22, 0xED, 0xA0, 0x80, 0x22], 1, "the string is not UTF-8"),
            ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1, "the string is not UTF-8"),
            ([0x22, 0xF0, 0x9F, 0x98, 0x22], 1, "the string is not UTF-8"),
            ([0x22, 0xE2, 0x82], 1, "the string is not UTF-8"),
            ([0x07], 0, "expected a value, found byte 0x7"),
            ([0xEF, 0xBB, 0xBF, 0x31], 0, "expected a value, found byte 0xEF"),
        ]

    @Test("nesting is limited to 256 levels")
    func depth() throws {
        func nested(_ levels: Int) -> [UInt8] {
            Array(repeating: UInt8(ascii: "["), count: levels) + Array(repeating: UInt8(ascii: "]"), count: levels)
        }
        try JSONReader.reading(nested(256)) { try $0.skip() }
        let error = #expect(throws: JSONError.self) { try JSONReader.reading(nested(257)) { try $0.skip() } }
        #expect(error?.message == "arrays and objects nest deeper than 256 levels")
        #expect(throws: JSONError.self) { try JSONReader.reading(nested(100_000)) { try $0.skip() } }
        func descend(_ reader: inout JSONReader) throws { try reader.array { try descend(&$0) } }
        try JSONReader.reading(nested(256)) { try descend(&$0) }
        #expect(throws: JSONError.self) { try JSONReader.reading(nested(257)) { try descend(&$0) } }
    }

    @Test("a read of another kind says what it found and consumes nothing")
    func otherKinds() throws {
        try JSONReader.reading(#"["x", 5, {}]"#) { reader in
            let error = #expect(throws: JSONError.self) { try reader.double() }
            #expect(error?.message == "expected a number, found an array")
            try reader.array { reader in
                if try reader.kind() == .string {
                    #expect(throws: JSONError(offset: 1, message: "expected an integer, found a string")) {
                        try reader.int64()
                    }
                    #expect(throws: JSONError(offset: 1, message: "expected a boolean, found a string")) {
                        try reader.bool()
                    }
                }
                #expect(try !reader.null())
                try reader.skip()
            }
            try reader.end()
        }
    }

    @Test("the raw bytes of a value are its own, without the white space around")
    func rawBytes() throws {
        try JSONReader.reading(#"{"a":  {"b" : [1, 2]} , "c": 1.50 }"#) { reader in
            var texts: [String] = []
            try reader.object { reader, _ in texts.append(String(decoding: try reader.raw(), as: UTF8.self)) }
            #expect(texts == [#"{"b" : [1, 2]}"#, "1.50"])
        }
    }

    @Test("null is consumed where it stands, and only there")
    func nulls() throws {
        try JSONReader.reading("[null, true, false, null]") { reader in
            var found: [Bool?] = []
            try reader.array { reader in found.append(try reader.null() ? nil : try reader.bool()) }
            #expect(found == [nil, true, false, nil])
        }
    }

    @Test("an empty buffer has no value and no trap")
    func emptyBuffer() {
        var reader = JSONReader(UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(throws: JSONError.self) { try reader.kind() }
        #expect(throws: JSONError.self) { try reader.null() }
        #expect(throws: Never.self) { try reader.end() }
    }
}
