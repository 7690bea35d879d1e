import Foundation

/// Traces with very much of one thing. What grows faster than the trace does is slow in one large trace, and fast in many
/// small ones that have as much together.
enum HostileTraces: String, CaseIterable {
    /// One span with many attributes.
    case attributes
    /// Each span is the child of the one before.
    case nested
    /// All spans are children of the root, and model calls.
    case calls
    /// The same, and agents with names of their own.
    case agents

    /// Writes so many traces, each with so many things. Returns the file.
    func write(_ traces: Int, of count: Int, to path: String) throws -> String {
        var text = ""
        for trace in 1...traces {
            let spans =
                self == .attributes
                ? [self.span(trace, 0, parent: nil, (0..<count).map { ("a\($0)", "x") })]
                : (0..<count).map { self.span(trace, $0, parent: self.parent(of: $0), self.attributes(of: $0)) }
            text += #"{"resourceSpans":[{"scopeSpans":[{"spans":[\#(spans.joined(separator: ","))]}]}]}"# + "\n"
        }
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func parent(of place: Int) -> Int? {
        if place == 0 { return nil }
        return self == .nested ? place - 1 : 0
    }

    private func attributes(of place: Int) -> [(String, String)] {
        if place == 0 || self == .nested { return [("gen_ai.operation.name", "invoke_agent")] }
        if self == .calls { return [("gen_ai.operation.name", "chat"), ("gen_ai.request.model", "m")] }
        return [("gen_ai.operation.name", "invoke_agent"), ("gen_ai.agent.name", "agent \(place)")]
    }

    private func span(_ trace: Int, _ place: Int, parent: Int?, _ attributes: [(String, String)]) -> String {
        let list = attributes.map { #"{"key":"\#($0.0)","value":{"stringValue":"\#($0.1)"}}"# }
        let above = parent.map { #","parentSpanId":"\#(String(format: "%016x", $0 + 1))""# } ?? ""
        return #"{"traceId":"\#(String(format: "%032x", trace))","spanId":"\#(String(format: "%016x", place + 1))""#
            + #"\#(above),"name":"x","kind":1,"startTimeUnixNano":"1754042400000000000","#
            + #""endTimeUnixNano":"1754042401000000000","attributes":[\#(list.joined(separator: ","))]}"#
    }
}
