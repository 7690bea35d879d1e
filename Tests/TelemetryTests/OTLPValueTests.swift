import LedgerDomain
import LedgerEvents
import LedgerTelemetry
import Testing

@Suite("Attribute values of OTLP")
struct OTLPValueTests {
    @Test(
        "are written as canonical JSON",
        arguments: [
            (#"{"doubleValue":0.0021119999999999997}"#, "0.0021119999999999997"),
            (#"{"doubleValue":"1.50"}"#, "1.5"), (#"{"doubleValue":5}"#, "5.0"), (#"{"doubleValue":1e3}"#, "1000.0"),
            (#"{"doubleValue":-0.0}"#, "-0.0"), (#"{"doubleValue":0.00001}"#, "1e-05"),
            (#"{"doubleValue":0.1234567890123456789}"#, "0.1234567890123456789"),
            (#"{"doubleValue":123456789012345678}"#, "123456789012345678.0"),
            (#"{"doubleValue":1.00}"#, "1.0"), (#"{"doubleValue":0.0001}"#, "0.0001"),
            (#"{"doubleValue":"NaN"}"#, #"{"$double":"NaN"}"#),
            (#"{"doubleValue":"-Infinity"}"#, #"{"$double":"-Infinity"}"#),
            (#"{"intValue":"-9223372036854775808"}"#, "-9223372036854775808"), (#"{"intValue":7}"#, "7"),
            (#"{"boolValue":false}"#, "false"), ("{}", "null"), (#"{"stringValue":null}"#, "null"),
            (#"{"strangeValue":1}"#, "null"), (#"{"intValue":1,"stringValue":"x"}"#, #""x""#),
            (#"{"bytesValue":"aGk="}"#, #"{"$bytes":"aGk="}"#), (#"{"bytesValue":"-_8"}"#, #"{"$bytes":"+/8="}"#),
            (#"{"bytesValue":""}"#, #"{"$bytes":""}"#),
            (#"{"stringValue":"a\"b\\\/\u0041\u00e9\ud83d\ude00\u0001\u000a\n"}"#, #""a\"b\\/Aé😀\u0001\n\n""#),
            (
                #"{"arrayValue":{"values":[{"stringValue":"a"},{"intValue":"1"},{"arrayValue":{"values":[]}},{}]}}"#,
                #"["a",1,[],null]"#
            ),
            (#"{"arrayValue":{}}"#, "[]"), (#"{"kvlistValue":{"values":null}}"#, "{}"),
            (
                #"{"kvlistValue":{"values":[{"key":"k","value":{"doubleValue":1e3}},{"key":"k","value":{}}]}}"#,
                #"{"$members":[["k",1000.0],["k",null]]}"#
            ),
            (
                #"{"kvlistValue":{"values":[{"key":"\u0024bytes","value":{"stringValue":"x"}}]}}"#,
                #"{"$members":[["$bytes","x"]]}"#
            ),
        ])
    func canonical(value: String, text: String) throws {
        #expect(try OTLPRequests.attributesText(["v": value]) == "{\"v\":\(text)}")
    }

    @Test("are the same from protobuf")
    func protobuf() throws {
        let values: [(Proto, String)] = [
            (Proto().fixed64(4, (1000.0).bitPattern), "1000.0"),
            (Proto().fixed64(4, Double.nan.bitPattern), #"{"$double":"NaN"}"#),
            (Proto().fixed64(4, (-Double.infinity).bitPattern), #"{"$double":"-Infinity"}"#),
            (Proto().varint(3, UInt64(bitPattern: -5)), "-5"), (Proto().varint(2, 1), "true"), (Proto(), "null"),
            (Proto().bytes(7, [0xFB, 0xFF]), #"{"$bytes":"+/8="}"#),
            (Proto().text(1, "a\"\u{1}\né"), #""a\"\u0001\né""#),
            (Proto().message(5, Proto().message(1, Proto().varint(3, 1)).message(1, Proto())), "[1,null]"),
            (
                Proto().message(6, Proto().attribute(1, "k", Proto()).attribute(1, "k", Proto())),
                #"{"$members":[["k",null],["k",null]]}"#
            ),
        ]
        for (value, text) in values {
            var reader = OTLPReader()
            var all = OTLPRequests()
            try all.read(protobuf: Proto.request(Proto(bytes: Proto.span.attribute(9, "v", value).bytes)), &reader)
            #expect(all.spans.first?.attributes.text == "{\"v\":\(text)}")
        }
    }

    @Test("keep repeated keys and keys that begin with $, in their order")
    func members() throws {
        #expect(
            try OTLPRequests.attributesText(["a": #"{"intValue":1}"#, "b": "{}", "a": #"{"intValue":2}"#])
                == #"{"$members":[["a",1],["b",null],["a",2]]}"#)
        #expect(try OTLPRequests.attributesText(["$a": "{}"]) == #"{"$members":[["$a",null]]}"#)
    }

    @Test("take either order of key and value")
    func keyOrder() throws {
        func text(_ pair: String) throws -> String? {
            try OTLPRequests.read(OTLPRequests.line("\"attributes\":[\(pair)]")).spans.first?.attributes.text
        }
        #expect(try text(#"{"value":{"intValue":1},"key":"a"}"#) == #"{"a":1}"#)
        #expect(try text(#"{"key":"a"},{"value":{}}"#) == #"{"a":null,"":null}"#)
    }

    @Test("nest 64 levels deep, in both forms, and no deeper")
    func depth() throws {
        func json(_ depth: Int, _ kind: String) -> String {
            let (open, close) =
                kind == "list"
                ? (#"{"arrayValue":{"values":["#, "]}}")
                : (#"{"kvlistValue":{"values":[{"key":"k","value":"#, "}]}}")
            return String(repeating: open, count: depth) + #"{"intValue":1}"# + String(repeating: close, count: depth)
        }
        func proto(_ depth: Int) -> Proto {
            (0..<depth).reduce(Proto().varint(3, 1)) { value, _ in
                Proto().message(6, Proto().attribute(1, "k", value))
            }
        }
        let text = String(repeating: #"{"k":"#, count: 64) + "1" + String(repeating: "}", count: 64)
        #expect(try OTLPRequests.attributesText(["v": json(64, "map")]) == "{\"v\":\(text)}")
        #expect(try OTLPRequests.attributesText(["v": json(64, "list")]).count == 2 * 64 + 7)
        #expect(try OTLPRequests.attributesText(["v": json(65, "map")]).contains("deeper than 64"))
        #expect(try OTLPRequests.attributesText(["v": json(100_000, "list")]).contains("deeper than 64"))
        for depth in [64, 65] {
            var reader = OTLPReader()
            var all = OTLPRequests()
            try all.read(protobuf: Proto.request(Proto.span.attribute(9, "v", proto(depth))), &reader)
            #expect(all.spans.map(\.attributes.text) == (depth == 64 ? ["{\"v\":\(text)}"] : []))
            #expect(all.refused.map { $0.reason.contains("deeper than 64") } == (depth == 64 ? [] : [true]))
        }
    }

    @Test("cost time that grows with their number", arguments: [false, true])
    func linear(isRepeated: Bool) throws {
        try expectLinear(to: 100_000) { count in
            var list = ""
            for index in 0..<count {
                if index > 0 { list += "," }
                list += #"{"key":"k\#(isRepeated ? 1 : index)","value":{"intValue":1}}"#
            }
            let line = OTLPRequests.line("\"attributes\":[\(list)]")
            let all = try OTLPRequests.read(line, itemLimitBytes: 1 << 30)
            let text = try #require(all.spans.first?.attributes.text)
            #expect(text.hasPrefix("{\"$members\"") == isRepeated)
            #expect(try OTLPRequests.read(line, itemLimitBytes: 1 << 15).refused.count == 1)
        }
    }
}
