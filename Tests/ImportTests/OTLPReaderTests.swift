import EventSourcing
import Import
import Testing

@Suite("OTLP lines")
struct OTLPReaderTests {
    @Test("a span is read with its times, status, events, resource and scope")
    func wholeSpan() throws {
        let line = #"""
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},
            "scopeSpans":[{"scope":{"name":"lib","version":"1"},"spans":[{"traceId":"33BCb5d2ac744f5d8ee4afa36a837a4b",
            "spanId":"0c7cbb256e87dcde","parentSpanId":"1c497e3e5f3f764c","name":"chat \"x\"","kind":3,"flags":1,
            "startTimeUnixNano":"1754065244332523999","endTimeUnixNano":1754065245191502000,"links":[{"a":[]}],
            "attributes":[{"key":"a","value":{"intValue":"5"}}],
            "events":[{"timeUnixNano":"1754065245000000000","name":"e","attributes":[{"key":"b","value":{"boolValue":true}}]},
            {"name":"f"}],"status":{"code":2,"message":"broken"}}]}],"schemaUrl":"x"}],"novelty":{"x":[1]}}
            """#
        try OTLPLines.one(line) { span in
            #expect(span.traceIDText == "33bcb5d2ac744f5d8ee4afa36a837a4b")
            #expect(span.spanIDText == "0c7cbb256e87dcde")
            #expect(span.parentSpanID == 0x1c49_7e3e_5f3f_764c)
            #expect(span.name.string == "chat \"x\"")
            #expect(span.kind == .client)
            #expect(span.startMicroseconds == 1_754_065_244_332_523)
            #expect(span.endMicroseconds == 1_754_065_245_191_502)
            #expect(span.statusCode == .error)
            #expect(span.statusMessage?.string == "broken")
            #expect(span.attribute("a")?.int == 5)
            #expect(span.resourceAttribute("service.name")?.string?.string == "shop")
            #expect(span.scopeName?.string == "lib")
            #expect(span.events.map(\.name.string) == ["e", "f"])
            #expect(span.events[0].timeMicroseconds == 1_754_065_245_000_000)
            #expect(span.events[1].timeMicroseconds == nil)
            #expect(span.attributes(of: span.events[0]).count == 1)
            #expect(span.attributes(of: span.events[1]).isEmpty)
        }
    }

    @Test("names in snake case, enums by name and null for absent read the same")
    func otherSpellings() throws {
        let line = #"""
            {"resource_spans":[{"resource":null,"scope_spans":[{"scope":null,"spans":[{"trace_id":"33bcb5d2ac744f5d8ee4afa36a837a4b",
            "span_id":"dc7cbb256e87dcde","parent_span_id":"","kind":"SPAN_KIND_SERVER","name":null,"end_time_unix_nano":null,
            "start_time_unix_nano":1754065244332523000,"events":null,"status":{"code":"STATUS_CODE_OK","message":""},
            "attributes":[{"key":"s","value":{"string_value":"t"}},{"key":"n","value":null},{"key":"i","value":{"int_value":7}}]}]}]}]}
            """#
        try OTLPLines.one(line) { span in
            #expect(span.parentSpanID == nil)
            #expect(span.kind == .server)
            #expect(span.statusCode == .ok)
            #expect(span.statusMessage == nil)
            #expect(span.name.isEmpty)
            #expect(span.endMicroseconds == nil)
            #expect(span.attribute("s")?.string?.string == "t")
            #expect(span.attribute("i")?.int == 7)
        }
    }

    @Test("resource and scope belong to their spans even when they stand after them, and to no others")
    func anyOrder() throws {
        func resource(_ name: String) -> String {
            #""resource":{"attributes":[{"key":"service.name","value":{"stringValue":"\#(name)"}}]}"#
        }
        let span = OTLPLines.span(#""name":"x""#)
        let line = """
            {"resourceSpans":[
            {"scopeSpans":[{"spans":[\(span)],"scope":{"name":"late"}},{"spans":[\(span)]}],\(resource("a"))},
            {"scopeSpans":[{"scope":{"name":"early"},"spans":[\(span)]}]},
            {\(resource("b")),"scopeSpans":[{"spans":[\(span)]}]}]}
            """
        var found: [String] = []
        try OTLPLines.read(line) { span in
            let resource = span.resourceAttribute("service.name")?.string?.string ?? "-"
            found.append("\(resource) \(span.scopeName?.string ?? "-")")
        }
        #expect(found == ["a late", "a -", "- early", "b -"])
    }

    @Test("every kind of value is kept exactly")
    func values() throws {
        let line = OTLPLines.line(
            OTLPLines.attributes([
                "double": #"{"doubleValue":0.0021119999999999997}"#, "quoted": #"{"doubleValue":"1.50"}"#,
                "nan": #"{"doubleValue":"NaN"}"#, "bool": #"{"boolValue":false}"#, "none": "{}",
                "bytes": #"{"bytesValue":"aGk="}"#, "int": #"{"intValue":"-9223372036854775808"}"#,
                "list":
                    #"{"arrayValue":{"values":[{"stringValue":"a"},{"intValue":"1"},{"arrayValue":{"values":[]}},{}]}}"#,
                "map": #"{"kvlistValue":{"values":[{"key":"k","value":{"doubleValue":1e3}},{"key":"k","value":{}}]}}"#,
                "new": #"{"strangeValue":1}"#, "s": #"{"stringValue":"a\"b"}"#, "s\\u0073": #"{"stringValue":"12"}"#,
            ]))
        try OTLPLines.one(line) { span in
            #expect(span.attribute("double")?.decimalText?.string == "0.0021119999999999997")
            #expect(span.attribute("double")?.double == 0.0021119999999999997)
            #expect(span.attribute("quoted")?.decimalText?.string == "1.50")
            #expect(span.attribute("nan")?.string?.string == "NaN")
            #expect(span.attribute("nan")?.decimalText == nil)
            #expect(span.attribute("int")?.int == .min)
            #expect(span.attribute("ss")?.int == 12)
            #expect(span.attribute("ss")?.decimalText?.string == "12")
            #expect(span.attribute("s")?.int == nil)
            var json = JSONWriter()
            try span.attributes[...].write(to: &json)
            #expect(
                json.text == #"{"double":0.0021119999999999997,"quoted":1.50,"nan":"NaN","bool":false,"none":null,"#
                    + #""bytes":"aGk=","int":-9223372036854775808,"list":["a",1,[],null],"map":{"k":null},"#
                    + #""new":null,"s":"a\"b","ss":"12"}"#)
        }
    }

    @Test("the span is reused: nothing of one is left in the next")
    func reuse() throws {
        let full = OTLPLines.span(
            #""name":"x","parentSpanId":"1c497e3e5f3f764c","kind":3,"endTimeUnixNano":"1754065244332523999","#
                + #""status":{"code":2,"message":"m"},"events":[{"name":"e"}],"attributes":[{"key":"a","value":{}}]"#)
        let bare = OTLPLines.span(#""flags":0"#)
        var count = 0
        try OTLPLines.read(#"{"resourceSpans":[{"scopeSpans":[{"spans":[\#(full),\#(bare)]}]}]}"#) { span in
            count += 1
            guard count == 2 else { return }
            #expect(span.name.isEmpty && span.parentSpanID == nil && span.kind == .unspecified)
            #expect(span.endMicroseconds == nil && span.statusCode == .unset && span.statusMessage == nil)
            #expect(span.events.isEmpty && span.attributes.isEmpty)
        }
        #expect(count == 2)
    }

    @Test(
        "requests without spans are read as such",
        arguments: [
            "{}", #"{"resourceSpans":[]}"#, #"{"resourceSpans":null}"#, #"{"resourceSpans":[{}]}"#,
            #"{"resourceSpans":[{"scopeSpans":[{}]}]}"#,
        ])
    func noSpans(line: String) throws {
        try OTLPLines.read(line) { _ in Issue.record("there is no span") }
    }

    @Test(
        "what is wrong is refused by field and place",
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
            (#""endTimeUnixNano":"soon""#, "endTimeUnixNano: expected an integer, found a string"),
            (#""attributes":{}"#, "attributes: expected an array, found an object"),
            (
                #""attributes":[{"key":"n","value":{"intValue":"x"}}]"#,
                "attributes: n: expected an integer, found a string"
            ),
            (
                #""events":[{"attributes":[{"key":"n","value":{"boolValue":1}}]}]"#,
                "events: n: expected a boolean, found a number"
            ),
        ])
    func refusals(member: String, message: String) throws {
        let line = OTLPLines.line(member)
        let error = #expect(throws: JSONError.self) { try OTLPLines.read(line) { _ in } }
        #expect(error?.message == message)
        #expect(
            ImportError.invalidLine(7, of: "a.jsonl", try #require(error), remedy: "mend it").message.hasPrefix(
                "a.jsonl, line 7: \(message) (at byte "))
    }

    @Test("an error of the reader's user passes unchanged")
    func passing() {
        struct Refused: Error {}
        #expect(throws: Refused.self) { try OTLPLines.read(OTLPLines.line()) { _ in throw Refused() } }
    }
}
