import LedgerDomain
import LedgerEvents
import LedgerTelemetry
import Testing

@Suite("The OTLP reader")
struct OTLPReaderTests {
    @Test("reads every field of a span, its events, links, resource and scope")
    func wholeSpan() throws {
        let line = #"""
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},
            {"key":"service.namespace","value":{"stringValue":"acme"}}],"droppedAttributesCount":3},
            "scopeSpans":[{"scope":{"name":"lib","version":"1","attributes":[{"key":"x","value":{"boolValue":true}}],
            "droppedAttributesCount":4},"spans":[{"traceId":"33BCb5d2ac744f5d8ee4afa36a837a4b",
            "spanId":"0c7cbb256e87dcde","parentSpanId":"1c497e3e5f3f764c","name":"chat \"x\"","kind":3,"flags":769,
            "startTimeUnixNano":"1754065244332523999","endTimeUnixNano":1754065245191502000,"traceState":"a=b",
            "links":[{"traceId":"33bcb5d2ac744f5d8ee4afa36a837a4b","spanId":"0c7cbb256e87dcdf","traceState":"c=d",
            "attributes":[{"key":"l","value":{"intValue":"1"}}],"droppedAttributesCount":5,"flags":1},{}],
            "attributes":[{"key":"a","value":{"intValue":"5"}}],"droppedAttributesCount":6,"droppedEventsCount":7,
            "events":[{"timeUnixNano":"1754065245000000001","name":"e","attributes":[{"key":"b","value":{"boolValue":true}}],
            "droppedAttributesCount":8},{"name":"f"}],"droppedLinksCount":9,
            "status":{"code":2,"message":"broken"}}],"schemaUrl":"scope"}],"schemaUrl":"resource"}],"novelty":{"x":[1]}}
            """#
        let all = try OTLPRequests.read(line)
        #expect(all.order == "rsS")
        let resource = try #require(all.resources.first)
        #expect(resource.attributes.text == #"{"service.name":"shop","service.namespace":"acme"}"#)
        #expect(resource.droppedAttributes == 3 && resource.schemaURL == "resource")
        #expect(resource.service == "shop" && resource.namespace == "acme")
        let scope = try #require(all.scopes.first)
        #expect(scope.name == "lib" && scope.version == "1" && scope.schemaURL == "scope")
        #expect(scope.attributes.text == #"{"x":true}"# && scope.droppedAttributes == 4)
        let span = try #require(all.spans.first)
        #expect(span.trace == TraceID(bits: 0x33bc_b5d2_ac74_4f5d_8ee4_afa3_6a83_7a4b))
        #expect(span.span == SpanID(0x0c7c_bb25_6e87_dcde) && span.parent == SpanID(0x1c49_7e3e_5f3f_764c))
        #expect(span.name == "chat \"x\"" && span.spanKind == 3 && span.flags == 769 && span.traceState == "a=b")
        #expect(span.startNanoseconds == 1_754_065_244_332_523_999)
        #expect(span.endNanoseconds == 1_754_065_245_191_502_000)
        #expect(span.statusCode == 2 && span.statusMessage == "broken")
        #expect(span.attributes.text == #"{"a":5}"#)
        #expect(span.droppedAttributes == 6 && span.droppedEvents == 7 && span.droppedLinks == 9)
        #expect(
            span.events?.text == #"[{"name":"e","time_unix_nano":1754065245000000001,"attributes":{"b":true},"#
                + #""dropped_attributes_count":8},{"name":"f"}]"#)
        #expect(
            span.links?.text == #"[{"trace_id":"33bcb5d2ac744f5d8ee4afa36a837a4b","span_id":"0c7cbb256e87dcdf","#
                + #""trace_state":"c=d","attributes":{"l":1},"dropped_attributes_count":5,"flags":1},{}]"#)
    }

    @Test("reads every field of a span in protobuf")
    func protobufSpan() throws {
        let value = Proto().varint(3, 5)
        let event = Proto().fixed64(1, 7).text(2, "e").attribute(3, "b", Proto().varint(2, 1)).varint(4, 8)
        let link = Proto().bytes(1, Array(repeating: 1, count: 16)).bytes(2, Array(repeating: 2, count: 8))
            .text(3, "c=d").attribute(4, "l", value).varint(5, 5).fixed32(6, 1)
        // The fields stand in no order, and the attributes apart.
        let span = Proto().fixed32(16, 769).attribute(9, "a", value).message(11, event).text(3, "a=b")
            .attribute(9, "z", Proto()).bytes(4, Array(repeating: 5, count: 8)).text(5, "chat").varint(6, 9)
            .fixed64(8, 1_754_065_244_332_524_000).varint(10, 6).varint(12, 7).message(13, link).varint(14, 9)
            .message(15, Proto().text(2, "broken").varint(3, 2))
        var reader = OTLPReader()
        var all = OTLPRequests()
        try all.read(protobuf: Proto.request(Proto(bytes: span.bytes + Proto.span.bytes)), &reader)
        #expect(all.refused == [])
        let read = try #require(all.spans.first)
        #expect(read.attributes.text == #"{"a":5,"z":null}"#)
        #expect(
            read.events?.text
                == #"[{"name":"e","time_unix_nano":7,"attributes":{"b":true},"dropped_attributes_count":8}]"#)
        #expect(read.links?.text.contains(#""dropped_attributes_count":5,"flags":1}"#) == true)
        #expect(read.flags == 769 && read.traceState == "a=b" && read.spanKind == 9 && read.statusCode == 2)
        #expect(read.parent == SpanID(0x0505_0505_0505_0505) && read.statusMessage == "broken")
        #expect(read.droppedAttributes == 6 && read.droppedEvents == 7 && read.droppedLinks == 9)
    }

    @Test("takes names in snake case, enums by name and null for absent")
    func otherSpellings() throws {
        let line = #"""
            {"resource_spans":[{"resource":null,"scope_spans":[{"scope":null,"spans":[{"trace_id":"33bcb5d2ac744f5d8ee4afa36a837a4b",
            "span_id":"dc7cbb256e87dcde","parent_span_id":"","kind":"SPAN_KIND_SERVER","name":null,"end_time_unix_nano":null,
            "start_time_unix_nano":1754065244332523000,"events":null,"status":{"code":"STATUS_CODE_OK","message":""},
            "attributes":[{"key":"s","value":{"string_value":"t"}},{"key":"n","value":null},{"value":{"int_value":7},"key":"i"}]}]}]}]}
            """#
        let all = try OTLPRequests.read(line)
        #expect(all.refused == [])
        let span = try #require(all.spans.first)
        #expect(span.parent == nil && span.spanKind == 2 && span.statusCode == 1 && span.endNanoseconds == nil)
        #expect(span.attributes.text == #"{"s":"t","n":null,"i":7}"# && span.events == nil)
    }

    @Test("gives resource and scope before their spans, even when they stand after them")
    func anyOrder() throws {
        func resource(_ name: String) -> String {
            #""resource":{"attributes":[{"key":"service.name","value":{"stringValue":"\#(name)"}}]}"#
        }
        let span = OTLPRequests.span(#""name":"x""#)
        let line = """
            {"resourceSpans":[
            {"scopeSpans":[{"spans":[\(span)],"scope":{"name":"late"}},{"spans":[\(span)]}],\(resource("a"))},
            {"scopeSpans":[{"scope":{"name":"early"},"spans":[\(span)]}]},
            {\(resource("b")),"scopeSpans":[{"spans":[\(span),\(span)]}]}]}
            """
        let all = try OTLPRequests.read(line)
        #expect(all.order == "rsSsSrsSrsSS")
        #expect(all.resources.map(\.service) == ["a", nil, "b"])
        #expect(all.scopes.map(\.name) == ["late", "", "early", ""])
    }

    @Test("leaves nothing of one span in the next")
    func reuse() throws {
        let full = OTLPRequests.span(
            #""name":"x","parentSpanId":"1c497e3e5f3f764c","kind":3,"endTimeUnixNano":"1754065244332523999","#
                + #""status":{"code":2,"message":"m"},"events":[{"name":"e"}],"attributes":[{"key":"a","value":{}}]"#)
        let bare = OTLPRequests.span(#""flags":0"#)
        let all = try OTLPRequests.read(#"{"resourceSpans":[{"scopeSpans":[{"spans":[\#(full),\#(bare)]}]}]}"#)
        let span = try #require(all.spans.last)
        #expect(all.spans.count == 2 && span.name.isEmpty && span.parent == nil && span.spanKind == 0)
        #expect(span.events == nil && span.attributes == .emptyObject && span.statusMessage.isEmpty)
    }

    @Test(
        "reads requests without spans",
        arguments: [
            "{}", #"{"resourceSpans":[]}"#, #"{"resourceSpans":null}"#, #"{"resourceSpans":[{}]}"#,
            #"{"resourceSpans":[{"scopeSpans":[{}]}]}"#,
        ])
    func noSpans(line: String) throws {
        let all = try OTLPRequests.read(line)
        #expect(all.spans.isEmpty && all.refused.isEmpty)
    }

    @Test("reads log records, and counts the points of metrics in the same request")
    func logs() throws {
        let line = #"""
            {"resourceLogs":[{"resource":{},"scopeLogs":[{"scope":{"name":"l"},"logRecords":[{"timeUnixNano":"5",
            "observedTimeUnixNano":6,"severityNumber":"SEVERITY_NUMBER_WARN2","severityText":"WARN",
            "body":{"kvlistValue":{"values":[{"key":"k","value":{"stringValue":"v"}}]}},"flags":1,"eventName":"e",
            "attributes":[{"key":"a","value":{"doubleValue":1}}],"droppedAttributesCount":2,
            "traceId":"33bcb5d2ac744f5d8ee4afa36a837a4b","spanId":"dc7cbb256e87dcde"},{}]}]}],
            "resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"a","sum":{"dataPoints":[{},{}]}},
            {"name":"b","histogram":{"dataPoints":[{}]}}]}]}]}
            """#
        let all = try OTLPRequests.read(line)
        #expect(all.order == "rsllm" && all.points == [3])
        let record = all.records[0]
        #expect(record.timeNanoseconds == 5 && record.observedNanoseconds == 6 && record.severityNumber == 14)
        #expect(record.body?.text == #"{"k":"v"}"# && record.attributes.text == #"{"a":1.0}"#)
        #expect(record.hasTrace && record.span == SpanID(0xdc7c_bb25_6e87_dcde) && record.flags == 1)
        #expect(record.eventName == "e" && record.severityText == "WARN" && record.droppedAttributes == 2)
        #expect(!all.records[1].hasTrace && all.records[1].body == nil)

        let proto = Proto().fixed64(1, 5).fixed64(11, 6).varint(2, 14).text(3, "WARN")
            .message(5, Proto().message(6, Proto().attribute(1, "k", Proto().text(1, "v"))))
            .attribute(6, "a", Proto().fixed64(4, (1.0).bitPattern)).varint(7, 2).fixed32(8, 1).text(12, "e")
            .bytes(9, [0x33, 0xbc, 0xb5, 0xd2, 0xac, 0x74, 0x4f, 0x5d, 0x8e, 0xe4, 0xaf, 0xa3, 0x6a, 0x83, 0x7a, 0x4b])
            .bytes(10, [0xdc, 0x7c, 0xbb, 0x25, 0x6e, 0x87, 0xdc, 0xde])
        var reader = OTLPReader()
        var same = OTLPRequests()
        try same.read(protobuf: Proto.request(proto), signal: .logs, &reader)
        #expect(same.records == [record])
        let points = Proto().message(1, Proto()).message(1, Proto())
        let metric = Proto().text(1, "a").message(7, points)
        try same.read(protobuf: Proto.request(metric), signal: .metrics, &reader)
        #expect(same.points == [2])
    }

    @Test("says so if a protobuf request is of another signal than it was told")
    func otherSignal() throws {
        let records = [
            Proto().fixed64(1, 5).message(5, Proto().text(1, "hello")),
            Proto().message(5, Proto().text(1, "hello")).fixed64(11, 6),
            Proto().message(5, Proto().text(1, "hello")).attribute(6, "a", Proto().text(1, "b")),
            Proto().varint(2, 9).text(3, "INFO").bytes(9, Array(repeating: 1, count: 16)),
        ]
        for record in records {
            var reader = OTLPReader()
            var all = OTLPRequests()
            let error = #expect(throws: OTLPError.self) { try all.read(protobuf: Proto.request(record), &reader) }
            #expect(error?.code == .otherSignal(.logs))
            #expect(all.order == "")
        }
        var reader = OTLPReader()
        var all = OTLPRequests()
        let error = #expect(throws: OTLPError.self) {
            try all.read(protobuf: Proto.request(Proto.span), signal: .logs, &reader)
        }
        #expect(error?.code == .otherSignal(.traces))
        // Spans that lack an id are spans.
        try all.read(protobuf: Proto.request(Proto().fixed64(7, 5).text(5, "x")), &reader)
        #expect(all.refused.map(\.reason) == ["a span needs a trace_id that is not zero (at byte 10)"])
    }

    @Test("passes an error of its user on unchanged")
    func passing() {
        struct Refused: Error {}
        var reader = OTLPReader()
        #expect(throws: Refused.self) {
            try Array(OTLPRequests.line().utf8).withUnsafeBytes {
                try reader.read(json: $0) { if case .span = $0 { throw Refused() } }
            }
        }
    }
}
