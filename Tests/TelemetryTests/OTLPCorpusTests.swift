import Foundation
import LedgerDomain
import LedgerEvents
import LedgerTelemetry
import Testing

@Suite("Recorded OTLP requests")
struct OTLPCorpusTests {
    @Test("are read alike from JSON and protobuf, without a refusal", arguments: OTLPCorpus.names)
    func bothForms(name: String) throws {
        var fromJSON = OTLPReader(keepSecrets: true)
        var fromProtobuf = OTLPReader(keepSecrets: true)
        let lines = try OTLPCorpus.lines(name)
        let requests = try OTLPCorpus.requests(name)
        #expect(lines.count == requests.count)
        for (line, request) in zip(lines, requests) {
            var left = OTLPRequests()
            try left.read(json: line, &fromJSON)
            var right = OTLPRequests()
            try right.read(protobuf: request, &fromProtobuf)
            #expect(left.order == right.order)
            #expect(left.refused.isEmpty && right.refused.isEmpty)
            #expect(!left.spans.isEmpty)
            #expect(left.resources == right.resources)
            #expect(left.scopes == right.scopes)
            for (a, b) in zip(left.spans, right.spans) where a != b {
                Issue.record("\(a.span): \(Self.difference(a, b))")
            }
            for span in left.spans {
                // What was written is canonical.
                #expect(try JSONText(parsing: span.attributes.text) == span.attributes)
                if let events = span.events { #expect(try JSONText(parsing: events.text) == events) }
                if let links = span.links { #expect(try JSONText(parsing: links.text) == links) }
            }
        }
    }

    /// The surroundings of the first difference.
    private static func difference(_ a: TraceSpan, _ b: TraceSpan) -> String {
        func text(_ span: TraceSpan) -> [Character] {
            var rest = span
            rest.attributes = .emptyObject
            rest.events = nil
            rest.links = nil
            return Array(
                "\(span.attributes) \(span.events?.text ?? "-") \(span.links?.text ?? "-") \(rest)")
        }
        let (left, right) = (text(a), text(b))
        let same = zip(left, right).prefix { $0 == $1 }.count
        return "\(String(left[max(0, same - 60)...].prefix(160))) | \(String(right[max(0, same - 60)...].prefix(160)))"
    }
}
