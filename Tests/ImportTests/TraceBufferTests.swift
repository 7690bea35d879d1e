import EventSourcing
import Testing

@testable import Import

@Suite("Traces that are gathered")
struct TraceBufferTests {
    private func span(_ trace: UInt128, _ id: UInt64, parent: UInt64?) throws -> (UInt128, Trace.Tenant, SpanFact) {
        let parentID = parent.map { #","parentSpanId":"\#(HexadecimalID.text($0))""# } ?? ""
        let line = """
            {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"\(HexadecimalID.text(trace))",\
            "spanId":"\(HexadecimalID.text(id))"\(parentID),"name":"work","startTimeUnixNano":"1000000000"}]}]}]}
            """
        var found: SpanFact?
        var reader = OTLPReader()
        try Array(line.utf8).withUnsafeBytes { bytes in
            try reader.read(line: bytes) { found = try SpanFact($0, line: 1) }
        }
        return (trace, Trace.Tenant(name: "acme", service: "acme"), try #require(found))
    }

    @Test("a trace is given out with its root, and leaves nothing behind")
    func leavesNothing() throws {
        var buffer = TraceBuffer()
        for trace in 1...20_000 as ClosedRange<UInt128> {
            #expect(buffer.add([try self.span(trace, 1, parent: 9)]).isEmpty)
            let done = buffer.add([try self.span(trace, 9, parent: nil)])
            #expect(done.map(\.id) == [trace])
            #expect(done.first?.spans.count == 2)
        }
        #expect(buffer.listed < 5000)
        #expect(buffer.drain().isEmpty)
    }

    @Test("beyond its limit it gives out the trace that has waited longest")
    func makesRoom() throws {
        var buffer = TraceBuffer(limit: 3)
        for trace in 1...3 as ClosedRange<UInt128> {
            #expect(buffer.add([try self.span(trace, 1, parent: 9)]).isEmpty)
        }
        #expect(buffer.add([try self.span(4, 1, parent: 9)]).map(\.id) == [1])
        #expect(buffer.drain().map(\.id) == [2, 3, 4])
    }
}
