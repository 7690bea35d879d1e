import Foundation

/// OTLP/JSON lines made by hand.
enum Lines {
    static let trace = "0af7651916cd43dd8448eb211c80319c"

    /// A line with spans of one scope.
    static func line(_ spans: String..., service: String = "acme", scope: String = "test") -> String {
        #"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"\#(service)"}}]},"#
            + #""scopeSpans":[{"scope":{"name":"\#(scope)"},"spans":[\#(spans.joined(separator: ","))]}]}]}"#
    }

    /// A span; times are seconds after 2025-08-01T09:00:00Z.
    static func span(
        _ id: Int, under parent: Int? = nil, of trace: String = Lines.trace, name: String = "span",
        from start: Double = 0,
        to end: Double = 10, status: Int = 0, _ attributes: KeyValuePairs<String, Any> = [:], events: String = "[]"
    ) -> String {
        func nanoseconds(_ seconds: Double) -> String { String(1_754_038_800_000_000_000 + Int(seconds * 1e9)) }
        let parent = parent.map { #""parentSpanId":"\#(Self.id($0))","# } ?? ""
        let list = attributes.map { key, value in
            let json =
                switch value {
                case let number as Int: #"{"intValue":"\#(number)"}"#
                case let number as Double: #"{"doubleValue":\#(number)}"#
                case let flag as Bool: #"{"boolValue":\#(flag)}"#
                case let other: #"{"stringValue":"\#(other)"}"#
                }
            return #"{"key":"\#(key)","value":\#(json)}"#
        }
        return #"{"traceId":"\#(trace)","spanId":"\#(Self.id(id))",\#(parent)"name":"\#(name)","kind":1,"#
            + #""startTimeUnixNano":"\#(nanoseconds(start))","endTimeUnixNano":"\#(nanoseconds(end))","#
            + #""attributes":[\#(list.joined(separator: ","))],"events":\#(events),"status":{"code":\#(status)}}"#
    }

    static func id(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    static func workflow(_ id: Int, name: String = "Research", of trace: String = Lines.trace, to end: Double = 10)
        -> String
    {
        Self.span(
            id, of: trace, name: "invoke_workflow \(name)", to: end,
            ["gen_ai.operation.name": "invoke_workflow", "gen_ai.workflow.name": name])
    }

    static func agent(_ id: Int, under parent: Int?, name: String = "helper", of trace: String = Lines.trace) -> String
    {
        Self.span(
            id, under: parent, of: trace, name: "invoke_agent \(name)", from: 1, to: 9,
            ["gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name])
    }

    static func chat(
        _ id: Int, under parent: Int?, of trace: String = Lines.trace, from start: Double = 2, to end: Double = 3,
        input: Int = 100, output: Int = 10
    ) -> String {
        Self.span(
            id, under: parent, of: trace, name: "chat m", from: start, to: end,
            [
                "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "m",
                "gen_ai.usage.input_tokens": input, "gen_ai.usage.output_tokens": output,
            ])
    }
}
