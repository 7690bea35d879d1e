import LedgerDomain
import LedgerEvents
import LedgerTelemetry

extension FuzzTarget {
    /// OTLP/JSON lines, read as spans and log records.
    static let otlp = FuzzTarget(name: "otlp", samples: Self.otlpSamples, telling: Self.tellingJSON) { bytes in
        var reader = OTLPReader()
        var check = ItemCheck()
        do {
            try reader.read(json: bytes) { try check.check($0) }
        } catch let error as JSONError {
            guard error.offset <= bytes.count else { throw Unsound(what: "an error behind the line's end") }
        }
        return check.isTaken
    }

    /// The same requests in protobuf, of every signal.
    static let otlpProtobuf = FuzzTarget(
        name: "otlp-protobuf", samples: Self.protobufSamples,
        telling: [0x00, 0x01, 0x07, 0x08, 0x0A, 0x12, 0x1A, 0x32, 0x4A, 0x5A, 0x7F, 0x80, 0xFF]
    ) { bytes in
        var isTaken = false
        for signal in OTLPSignal.allCases {
            var reader = OTLPReader()
            var check = ItemCheck()
            do {
                try reader.read(protobuf: bytes, signal: signal) { try check.check($0) }
            } catch let error as OTLPError {
                guard error.offset <= bytes.count else { throw Unsound(what: "an error behind the request's end") }
            }
            isTaken = isTaken || check.isTaken
        }
        return isTaken
    }

    /// Looks at all that a reader gives.
    private struct ItemCheck {
        var isTaken = false

        mutating func check(_ item: OTLPItem) throws {
            switch item {
            case .resource(let resource): try self.check(resource.attributes)
            case .scope(let scope): try self.check(scope.attributes)
            case .span(let span):
                self.isTaken = true
                try self.check(span.attributes)
                try span.events.map(self.check)
                try span.links.map(self.check)
                guard span.trace != .zero, span.span != .none, span.startNanoseconds > 0 else {
                    throw Unsound(what: "a span without ids or time")
                }
                _ = (span.start, span.finish)
            case .logRecord(let record):
                self.isTaken = true
                try self.check(record.attributes)
                try record.body.map(self.check)
                _ = record.time
            case .refused(let refusal):
                guard !refusal.reason.isEmpty else { throw Unsound(what: "a refusal without a reason") }
            case .metrics(let count):
                self.isTaken = self.isTaken || count > 0
                guard count >= 0 else { throw Unsound(what: "a negative count") }
            }
        }

        private func check(_ text: JSONText) throws {
            guard (try? JSONText(parsing: text.text)) == text else {
                throw Unsound(what: "the attributes are not canonical: \(text)")
            }
        }
    }

    private static let otlpSamples: [[UInt8]] = {
        func attributes(_ pairs: [(String, String)]) -> String {
            let list = pairs.map { #"{"key":"\#($0.0)","value":{\#($0.1)}}"# }
            return #""attributes":[\#(list.joined(separator: ","))]"#
        }
        func span(_ id: String, _ parent: String?, _ rest: String) -> String {
            let parent = parent.map { #""parentSpanId":"\#($0)","# } ?? ""
            return #"{"traceId":"33bcb5d2ac744f5d8ee4afa36a837a4b","spanId":"\#(id)",\#(parent)"name":"chat gpt-4.1","#
                + #""startTimeUnixNano":"1754065243252883000","endTimeUnixNano":1754065244332523000,\#(rest)}"#
        }
        func line(_ spans: [String], _ resource: String) -> [UInt8] {
            Array(
                (#"{"resourceSpans":[{"resource":{\#(resource)},"scopeSpans":[{"scope":{"name":"l"},"spans":["#
                    + spans.joined(separator: ",") + #"],"schemaUrl":"u"}]}]}"#).utf8)
        }
        let values = attributes([
            ("gen_ai.operation.name", #""stringValue":"chat \u00e9\ud83d\ude00\/""#),
            ("gen_ai.usage.input_tokens", #""intValue":"545""#), ("gen_ai.usage.cost", #""doubleValue":0.001258"#),
            ("exact", #""doubleValue":"0.1234567890123456789""#), ("nan", #""doubleValue":"NaN""#),
            ("gen_ai.response.finish_reasons", #""arrayValue":{"values":[{"stringValue":"stop"},{}]}"#),
            ("extra", #""kvlistValue":{"values":[{"value":{"boolValue":true},"key":"k"},{"key":"k"}]}"#),
            ("$bytes", #""bytesValue":"aGk=""#), ("db.password", #""stringValue":"hunter2-hunter2""#),
            (
                "url",
                #""stringValue":"postgres://a:b1c2@h/?token=abcdef123456 Bearer a1b2c3d4e5f6g7h8 {\"api_key\":\"abcd1\"}""#
            ),
        ])
        let rest =
            #""status":{"code":2,"message":"no"},"kind":"SPAN_KIND_CLIENT","flags":1,"traceState":"a=b","#
            + #""events":[{"timeUnixNano":"1754065244332523000","name":"e",\#(values)}],"#
            + #""links":[{"traceId":"33bcb5d2ac744f5d8ee4afa36a837a4b","spanId":"f421a00b1383775d","flags":1}],"#
        let service = attributes([("service.name", #""stringValue":"Tau 2""#)])
        let record =
            #"{"timeUnixNano":"5","severityNumber":9,"body":{"stringValue":"hello"},\#(values),"flags":1}"#
        return [
            line([span("f421a00b1383775d", "bce56b461c0bc590", values)], service),
            line([span("0c0bc590bce56b46", nil, rest + values), span("0c0bc590bce56b47", nil, values)], service),
            Array(
                (#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[\#(record)]}]}],"resourceMetrics":[{"scopeMetrics":"#
                    + #"[{"metrics":[{"gauge":{"dataPoints":[{}]}}]}]}]}"#).utf8),
        ]
    }()

    private static let protobufSamples: [[UInt8]] = {
        func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
            var length: [UInt8] = []
            var rest = bytes.count
            while rest >= 0x80 {
                length.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            return [number << 3 | 2] + length + [UInt8(rest)] + bytes
        }
        func text(_ number: UInt8, _ text: String) -> [UInt8] { field(number, Array(text.utf8)) }
        func fixed(_ number: UInt8, _ value: UInt64) -> [UInt8] {
            [number << 3 | 1] + withUnsafeBytes(of: value.littleEndian) { Array($0) }
        }
        func pair(_ key: String, _ value: [UInt8]) -> [UInt8] { text(1, key) + field(2, value) }
        func request(_ item: [UInt8]) -> [UInt8] {
            let resource = field(1, pair("service.name", text(1, "Tau 2")))
            return field(1, field(1, resource) + field(2, field(1, text(1, "l")) + field(2, item)) + text(3, "u"))
        }
        let values: [[UInt8]] = [
            text(1, "chat é\n\""), [0x10, 1], [0x18, 5], fixed(4, (0.001258).bitPattern), field(7, [1, 2, 3]),
            field(5, field(1, text(1, "stop")) + field(1, [])),
            field(6, field(1, pair("k", [0x10, 1])) + field(1, pair("k", []))), text(1, "sk-a1b2c3d4e5f6g7h8i9j0k1"),
        ]
        func attributes(_ number: UInt8) -> [UInt8] {
            values.enumerated().flatMap { field(number, pair("key\($0)", $1)) }
        }
        let ids = field(1, Array(repeating: 0x33, count: 16)) + field(2, Array(repeating: 0x44, count: 8))
        let event = fixed(1, 5) + text(2, "e") + attributes(3)
        let span =
            ids + text(3, "a=b") + text(5, "chat") + [0x30, 3] + fixed(7, 1_754_065_243_252_883_000) + fixed(8, 7)
            + attributes(9) + field(11, event) + field(13, ids + text(3, "c=d") + [0x35, 1, 0, 0, 0])
            + field(15, text(2, "no") + [0x18, 2]) + [0x85, 0x01, 1, 0, 0, 0]
        let record =
            fixed(1, 5) + [0x10, 9] + text(3, "INFO") + field(5, values[6]) + attributes(6) + [0x45, 1, 0, 0, 0]
            + field(9, Array(repeating: 0x33, count: 16)) + fixed(11, 6) + text(12, "e")
        let metric = text(1, "a") + field(5, field(1, []) + field(1, []))
        return [request(span), request(record), request(metric), request(span) + request(span)]
    }()
}
