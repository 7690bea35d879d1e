import LedgerDomain
import LedgerEvents
import LedgerTelemetry
import Testing

@Suite("Spans that cannot be recorded")
struct OTLPRefusalTests {
    @Test(
        "are refused by field and place, and the next one is read",
        arguments: [
            (
                #""traceId":"M7y10qx0T12O5K+jaoN6Sw==""#,
                "traceId: expected 32 hexadecimal digits, found 24 bytes; base64 is not OTLP/JSON"
            ),
            (
                #""traceId":"33bcb5d2ac744f5d8ee4afa36a837a4g""#,
                "traceId: expected 32 hexadecimal digits, found another character"
            ),
            (#""traceId":"00000000000000000000000000000000""#, "a span needs a traceId that is not zero"),
            (#""spanId":"""#, "a span needs a spanId that is not zero"),
            (#""parentSpanId":"abc""#, "parentSpanId: expected 16 hexadecimal digits, found 3 bytes"),
            (#""startTimeUnixNano":"0""#, "a span needs a startTimeUnixNano"),
            (#""startTimeUnixNano":"-5""#, "startTimeUnixNano: expected an integer of 0 or more, found a negative one"),
            (#""startTimeUnixNano":"9223372036854775808""#, "startTimeUnixNano: a time after the year 2262"),
            (#""endTimeUnixNano":"soon""#, "endTimeUnixNano: expected an integer, found a string"),
            (#""kind":"SPAN_KIND_NONE""#, "kind: no such name"),
            (#""attributes":{}"#, "attributes: expected an array, found an object"),
            (
                #""attributes":[{"key":"n","value":{"intValue":"x"}}]"#,
                "attributes: n: expected an integer, found a string"
            ),
            (
                #""attributes":[{"key":"n","value":{"doubleValue":1e400}}]"#,
                "attributes: n: the number is out of the range of a double"
            ),
            (
                #""attributes":[{"key":"n","value":{"doubleValue":1e200000}}]"#,
                "attributes: n: the number is out of the range of a double"
            ),
            (#""attributes":[{"key":"n","value":{"bytesValue":"?"}}]"#, "attributes: n: the bytes are not base64"),
            (
                #""events":[{"attributes":[{"key":"n","value":{"boolValue":1}}]}]"#,
                "events: n: expected a boolean, found a number"
            ),
            (#""name":"\ud800""#, "name: a lone surrogate is not a character"),
            (#""name":"x" "kind":1"#, "name: expected ',' or '}', found a string"),
            (#""status":[]"#, "status: expected an object, found an array"),
            (#""name":"x","n\u0061me":"y""#, "name: the member \"name\" stands twice"),
            (#""name":"x","other":1,"other":2"#, "other: the member \"other\" stands twice"),
            (#""kind":1,"kind":1"#, "kind: the member \"kind\" stands twice"),
            (#""status":{"code":1,"code":2}"#, "status: the member \"code\" stands twice"),
            (
                #""attributes":[{"key":"n","key":"m","value":{"intValue":1}}]"#,
                "attributes: n: the member \"key\" stands twice"
            ),
            (
                #""attributes":[{"key":"n","value":{"intValue":1},"value":{"intValue":2}}]"#,
                "attributes: n: the member \"value\" stands twice"
            ),
            (
                #""attributes":[{"key":"n","value":{"intValue":1,"intV\u0061lue":2}}]"#,
                "attributes: n: the member \"intValue\" stands twice"
            ),
            (
                #""attributes":[{"key":"n","value":{"arrayValue":{"values":[],"values":[]}}}]"#,
                "attributes: n: the member \"values\" stands twice"
            ),
            (
                #""attributes":[{"key":"n","value":{"kvlistValue":{"values":[],"values":[]}}}]"#,
                "attributes: n: the member \"values\" stands twice"
            ),
            (#""events":[{"name":"a","name":"b"}]"#, "events: the member \"name\" stands twice"),
            (#""links":[{"flags":1,"flags":1}]"#, "links: the member \"flags\" stands twice"),
        ])
    func refusals(member: String, message: String) throws {
        let bad = OTLPRequests.span(member)
        let line =
            #"{"resourceSpans":[{"resource":{},"scopeSpans":[{"spans":[\#(bad), \#(bad) ,"#
            + OTLPRequests.span(#""name":"x""#) + "]}]}]}"
        let all = try OTLPRequests.read(line)
        #expect(all.order == "rsxxS")
        let refusal = try #require(all.refused.first)
        #expect(refusal.reason.hasPrefix("\(message) (at byte "), "\(refusal.reason)")
        #expect(refusal.content == Array(bad.utf8))
        #expect(!refusal.isProtobuf)
        if !member.contains("Id\"") {
            #expect(refusal.traceID == "33bcb5d2ac744f5d8ee4afa36a837a4b" && refusal.spanID == "dc7cbb256e87dcde")
        }
    }

    @Test("keep the ids that follow the fault")
    func laterIDs() throws {
        let bad = #"{"name":5,"attributes":[{"x":"]"}],"spanId":"AB","traceId":"zz"}"#
        let all = try OTLPRequests.read(#"{"resourceSpans":[{"scopeSpans":[{"spans":[\#(bad)]}]}]}"#)
        #expect(all.refused.map { [$0.traceID, $0.spanID] } == [["zz", "AB"]])
    }

    @Test("may be no objects at all", arguments: ["null", "5", "\"x\"", "[]", "nonsense", "{\"a\":\u{1}}"])
    func otherKinds(element: String) throws {
        let span = OTLPRequests.span(#""name":"x""#)
        let all = try OTLPRequests.read(
            #"{"resourceSpans":[{"scopeSpans":[{"spans":[\#(element),\#(span)]}]}]}"#)
        #expect(all.order == "rsxS")
        #expect(all.refused.first?.content == Array(element.utf8))
    }

    @Test("are those of a resource or scope that is wrong")
    func resources() throws {
        let span = OTLPRequests.span(#""name":"x""#)
        let line = #"""
            {"resourceSpans":[{"resource":{"attributes":[{"key":"n","value":{"intValue":"x"}}]},"scopeSpans":[{"spans":[\#(span)]}]},
            {"resource":{},"scopeSpans":[{"scope":{"name":5},"spans":[\#(span)]},{"spans":[\#(span)]}]}]}
            """#
        let all = try OTLPRequests.read(line)
        #expect(all.order == "rsxrsxsS")
        #expect(all.refused[0].reason.hasPrefix("resource: n: expected an integer, found a string (at byte "))
        #expect(all.refused[1].reason.hasPrefix("scope: expected a string, found a number (at byte "))
        #expect(all.refused[1].spanID == "dc7cbb256e87dcde")
    }

    @Test("are, with the rest of their line, those above which a member stands twice")
    func repeatedAbove() throws {
        let span = OTLPRequests.span(#""name":"x""#)
        let spans = #"{"scope":{},"spans":[\#(span)]}"#
        for (line, order) in [
            (#"{"resourceSpans":[],"resourceSp\u0061ns":[{"resource":{},"scopeSpans":[\#(spans)]}]}"#, ""),
            (#"{"resourceSpans":[{"resource":{},"scopeSpans":[\#(spans)],"resource":{}}]}"#, ""),
            (#"{"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":[\#(span)],"scope":{}}]}]}"#, ""),
        ] {
            var reader = OTLPReader()
            var all = OTLPRequests()
            let error = #expect(throws: JSONError.self) { try all.read(json: Array(line.utf8), &reader) }
            #expect(error?.isRepeatedKey == true)
            #expect(all.order == order)
        }
        let resource = #"{"resourceSpans":[{"resource":{"attributes":[],"attributes":[]},"scopeSpans":[\#(spans)]}]}"#
        let refused = try OTLPRequests.read(resource)
        #expect(refused.order == "rsx")
        #expect(refused.refused.first?.reason.hasPrefix("resource: the member \"attributes\" stands twice") == true)
    }

    @Test("that end with the line do not hide those before")
    func truncated() throws {
        let span = OTLPRequests.span(#""name":"x""#)
        let head = #"{"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{"name":"s"},"spans":["#
        for cut in 1..<span.utf8.count {
            var reader = OTLPReader()
            var all = OTLPRequests()
            let line = Array((head + span + "," + span).utf8).dropLast(cut)
            #expect(throws: JSONError.self) { try all.read(json: Array(line), &reader) }
            #expect(all.order == "rsS", "\(cut)")
        }
        // Whose they are is not known: the resource would have followed.
        var reader = OTLPReader()
        var all = OTLPRequests()
        let line = #"{"resourceSpans":[{"scopeSpans":[{"scope":{"name":"s"},"spans":[\#(span),"#
        #expect(throws: JSONError.self) { try all.read(json: Array(line.utf8), &reader) }
        #expect(all.order == "")
    }

    @Test("are refused in protobuf, with their ids and bytes")
    func protobuf() throws {
        let bad: [(Proto, String)] = [
            (Proto.span.bytes(1, [1, 2]), "trace_id: expected 16 bytes, found 2"),
            (Proto.span.bytes(2, Array(repeating: 0, count: 8)), "a span needs a span_id that is not zero"),
            (Proto.span.fixed64(7, 0), "a span needs a start_time_unix_nano"),
            (Proto.span.fixed64(8, 1 << 63), "end_time_unix_nano: a time after the year 2262"),
            (Proto.span.bytes(5, [0xC3]), "name: the text is not UTF-8"),
            (Proto.span.varint(5, 1), "name: field 5 has wire type varint, not lengthDelimited"),
            (
                Proto.span.attribute(9, "n", Proto().bytes(1, [0xFF])),
                "attributes: n: string_value: the text is not UTF-8"
            ),
            (Proto(bytes: Proto.span.bytes + [0x4A, 0x05]), "a field of 5 bytes runs over the end"),
            (Proto(bytes: Proto.span.bytes + [0x0B]), "no field has tag 11"),
        ]
        for (span, message) in bad {
            var reader = OTLPReader()
            var all = OTLPRequests()
            try all.read(protobuf: Proto.request(span, Proto.span), &reader)
            #expect(all.order == "rsxS")
            let refusal = try #require(all.refused.first)
            #expect(refusal.reason.hasPrefix("\(message) (at byte "), "\(refusal.reason)")
            #expect(refusal.content == span.bytes && refusal.isProtobuf)
            if message.hasPrefix("name") { #expect(refusal.spanID == "4444444444444444") }
        }
    }

    @Test("are those beyond the limit, with their first bytes")
    func limit() throws {
        let line = OTLPRequests.line(OTLPRequests.attributes(["a": #"{"stringValue":"xxxxxxxxxxxxxxxxxxxxxxxxxxxx"}"#]))
        let all = try OTLPRequests.read(line, itemLimitBytes: 100)
        #expect(all.refused.map(\.content.count) == [100])
        #expect(all.refused[0].reason.contains("longer than 100 bytes"))
        #expect(all.refused[0].spanID == "dc7cbb256e87dcde")
    }
}
