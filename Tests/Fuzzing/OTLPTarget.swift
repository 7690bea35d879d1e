import AgentDomain
import EventSourcing
import Import

extension FuzzTarget {
    /// OTLP/JSON lines, up to the requests that they lead to.
    static let otlp = FuzzTarget(name: "otlp", samples: Self.otlpSamples, telling: Self.tellingJSON) { bytes in
        var spans = 0
        do {
            var reader = OTLPReader()
            try reader.read(line: bytes) { span in
                spans += 1
                try Self.use(span)
            }
            var traces = TraceImport(
                slug: nil, names: NoNames(), actor: .system("fuzz"), source: Source(channel: "test"))
            let batch = RequestBatch()
            try traces.read(line: bytes, number: 1, into: batch)
            try traces.finish(into: batch)
            guard spans == 0 || batch.count > 0 else { throw Unsound(what: "\(spans) spans led to no request") }
            return spans > 0
        } catch let unsound as Unsound {
            throw unsound
        } catch let error as JSONError {
            guard error.offset <= bytes.count else { throw Unsound(what: "an error behind the line's end") }
            return false
        } catch {
            return false
        }
    }

    /// Asks a span for everything.
    private static func use(_ span: borrowing OTLPSpan) throws {
        _ = span.traceIDText + span.spanIDText + span.name.string
        let genAI = GenAISpan(span)
        _ = genAI.finishReasons
        if let usage = genAI.usage,
            min(usage.input, usage.cacheRead, usage.cacheWrite, usage.output, usage.reasoning) < 0
        {
            throw Unsound(what: "a bucket of tokens is negative")
        }
        for event in span.events { _ = GenAIEvaluation(event, of: span)?.score?.string }
        for attribute in span.attributes { _ = (attribute.value.int, attribute.value.double, attribute.value.strings) }
        for list in [span.attributes, span.resourceAttributes] {
            var json = JSONWriter()
            try list[...].write(to: &json)
            _ = try JSONText(parsing: json.text)
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
                    + spans.joined(separator: ",") + "]}]}]}").utf8)
        }
        let chat = attributes([
            ("gen_ai.operation.name", #""stringValue":"chat""#), ("gen_ai.usage.input_tokens", #""intValue":"545""#),
            ("gen_ai.usage.output_tokens", #""intValue":12"#),
            ("gen_ai.usage.cache_read.input_tokens", #""intValue":"40""#),
            ("gen_ai.usage.cost", #""doubleValue":0.001258"#),
            ("gen_ai.response.finish_reasons", #""arrayValue":{"values":[{"stringValue":"stop"}]}"#),
        ])
        let tool = attributes([
            ("gen_ai.operation.name", #""stringValue":"execute_tool""#), ("error.type", #""stringValue":"timeout""#),
        ])
        let agent = attributes([
            ("gen_ai.operation.name", #""stringValue":"invoke_agent""#),
            ("gen_ai.agent.name", #""stringValue":"Billing \u00e9\ud83d\ude00""#),
        ])
        let workflow = attributes([
            ("gen_ai.operation.name", #""stringValue":"invoke_workflow""#),
            ("extra", #""kvlistValue":{"values":[{"key":"k","value":{"boolValue":true}}]}"#),
        ])
        let score =
            #""status":{"code":2,"message":"no"},"events":[{"timeUnixNano":"1754065244332523000","#
            + #""name":"gen_ai.evaluation.result","#
            + attributes([
                ("gen_ai.evaluation.score.value", #""doubleValue":1.0"#),
                ("gen_ai.evaluation.name", #""stringValue":"reward""#),
            ]) + "}],"
        let service = attributes([("service.name", #""stringValue":"Tau 2""#)])
        return [
            line([span("f421a00b1383775d", "bce56b461c0bc590", chat)], service),
            line([span("f421a00b1383775e", "bce56b461c0bc590", tool)], ""),
            line(
                [
                    span("f421a00b1383775d", "bce56b461c0bc590", chat),
                    span("bce56b461c0bc590", "0c0bc590bce56b46", agent),
                    span("0c0bc590bce56b46", nil, score + workflow),
                ], service),
        ]
    }()
}

/// A ledger that knows nothing.
private struct NoNames: TraceNames {
    func organization(slug: String) -> OrganizationID? { nil }
    func workflow(_ name: String, in organization: OrganizationID) -> WorkflowID? { nil }
    func agent(_ name: String, in organization: OrganizationID) -> AgentID? { nil }
    func contains(_ execution: WorkflowExecutionID) -> Bool { false }
    func contains(_ execution: AgentExecutionID) -> Bool { false }
}
