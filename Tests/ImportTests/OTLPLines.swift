import EventSourcing
import Import

/// OTLP lines made by hand.
enum OTLPLines {
    static let ids = #""traceId":"33bcb5d2ac744f5d8ee4afa36a837a4b","spanId":"dc7cbb256e87dcde""#

    /// A request with one span: `members` follow its ids and times.
    static func line(_ members: String = #""name":"x""#) -> String {
        #"{"resourceSpans":[{"resource":{},"scopeSpans":[{"scope":{},"spans":["# + Self.span(members) + "]}]}]}"
    }

    static func span(_ members: String) -> String {
        #"{\#(Self.ids),"startTimeUnixNano":"1754065244332523999",\#(members)}"#
    }

    /// A member `attributes` of a span: keys with the JSON of their AnyValues.
    static func attributes(_ pairs: KeyValuePairs<String, String>) -> String {
        let list = pairs.map { #"{"key":"\#($0.key)","value":\#($0.value)}"# }
        return #""attributes":[\#(list.joined(separator: ","))]"#
    }

    static func read(_ line: String, _ body: (borrowing OTLPSpan) throws -> Void) throws {
        var reader = OTLPReader()
        try Array(line.utf8).withUnsafeBytes { try reader.read(line: $0, body) }
    }

    /// What `body` makes of the only span.
    static func one<R>(_ line: String, _ body: (borrowing OTLPSpan) throws -> R) throws -> R {
        var results: [R] = []
        try Self.read(line) { results.append(try body($0)) }
        guard results.count == 1 else { throw JSONError(offset: 0, message: "\(results.count) spans, not one") }
        return results[0]
    }
}
